"""How far a command is, as plain lines and as a bar; by a clock that the tests turn."""

import io
import sys
from collections.abc import Iterator
from functools import partial

import pytest

from seed.load import Summary
from seed.progress import SECONDS_BETWEEN_LINES, Progress, show_progress
from seed.readers.intake import Intake
from seed.records import Link, Origin, RawArticle, Record, Refusal, Unchanged, Visit, Visited

REFUSAL = Refusal(Origin("reports.jsonl"), "no")
RECORD = RawArticle(Origin("reports.jsonl"), "Ferry resumes", "It sails.", "harbour-gazette")
VISITED = Visited(Origin("https://g.example/1"), Visit("https://g.example/1", None, None, 0, 200, ""))


class Told:
    """A progress whose lines are kept, and whose clock goes a second with each record."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.now = 0.0
        self.lines: list[tuple[str, float | None]] = []
        self.progress = Progress(lambda line, share: self.lines.append((line, share)), seconds, lambda: self.now)

    def ticking(self, records: list[Record]) -> Iterator[Record]:
        """The records, a second each."""
        for record in records:
            self.now += 1
            yield record


def test_records_are_counted_as_they_are_read_and_batches_as_they_are_stored() -> None:
    told, intake = Told(), Intake()
    intake.total = 2000
    list(told.progress.records(told.ticking([RECORD, REFUSAL]), intake))
    assert told.lines == [("1 read, 0 refused, 0 % of 2.0 kB", 0), ("2 read, 1 refused, 0 % of 2.0 kB", 0)]
    told.now = 10
    told.progress.stored(Summary(read=2, refused=[REFUSAL, REFUSAL]))
    assert told.lines[2:] == [("2 read, 2 refused, 0 % of 2.0 kB, 0.2 a second", 0)]


def test_lines_come_no_oftener_than_they_may() -> None:
    told = Told(seconds=3)
    list(told.progress.records(told.ticking([RECORD] * 7), Intake()))
    assert told.lines == [("3 read, 0 refused", None), ("6 read, 0 refused, 1.0 a second", None)]


def test_what_is_fetched_ends_all_guesses() -> None:
    """A list of addresses has a size, but it says nothing."""
    told, intake = Told(), Intake()
    intake.total = 100
    link = Link(Origin("quay.urls", 1), "https://g.example/1")
    list(told.progress.records(told.ticking([link, RECORD, VISITED, Unchanged(Origin("a"))]), intake))
    assert [share for _, share in told.lines] == [0, 0, None, None]
    assert told.lines[-1] == ("3 read, 0 refused", None)


def test_things_of_a_known_number_are_counted() -> None:
    told = Told()
    count = partial(told.progress.counted, "revisions")
    for done in (1000, 2000):
        told.now += 10
        count(done, 4000)
    assert told.lines == [
        ("1,000 of 4,000 revisions, 25 %, 100 a second, about 30 s left", 0.25),
        ("2,000 of 4,000 revisions, 50 %, 100 a second, about 20 s left", 0.5),
    ]
    told.now += 10
    told.progress.stored(Summary(read=30, total=40))
    assert told.lines[-1][0].startswith("30 of 40 articles, 75 %")


@pytest.mark.parametrize(("now", "said"), [(0.5, []), (1.0, [("publishing 12,000 articles", None)])])
def test_a_publish_is_announced_where_it_may_take_long(now: float, said: list[tuple[str, float | None]]) -> None:
    told = Told()
    told.now = now
    told.progress.stored(Summary(publishing=12_000))
    assert told.lines == said


def test_plain_lines_go_to_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.progress.SECONDS_BETWEEN_LINES", 0)
    with show_progress() as progress:
        assert list(progress.records([RECORD], Intake())) == [RECORD]
    assert capsys.readouterr() == ("", "1 read, 0 refused\n")
    assert SECONDS_BETWEEN_LINES > 1


class Terminal(io.StringIO):
    """Keeps what is shown."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_a_terminal_shows_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On stderr, and nothing of it stays."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("seed.progress.SECONDS_BETWEEN_PICTURES", 0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with show_progress() as progress:
        progress.counted("articles", 30, 40)
        progress.stored(Summary(publishing=40))
    assert "reading" in terminal.getvalue() or "30 of 40 articles, 75 %" in terminal.getvalue()
    assert "publishing 40 articles" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")
    assert capsys.readouterr().out == ""
