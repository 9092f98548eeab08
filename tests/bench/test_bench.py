"""The benchmark runs and all systems agree; times are not checked."""

from pathlib import Path

import pytest

from tests.bench import measure as measure_module
from tests.bench.corpus import Corpus
from tests.bench.loading import LoadTimes, load_corpus
from tests.bench.measure import Effort, load, measure
from tests.bench.report import BEGIN, END, write

pytestmark = pytest.mark.unmeasured

SMALL_EFFORT = Effort(max_requests=5, seconds=0.05, rival_seconds=0.02, load_seconds=0.05)


def load_in_few_processes(database: Path, size: int, *arguments: str) -> LoadTimes:
    """Load the first articles in a separate process, and small publishes here, where nothing has to be imported."""
    if not arguments:
        return load(database, size)
    seed, name, day = arguments
    return load_corpus(database, Corpus(size, int(seed)), name=name, day=int(day))


@pytest.mark.soak
def test_the_benchmark_measures_and_writes_its_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure_module, "load", load_in_few_processes)
    document = tmp_path / "performance.md"
    document.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    measured = measure(100, tmp_path, SMALL_EFFORT, program=None, rivals=True)
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
