"""How far a command is, as plain lines and as a bar; by a clock that the tests turn."""

import io
import sys
from collections.abc import Iterator

import pytest

from seed.cli.progress import Progress, show_progress
from seed.pipeline.context import Summary
from seed.pipeline.report import Refusals
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Origin, RawArticle, Record, Refusal, Unchanged, Visit, Visited

REFUSAL = Refusal(Origin("reports.jsonl"), "no")
RECORD = RawArticle(Origin("reports.jsonl"), "Ferry resumes", "It sails.", "harbour-gazette")
VISITED = Visited(Origin("https://g.example/1"), Visit("https://g.example/1", None, None, 0, 200, ""))


class Told:
    """A progress whose lines are kept, and whose clock goes a second with each record."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.progress = Progress(self.lines.append, seconds, lambda: self.now)

    def ticking(self, records: list[Record]) -> Iterator[Record]:
        """The records, a second each."""
        for record in records:
            self.now += 1
            yield record


def test_records_are_counted_as_they_are_read_and_batches_as_they_are_stored() -> None:
    told, intake = Told(), ByteCounter()
    intake.total = 2000
    assert (told.progress.line(), told.progress.share()) == ("starting", None)
    list(told.progress.records(told.ticking([RECORD, REFUSAL]), intake))
    assert told.lines == ["1 read, 0 refused, 0 % of 2.0 kB", "2 read, 1 refused, 0 % of 2.0 kB"]
    assert told.progress.share() == 0
    told.now = 11
    told.progress.stored(Summary(read=2, refused=Refusals(REFUSAL, REFUSAL)))
    assert told.lines[2:] == ["2 read, 2 refused, 0 % of 2.0 kB, 0.2 a second"]


def test_lines_come_no_oftener_than_they_may() -> None:
    """While whoever asks is told each time."""
    told = Told(seconds=3)
    list(told.progress.records(told.ticking([RECORD] * 8), ByteCounter()))
    assert told.lines == ["3 read, 0 refused", "6 read, 0 refused, 1.2 a second"]
    assert told.progress.line() == "8 read, 0 refused, 1.1 a second"


def test_what_is_fetched_ends_all_guesses() -> None:
    """A list of addresses has a size, but it says nothing."""
    told, intake = Told(), ByteCounter()
    intake.total = 100
    list(told.progress.records(told.ticking([RECORD, VISITED, Unchanged(Origin("a"))]), intake))
    assert told.lines == ["1 read, 0 refused, 0 % of 100 bytes", "1 read, 0 refused", "2 read, 0 refused"]
    assert told.progress.share() is None


def test_things_of_a_known_number_are_counted() -> None:
    told = Told()
    for done in (1000, 2000):
        told.now += 10
        told.progress.counted("revisions", done, 4000)
    assert told.lines == [
        "1,000 of 4,000 revisions, 25 %, 100 a second, about 30 s left",
        "2,000 of 4,000 revisions, 50 %, 100 a second, about 20 s left",
    ]
    assert told.progress.share() == 0.5
    told.now += 10
    told.progress.stored(Summary(read=30, total=40))
    assert told.lines[-1].startswith("30 of 40 articles, 75 %")


@pytest.mark.parametrize(("now", "said"), [(0.5, []), (1.0, ["publishing 12,000 articles"])])
def test_a_publish_is_announced_where_it_may_take_long(now: float, said: list[str]) -> None:
    told = Told()
    told.now = now
    told.progress.stored(Summary(publishing=12_000))
    assert told.lines == said
    assert (told.progress.line(), told.progress.share()) == ("publishing 12,000 articles", None)


def test_plain_lines_go_to_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.cli.progress.SECONDS_BETWEEN_LINES", 0)
    with show_progress() as progress:
        assert list(progress.records([RECORD], ByteCounter())) == [RECORD]
    assert capsys.readouterr() == ("", "1 read, 0 refused\n")


class Terminal(io.StringIO):
    """Keeps what is shown."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_a_terminal_shows_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On stderr, and nothing of it stays."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with show_progress() as progress:
        progress.counted("articles", 30, 40)
    shown = terminal.getvalue()
    assert "30 of 40 articles, 75 %" in shown
    assert shown.rindex("\x1b[2K") > shown.rindex("articles")
    assert capsys.readouterr().out == ""
