"""Show how far a command is: a progress bar on a terminal, otherwise a line every few seconds."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from seed.cli.eta import ProgressState, RateEstimator, format_size
from seed.cli.output import is_quiet, is_terminal, pluralize, print_note
from seed.pipeline.context import LoadSummary
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Record, Refusal, VisitEnd

LINE_INTERVAL_SECONDS = 5.0
"""Minimum time between two progress lines where stderr is not a terminal, in seconds."""

_R = TypeVar("_R", bound=Record)


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
        """Record how many of a known number of items are done."""
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
    from seed.cli.progress_bar import show_bar  # noqa: PLC0415 - the library takes as long to import as typer

    progress = Progress(lambda _line: None, LINE_INTERVAL_SECONDS)
    with show_bar(progress.fraction, progress.describe):
        yield progress
