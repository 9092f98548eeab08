"""How far a command is, for whoever started it: a bar on a terminal, a line now and then otherwise."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from seed.cli.eta import Pace, Standing, size_of
from seed.cli.output import is_watched, tell
from seed.pipeline.context import Summary
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Record, Refusal, Visited

SECONDS_BETWEEN_LINES = 5.0
"""How often a command that nobody watches says how far it is."""

_Some = TypeVar("_Some", bound=Record)


class Progress:
    """Knows how far something is, and says it in a line at most every so many seconds."""

    def __init__(self, say: Callable[[str], None], seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._seconds, self._clock = say, seconds, clock
        self._started = self._said = clock()
        self._pace = Pace(self._started)
        self._read = self._refused = self._done = 0
        self._total: int | None = None
        self._far: Callable[[], Standing] = self._reading
        self._phase: str | None = "starting"

    def records(self, records: Iterable[_Some], intake: ByteCounter) -> Iterator[_Some]:
        """The records as they are; they are counted, and so is what was read for them."""
        for record in records:
            if self._phase is not None:
                self._phase, self._pace = None, Pace(self._clock())  # Until now only the lexicon was read.
            if isinstance(record, Visited):
                intake.total = None  # Nobody knows how large what is fetched will be.
            self._read += not isinstance(record, Visited)
            self._refused += isinstance(record, Refusal)
            self._done, self._total = intake.done, intake.total
            self._say_now_and_then()
            yield record

    def stored(self, summary: Summary) -> None:
        """Take note of a batch that is stored, or of the publish that begins."""
        if summary.publishing is not None:
            self._begin(f"publishing {summary.publishing:,} articles")
        elif summary.total is not None:
            self.counted("articles", summary.read, summary.total)
        else:
            self._refused = len(summary.refused)
            self._mark(self._reading)

    def counted(self, what: str, done: int, total: int) -> None:
        """Take note of so many of so many things."""
        self._mark(lambda: Standing(f"{done:,} of {total:,} {what}", done, done, total))

    def line(self) -> str:
        """Say how far it is now; another thread may ask."""
        return self._phase or self._pace.line(self._clock(), self._far())

    def share(self) -> float | None:
        """Say how much of all is done, from 0 to 1; None where nobody knows."""
        far = self._far()
        return far.done / far.total if far.total and self._phase is None else None

    def _reading(self) -> Standing:
        total = self._total
        of = "" if total is None else f" of {size_of(total)}"
        return Standing(f"{self._read:,} read, {self._refused:,} refused", self._read, self._done, total, of)

    def _mark(self, far: Callable[[], Standing]) -> None:
        self._far, self._phase = far, None
        self._pace.mark(self._clock(), far())
        self._say_now_and_then()

    def _say_now_and_then(self) -> None:
        now = self._clock()
        if now - self._said >= self._seconds:
            self._said = now
            self._say(self.line())

    def _begin(self, phase: str) -> None:
        """Say what begins; not where everything so far took less than the time between two lines."""
        self._phase = phase
        if self._clock() - self._started >= self._seconds:
            self._say(phase)


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Give what shows on stderr how far a command is."""
    if not is_watched():
        yield Progress(lambda line: tell(line, err=True), SECONDS_BETWEEN_LINES)
        return
    progress = Progress(lambda _line: None, SECONDS_BETWEEN_LINES)
    console = Console(stderr=True)
    with Live(get_renderable=lambda: _picture(progress), console=console, refresh_per_second=5, transient=True):
        yield progress


def _picture(progress: Progress) -> Table:
    """A bar, which only moves where the share is unknown, and the line beside it."""
    share = progress.share()
    picture = Table.grid(padding=(0, 1))
    picture.add_row(ProgressBar(total=1, completed=share or 0, width=16, pulse=share is None), progress.line())
    return picture
