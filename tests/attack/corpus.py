"""The database to attack: generated reports with names of the lexicon and quotations, annotated by the loader."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from app.models import EntityType
from app.stores.sqlite import file_url
from seed.extract.lexicon.lexicon import load_lexicon
from tests.bench.corpus import word
from tests.bench.servers import ROOT

SOURCES = 60
NAMES_PER_ARTICLE = 8
WORDS_PER_ARTICLE = 100
VOCABULARY = 5_000

FIRST_DAY = date(2015, 1, 1)
DAYS = 700
"""Days over which the reports are spread, from FIRST_DAY on."""

MARKER = "marked"
"""A word that no generated word equals; reports that a trial adds contain it."""


def reports(count: int, *, first: int = 0, marker: str = "") -> Iterator[dict[str, Any]]:
    """Yield records of reports; the same number always makes the same report."""
    entities = list(load_lexicon().entities.values())
    people = [entity.name for entity in entities if entity.type is EntityType.PERSON]
    names = [entity.name for entity in entities]
    words = [word(rank) for rank in range(VOCABULARY)]
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        # Squares and cubes of uniform numbers: a few names and words are frequent, most are rare.
        drawn = [words[int(at)] for at in VOCABULARY * random.random(WORDS_PER_ARTICLE) ** 3]
        named = [names[int(at)] for at in len(names) * random.random(NAMES_PER_ARTICLE) ** 4]
        speaker = people[int(len(people) * random.random() ** 4)]
        run = WORDS_PER_ARTICLE // NAMES_PER_ARTICLE
        sentences = [f"The {' '.join(drawn[at * run : (at + 1) * run])} in {name}." for at, name in enumerate(named)]
        quotation = f"“The {' '.join(drawn[:6])} of {named[0]},” said {speaker}."
        yield {
            "id": f"report-{number}",
            "title": f"{' '.join(drawn[:5]).capitalize()} {number}",
            "source": f"Outlet {int(SOURCES * random.random() ** 2):02}",
            "published": (FIRST_DAY + timedelta(days=int(DAYS * random.random()))).isoformat(),
            "language": "en",
            "text": " ".join([*sentences, quotation, marker]).rstrip(),
        }


def load_reports(database: Path, count: int, *, first: int = 0, marker: str = "", workers: int = 1) -> None:
    """Load reports into a database with `dateline load`, which publishes them; raise CalledProcessError if it fails."""
    lines = database.with_suffix(f".{first}.jsonl")
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(report) + "\n" for report in reports(count, first=first, marker=marker))
    subprocess.run(
        [sys.executable, "-m", "seed", "load", "--quiet", "--workers", str(workers), str(lines)],
        cwd=ROOT,
        env={**os.environ, "DATELINE_DATABASE_URL": file_url(database)},
        check=True,
    )
    lines.unlink()


def generated_database(folder: Path, count: int) -> Path:
    """Return a database of this many reports, which the folder keeps for the next run."""
    database = folder / f"{count}.db"
    if not database.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / "part.db"
        part.unlink(missing_ok=True)
        load_reports(part, count, workers=os.cpu_count() or 1)
        for suffix in ("-wal", "-shm"):
            (folder / f"part.db{suffix}").unlink(missing_ok=True)
        part.rename(database)
    return database
