"""Progress as plain lines and as a bar, by a clock that the tests advance."""

import io
import sys
from collections.abc import Iterator

import pytest

from seed.cli.progress import Progress, show_progress
from seed.pipeline.context import LoadSummary
from seed.pipeline.report import Refusals
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Origin, RawArticle, Record, Refusal, UnchangedInput, Visit, VisitEnd

REFUSAL = Refusal(Origin("reports.jsonl"), "no")
RECORD = RawArticle(Origin("reports.jsonl"), "Ferry resumes", "It sails.", "harbour-gazette")
VISITED = VisitEnd(Origin("https://g.example/1"), Visit("https://g.example/1", None, None, 0, 200, ""))


class RecordedProgress:
    """A progress whose lines are recorded, and whose clock advances by per second per record."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.progress = Progress(self.lines.append, seconds, lambda: self.now)

    def at_one_per_second(self, records: list[Record]) -> Iterator[Record]:
        """Yield the records, one per second."""
        for record in records:
            self.now += 1
            yield record


def test_records_are_counted_as_they_are_read_and_batches_as_they_are_stored() -> None:
    recorded, byte_counter = RecordedProgress(), ByteCounter()
    byte_counter.total = 2000
    assert (recorded.progress.describe(), recorded.progress.fraction()) == ("starting", None)
    list(recorded.progress.count_records(recorded.at_one_per_second([RECORD, REFUSAL]), byte_counter))
    assert recorded.lines == ["1 read, 0 refused, 0% of 2.0 kB", "2 read, 1 refused, 0% of 2.0 kB"]
    assert recorded.progress.fraction() == 0
    recorded.now = 11
    recorded.progress.update(LoadSummary(read=2, refused=Refusals(REFUSAL, REFUSAL)))
    assert recorded.lines[2:] == ["2 read, 2 refused, 0% of 2.0 kB, 0.2 per second"]


def test_lines_are_printed_at_most_once_per_interval() -> None:
    """Whereas `describe` is always up to date."""
    recorded = RecordedProgress(seconds=3)
    list(recorded.progress.count_records(recorded.at_one_per_second([RECORD] * 8), ByteCounter()))
    assert recorded.lines == ["3 read, 0 refused", "6 read, 0 refused, 1.2 per second"]
    assert recorded.progress.describe() == "8 read, 0 refused, 1.1 per second"


def test_fetched_documents_make_the_total_unknown() -> None:
    """The size of a list of URLs says nothing about the size of the documents."""
    recorded, byte_counter = RecordedProgress(), ByteCounter()
    byte_counter.total = 100
    list(
        recorded.progress.count_records(
            recorded.at_one_per_second([RECORD, VISITED, UnchangedInput(Origin("a"))]), byte_counter
        )
    )
    assert recorded.lines == ["1 read, 0 refused, 0% of 100 bytes", "1 read, 0 refused", "2 read, 0 refused"]
    assert recorded.progress.fraction() is None


def test_items_of_a_known_number_are_counted() -> None:
    recorded = RecordedProgress()
    for done in (1000, 2000):
        recorded.now += 10
        recorded.progress.count_items("revisions", done, 4000)
    assert recorded.lines == [
        "1,000 of 4,000 revisions, 25%, 100 per second, about 30 s left",
        "2,000 of 4,000 revisions, 50%, 100 per second, about 20 s left",
    ]
    assert recorded.progress.fraction() == 0.5
    recorded.now += 10
    recorded.progress.update(LoadSummary(read=30, total=40))
    assert recorded.lines[-1].startswith("30 of 40 articles, 75%")


def test_other_items_have_a_rate_of_their_own() -> None:
    recorded = RecordedProgress()
    for noun in ("rows", "rows compared"):
        recorded.now += 10
        recorded.progress.count_items(noun, 0, 4000)
        recorded.now += 10
        recorded.progress.count_items(noun, 1000 if noun == "rows" else 2000, 4000)
    assert recorded.lines == [
        "0 of 4,000 rows, 0%, 0.0 per second",
        "1,000 of 4,000 rows, 25%, 50 per second, about 1 min left",
        "0 of 4,000 rows compared, 0%",
        "2,000 of 4,000 rows compared, 50%, 200 per second, about 10 s left",
    ]


@pytest.mark.parametrize(("now", "lines"), [(0.5, []), (1.0, ["publishing 12,000 articles"])])
def test_a_publish_is_announced_after_a_long_load(now: float, lines: list[str]) -> None:
    recorded = RecordedProgress()
    recorded.now = now
    recorded.progress.update(LoadSummary(publishing=12_000))
    assert recorded.lines == lines
    assert (recorded.progress.describe(), recorded.progress.fraction()) == ("publishing 12,000 articles", None)


def test_plain_lines_go_to_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.cli.progress.LINE_INTERVAL_SECONDS", 0)
    with show_progress() as progress:
        assert list(progress.count_records([RECORD], ByteCounter())) == [RECORD]
    assert capsys.readouterr() == ("", "1 read, 0 refused\n")


class Terminal(io.StringIO):
    """A terminal that records its output."""

    def isatty(self) -> bool:
        """Return that this is a terminal."""
        return True


def test_a_terminal_shows_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On stderr, and it is erased at the end."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with show_progress() as progress:
        progress.count_items("articles", 30, 40)
    output = terminal.getvalue()
    assert "30 of 40 articles, 75%" in output
    assert output.rindex("\x1b[2K") > output.rindex("articles")
    assert capsys.readouterr().out == ""
