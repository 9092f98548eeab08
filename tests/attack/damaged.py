"""Damage single pages of a database, and compare what a server answers with what it answered before.

`python -m tests.attack.damaged [PAGES]` damages this many pages, spread over the file, each in four ways.
"""

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import typer

from app.stores.sqlite import file_url
from seed.maintenance.backup import backup
from tests.attack.questions import answers_of, judge, make_database, summary, urls
from tests.conftest import migrate

PAGE = 4096
ARTICLES = 200

Choose = Callable[[int], Iterable[tuple[int, str]]]

Spoil = Callable[[bytearray, int, random.Random], None]


def _noise(data: bytearray, at: int, drawn: random.Random) -> None:
    data[at : at + PAGE] = drawn.randbytes(PAGE)


def _zeros(data: bytearray, at: int, _drawn: random.Random) -> None:
    data[at : at + PAGE] = bytes(PAGE)


def _another_page(data: bytearray, at: int, drawn: random.Random) -> None:
    other = drawn.randrange(1, len(data) // PAGE) * PAGE
    data[at : at + PAGE] = data[other : other + PAGE]


def _bits(data: bytearray, at: int, drawn: random.Random) -> None:
    for _ in range(8):
        data[at + drawn.randrange(100, PAGE)] ^= 1 << drawn.randrange(8)


WAYS: dict[str, Spoil] = {"noise": _noise, "zeros": _zeros, "another page": _another_page, "bits": _bits}

_KEYS = re.compile(rb'"record_(?:keys":\[[^\]]*\]|id":(?:"[^"]*"|null))')
"""The keys of an article in an answer, which no checksum covers."""


class Trial(NamedTuple):
    """What a request to a database with one damaged page was answered."""

    page: int
    way: str
    url: str
    judgment: str


def damaged(data: bytes, page: int, way: str, seed: int) -> bytes:
    """Return the bytes of a database, one page of which (from 0) is damaged."""
    spoiled = bytearray(data)
    WAYS[way](spoiled, page * PAGE, random.Random(f"{page} {way} {seed}"))
    return bytes(spoiled)


def trials(
    folder: Path, choose: Callable[[int], Iterable[tuple[int, str]]], articles: int = ARTICLES
) -> Iterator[Trial]:
    """Yield a trial for each answer; `choose` returns pages (from 0) and ways to damage them for a number of pages."""
    live, sound, spoiled = (folder / name for name in ("live.db", "sound.db", "spoiled.db"))
    migrate(live)
    wanted = urls(make_database(live, "ferry", articles))
    backup(file_url(live), sound)
    data, expected = sound.read_bytes(), answers_of(sound, wanted)
    for page, way in choose(len(data) // PAGE):
        spoiled.write_bytes(damaged(data, page, way, 0))
        for suffix in ("-wal", "-shm"):
            spoiled.with_name(spoiled.name + suffix).unlink(missing_ok=True)
        for url, (status, body) in answers_of(spoiled, wanted).items():
            answer, (sound_status, sound_body) = (status, _KEYS.sub(b"", body)), expected[url]
            yield Trial(page, way, url, judge(answer, [(sound_status, _KEYS.sub(b"", sound_body))]))


def main() -> None:
    """Print the counts, and each wrong or failed answer."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 65
    counts: dict[str, Counter[str]] = {way: Counter() for way in WAYS}

    def choose(pages: int) -> Iterator[tuple[int, str]]:
        spread = sorted({number * pages // count for number in range(count)})
        return ((page, way) for page in spread for way in WAYS)

    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        for trial in trials(Path(folder), choose):
            counts[trial.way][trial.judgment] += 1
            if trial.judgment in {"wrong", "failed"}:
                typer.echo(f"page {trial.page}, {trial.way}: {trial.judgment} {trial.url}")
    for way, judgments in counts.items():
        typer.echo(f"{way}: {summary(judgments)}")


if __name__ == "__main__":
    main()
