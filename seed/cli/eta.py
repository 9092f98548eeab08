"""How fast something goes of late, and how long the rest will take; neither is guessed before it is known."""

from collections import deque
from dataclasses import dataclass

WINDOW = 60.0
"""Seconds that a rate looks back: several batches, each of which is read first and stored then."""

SETTLED = 5.0
"""Seconds before which nothing is known: programs start, and the first records wait for the lexicon."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far something is: what is said of it, how many things are done, and how much of how much.

    `done` and `total` have the unit that `of` names (bytes, articles); `total` is None where nobody knows it.
    """

    said: str
    count: int
    done: int
    total: int | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class _Point:
    at: float
    count: int
    done: int


class Pace:
    """Rates over the last minute or so, from one mark to another."""

    def __init__(self, now: float) -> None:
        self._points = deque([_Point(now, 0, 0)])

    def mark(self, now: float, standing: Standing) -> None:
        """Take note of how far it is; rates are measured between marks, set where the same work was done for all."""
        self._points.append(_Point(now, standing.count, standing.done))
        while len(self._points) > 2 and now - self._points[1].at >= WINDOW:
            self._points.popleft()

    def line(self, now: float, standing: Standing) -> str:
        """Say how far it is, with the share, rate and remaining time that are known."""
        parts = [standing.said]
        if standing.total:
            parts.append(f"{min(standing.done, standing.total) * 100 // standing.total} %{standing.of}")
        first, last = self._points[0], self._points[-1]
        if len(self._points) == 1:
            last = _Point(now, standing.count, standing.done)
        seconds = last.at - first.at
        if seconds >= SETTLED:
            parts.append(f"{rate_of((last.count - first.count) / seconds)} a second")
            if standing.total and last.done > first.done and standing.done < standing.total:
                left = (standing.total - standing.done) * seconds / (last.done - first.done)
                parts.append(f"about {duration(left)} left")
        return ", ".join(parts)


def rate_of(number: float) -> str:
    """A number of things a second, with a digit behind the point only where it is small."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"


def duration(seconds: float) -> str:
    """Seconds as a person says them: `40 s`, `1 min 20 s`, `2 h 10 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        minutes, rest = divmod(round(seconds / 10), 6)
        return f"{minutes} min {rest}0 s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size_of(bytes_: int) -> str:
    """Bytes as a person says them: `800 bytes`, `12 kB`, `1.2 GB`."""
    power = min((len(str(bytes_)) - 1) // 3, 4)
    size, unit = bytes_ / 1000**power, ("bytes", "kB", "MB", "GB", "TB")[power]
    return f"{size:.1f} {unit}" if power and size < 9.95 else f"{size:.0f} {unit}"
