"""How far a command is, for whoever started it: a bar on a terminal, a line now and then otherwise."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bars

from seed.load import Summary
from seed.pace import Pace, Standing, size_of
from seed.readers.intake import Intake
from seed.records import Record, Refusal, Visited
from seed.telling import is_watched, tell

SECONDS_BETWEEN_LINES = 5.0
"""How often a command that nobody watches says how far it is."""

SECONDS_BETWEEN_PICTURES = 0.2
"""How often a bar changes: as fast as one reads numbers."""

Show = Callable[[str, float | None], None]
"""Shows a line, and a share from 0 to 1 if it is known."""

Clock = Callable[[], float]

_Some = TypeVar("_Some", bound=Record)


class Progress:
    """Says how far something is, at most every so many seconds."""

    def __init__(self, show: Show, seconds: float, clock: Clock = time.monotonic) -> None:
        self._show, self._seconds, self._clock = show, seconds, clock
        self._started = self._said = clock()
        self._pace = Pace(self._started)
        self._read = self._refused = 0
        self._intake = Intake()

    def records(self, records: Iterable[_Some], intake: Intake) -> Iterator[_Some]:
        """The records as they are; they are counted, and so is what was read for them."""
        self._intake = intake
        for record in records:
            self._read += not isinstance(record, Visited)
            self._refused += isinstance(record, Refusal)
            if isinstance(record, Visited):
                intake.total = None  # Nobody knows how large what is fetched will be.
            self._say(self._reading)
            yield record

    def stored(self, summary: Summary) -> None:
        """Take note of a batch that is stored, or of the publish that begins."""
        if summary.publishing is not None:
            self._announce(f"publishing {summary.publishing:,} articles")
        elif summary.total is not None:
            self.counted("articles", summary.read, summary.total)
        else:
            self._refused = len(summary.refused)
            self._pace.mark(self._clock(), self._reading())
            self._say(self._reading)

    def counted(self, what: str, done: int, total: int) -> None:
        """Take note of so many of so many things."""
        standing = Standing(f"{done:,} of {total:,} {what}", done, done, total)
        self._pace.mark(self._clock(), standing)
        self._say(lambda: standing)

    def _reading(self) -> Standing:
        total = self._intake.total
        of = "" if total is None else f" of {size_of(total)}"
        return Standing(f"{self._read:,} read, {self._refused:,} refused", self._read, self._intake.done, total, of)

    def _say(self, standing: Callable[[], Standing]) -> None:
        now = self._clock()
        if now - self._said >= self._seconds:
            self._said, far = now, standing()
            self._show(self._pace.line(now, far), far.done / far.total if far.total else None)

    def _announce(self, phase: str) -> None:
        """Say what begins; not where everything so far took less than the time between two lines."""
        if self._clock() - self._started >= self._seconds:
            self._show(phase, None)


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Give what shows on stderr how far a command is."""
    if not is_watched():
        yield Progress(lambda line, _share: tell(line, err=True), SECONDS_BETWEEN_LINES)
        return
    columns = (SpinnerColumn(), BarColumn(bar_width=16), TextColumn("{task.description}"))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("reading", total=None)

        def show(line: str, share: float | None) -> None:
            bars.update(task, description=line, completed=share or 0, total=None if share is None else 1)

        yield Progress(show, SECONDS_BETWEEN_PICTURES)
