"""The benchmark runs and all systems agree; times are not checked."""

from pathlib import Path

import pytest

from tests.bench.corpus import Corpus
from tests.bench.measure import Effort, Rivals, measure
from tests.bench.report import BEGIN, END, write

pytestmark = pytest.mark.unmeasured

SMALL_EFFORT = Effort(searches=5, seconds=0.05, load_seconds=0.05)


@pytest.mark.soak
def test_the_benchmark_measures_and_writes_its_document(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    measured = measure(100, tmp_path, SMALL_EFFORT, Rivals())
    write([measured], document)
    written = document.read_text(encoding="utf-8")
    assert written.startswith("Before.")
    assert written.endswith("After.\n")
    assert all(row.question.name in written for row in measured.rows)
    assert document.with_suffix(".svg").read_text(encoding="utf-8").endswith("</svg>\n")


def test_a_seed_generates_the_same_articles() -> None:
    assert list(Corpus(50, 3).articles()) == list(Corpus(50, 3).articles())


def test_every_name_is_at_its_span() -> None:
    for article in Corpus(50).articles():
        assert all(article.text[slice(*e.mentions[0])] == e.name for e in article.entities or ())
