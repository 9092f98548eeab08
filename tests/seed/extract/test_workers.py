"""Several processes find what one finds, in the same order."""

from pathlib import Path

import pytest

from seed.extract import workers as module
from seed.extract.annotator import Annotator
from seed.extract.lexicon import load_lexicon
from seed.extract.workers import annotate_one, begin, workers

TEXTS = [(f"Report {n}", "Captain Jo Lindqvall left. “To Amsel,” Lindqvall said.") for n in range(40)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small lexicon, so that a worker is ready at once."""
    (tmp_path / "places.yaml").write_text("- {id: amsel, name: Amsel}\n", encoding="utf-8")
    return tmp_path


def test_a_worker_finds_what_the_annotator_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_own", [])
    begin([folder])
    annotator = Annotator(load_lexicon(folder))
    assert [annotate_one(text) for text in TEXTS] == [annotator.annotate(title=t, text=x) for t, x in TEXTS]


def test_the_order_of_the_texts_is_kept(folder: Path) -> None:
    annotator = Annotator(load_lexicon(folder))
    with workers(2, [folder]) as several:
        found = list(several.annotate_all(TEXTS))
    assert found == [annotator.annotate(title=title, text=text) for title, text in TEXTS]
    assert found[0].mentions
