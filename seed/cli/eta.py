"""Recent rate and estimated remaining time of a command; neither is shown before it has been measured."""

from collections import deque
from dataclasses import dataclass

# Long enough to span several batches: each is read first and stored afterwards.
RATE_WINDOW_SECONDS = 60.0
"""How far back a rate looks, in seconds."""

# Processes are still starting, and the first records wait for the lexicon.
MIN_RATE_SECONDS = 5.0
"""Minimum time over which a rate is measured, in seconds."""


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
