"""Show how far a command is: a progress bar on a terminal, otherwise a line every few seconds.

The recent rate and the estimated remaining time are not shown before they have been measured.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from seed.cli.output import is_quiet, is_terminal, pluralize, print_note
from seed.pipeline.context import LoadSummary
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Record, Refusal, VisitEnd

# Long enough to span several batches: each is read first and stored afterwards.
RATE_WINDOW_SECONDS = 60.0
"""Length of the period over which a rate is measured, in seconds."""

# Processes are still starting, and the first records wait for the lexicon.
MIN_RATE_SECONDS = 5.0
"""Minimum time over which a rate is measured, in seconds."""

LINE_INTERVAL_SECONDS = 5.0
"""Minimum time between two progress lines where stderr is not a terminal, in seconds."""

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True, slots=True)
class ProgressState:
    """How far a command is: its label, the number of items, and the amount of work done.

    `done` and `total` share the unit that `total_label` names (bytes, articles); `total` is None where it is unknown.
    """

    label: str
    count: int
    done: int
    total: int | None = None
    total_label: str = ""


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    count: int
    done: int


class RateEstimator:
    """Estimate rates over about the last minute, between samples."""

    def __init__(self, now: float) -> None:
        self._samples = deque([_Sample(now, 0, 0)])

    def add_sample(self, now: float, state: ProgressState) -> None:
        """Record the state at a point where all counted items have been through the same work."""
        self._samples.append(_Sample(now, state.count, state.done))
        while len(self._samples) > 2 and now - self._samples[1].at >= RATE_WINDOW_SECONDS:
            self._samples.popleft()

    def describe(self, now: float, state: ProgressState) -> str:
        """Return the state in one line, with the percentage, rate and remaining time that are known."""
        columns = [state.label]
        if state.total:
            columns.append(f"{min(state.done, state.total) * 100 // state.total}%{state.total_label}")
        first, last = self._samples[0], self._samples[-1]
        if len(self._samples) == 1:
            last = _Sample(now, state.count, state.done)
        seconds = last.at - first.at
        if seconds >= MIN_RATE_SECONDS:
            columns.append(f"{format_rate((last.count - first.count) / seconds)} per second")
            if state.total and last.done > first.done and state.done < state.total:
                remaining = (state.total - state.done) * seconds / (last.done - first.done)
                columns.append(f"about {format_duration(remaining)} left")
        return ", ".join(columns)


def format_rate(rate: float) -> str:
    """Return a rate per second, with one decimal place only below 10."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def format_duration(seconds: float) -> str:
    """Return seconds as a readable duration: `40 s`, `1 min 20 s`, `2 h 10 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        minutes, tens = divmod(round(seconds / 10), 6)
        return f"{minutes} min {tens}0 s" if tens else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def format_size(size_bytes: int) -> str:
    """Return bytes as a readable size: `800 bytes`, `12 kB`, `1.2 GB`."""
    power = min((len(str(size_bytes)) - 1) // 3, 4)
    size, unit = size_bytes / 1000**power, ("bytes", "kB", "MB", "GB", "TB")[power]
    return f"{size:.1f} {unit}" if power and size < 9.95 else f"{size:.0f} {unit}"


class Progress:
    """Track how far a command is, and print it in a line at most once per interval."""

    def __init__(
        self, print_line: Callable[[str], None], interval: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._print_line, self._interval, self._clock = print_line, interval, clock
        self._started = self._last_line = clock()
        self._rate = RateEstimator(self._started)
        self._records = self._refused = self._bytes_done = 0
        self._bytes_total: int | None = None
        self._state: Callable[[], ProgressState] = self._reading_state
        self._phase: str | None = "starting"
        self._noun = ""

    def count_records(self, records: Iterable[_R], byte_counter: ByteCounter) -> Iterator[_R]:
        """Yield the records unchanged, counting them and the bytes that were read for them."""
        for record in records:
            if self._phase is not None:
                # Only the lexicon has been read until now, so rates are measured from here.
                self._phase, self._rate = None, RateEstimator(self._clock())
            if isinstance(record, VisitEnd):
                byte_counter.total = None  # The size of documents that are still to be fetched is unknown.
            self._records += not isinstance(record, VisitEnd)
            self._refused += isinstance(record, Refusal)
            self._bytes_done, self._bytes_total = byte_counter.bytes_read, byte_counter.total
            self._print_if_due()
            yield record

    def update(self, summary: LoadSummary) -> None:
        """Record that a batch has been stored, or that the publish begins."""
        if summary.publishing is not None:
            self._begin_phase(f"publishing {pluralize(summary.publishing, 'article')}")
        elif summary.total is not None:
            self.count_items("articles", summary.read, summary.total)
        else:
            self._refused = len(summary.refused)
            self._add_sample(self._reading_state)

    def count_items(self, noun: str, done: int, total: int) -> None:
        """Record how many of a known number of items are done; other items have a rate of their own."""
        if self._noun not in {"", noun}:
            self._rate = RateEstimator(self._clock())
        self._noun = noun
        self._add_sample(lambda: ProgressState(f"{done:,} of {total:,} {noun}", done, done, total))

    def describe(self) -> str:
        """Return the current progress in one line; other threads may call this."""
        return self._phase or self._rate.describe(self._clock(), self._state())

    def fraction(self) -> float | None:
        """Return the completed fraction from 0 to 1, or None where it is unknown."""
        state = self._state()
        return state.done / state.total if state.total and self._phase is None else None

    def _reading_state(self) -> ProgressState:
        total = self._bytes_total
        total_label = "" if total is None else f" of {format_size(total)}"
        label = f"{self._records:,} read, {self._refused:,} refused"
        return ProgressState(label, self._records, self._bytes_done, total, total_label)

    def _add_sample(self, state: Callable[[], ProgressState]) -> None:
        self._state, self._phase = state, None
        self._rate.add_sample(self._clock(), state())
        self._print_if_due()

    def _print_if_due(self) -> None:
        now = self._clock()
        if now - self._last_line >= self._interval:
            self._last_line = now
            self._print_line(self.describe())

    def _begin_phase(self, phase: str) -> None:
        """Enter a phase, and print it unless the command has taken less than one interval so far."""
        self._phase = phase
        if self._clock() - self._started >= self._interval:
            self._print_line(phase)


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Yield a progress that is shown on stderr, unless the command is quiet."""
    if is_quiet() or not is_terminal():
        yield Progress(print_note, LINE_INTERVAL_SECONDS)
        return
    progress = Progress(lambda _line: None, LINE_INTERVAL_SECONDS)
    with _show_bar(progress):
        yield progress


def _show_bar(progress: Progress) -> AbstractContextManager[object]:
    """Return a context in which a bar and the progress line are shown on stderr; both are erased at the end."""
    # Only here, because these take as long to import as typer.
    from rich.console import Console  # noqa: PLC0415
    from rich.live import Live  # noqa: PLC0415
    from rich.progress_bar import ProgressBar  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    def render() -> Table:
        fraction = progress.fraction()
        table = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=1, completed=fraction or 0, width=16, pulse=fraction is None)
        table.add_row(bar, progress.describe())
        return table

    return Live(get_renderable=render, console=Console(stderr=True), refresh_per_second=5, transient=True)
