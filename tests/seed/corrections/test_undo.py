"""Corrections that are undone leave what is served as if they had never been made."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.labels import article_id
from app.models import Action
from seed.corrections.decisions import Decision, in_effect
from seed.corrections.file import append_decisions, read_decisions
from tests.conftest import SOAK
from tests.seed.corrections.drawn import RECORDS, decision, draw, served
from tests.seed.loading import RESOURCES, load_into, snapshot_of

SEQUENCES = 6 if SOAK == 1 else 300
"""Number of random sequences; `make soak` tries all."""


@pytest.fixture
def loaded(database: Path) -> Path:
    load_into(database, RECORDS)
    return database


def sequence(generator: random.Random, ids: list[str], articles: list[str]) -> list[Decision]:
    """Return decisions, some of which later ones undo; an undo may be undone as well."""
    decisions: list[Decision] = []
    for number in range(generator.randint(2, 9)):
        if decisions and generator.random() < 0.4:
            decisions.append(decision(f"u{number}", Action.UNDO, of=generator.choice(decisions).id))
        else:
            decisions.append(draw(generator, number, ids, articles))
    return decisions


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_undone_decisions_were_never_made(loaded: Path, tmp_path: Path, seed: int) -> None:
    """One by one, the state is that of what is in effect, made at once in another database; then all is undone."""
    generator = random.Random(seed)
    before = served(loaded)
    ids = [*before["labels"], "ida-rask--", "john-varro--", "jon-warro--"]
    articles = sorted(map(article_id, snapshot_of(loaded).columns.article_ids.tolist()))
    ids += [f"john-varro--{articles[0]}", f"ida-rask--{articles[1]}"]
    other = Path(shutil.copy(loaded, tmp_path / "other.db"))
    decisions = sequence(generator, ids, articles)
    path = tmp_path / "corrections.jsonl"
    for one in decisions:
        _apply(loaded, path, one)
    effective = in_effect(decisions)
    _apply(other, tmp_path / "other.jsonl", *effective)
    assert served(loaded) == served(other)
    for number, one in enumerate(effective):
        _apply(loaded, path, decision(f"last{number}", Action.UNDO, of=one.id))
    assert served(loaded) == before


def _apply(database: Path, path: Path, *decisions: Decision) -> None:
    """Apply decisions whether they contradict others or not, as a file that was edited by hand may have them."""
    append_decisions(path, decisions)
    resources = replace(RESOURCES, decisions=read_decisions(path))
    load_into(database, [], resources=resources)
