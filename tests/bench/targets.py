"""What Dateline should reach at a million articles, and whether a run reached it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.measure import Measurement

FILTERS = (
    "latest",
    "frequent actor",
    "two actors and a year",
    "frequent and rare actor",
    "source and actor",
    "a year alone",
)
RARE = ("rare actor", "rare word")
HALF = ("word of half the corpus", "two of them")
HEAVY = ("any of ten words", "a prefix of 455 words", "a phrase of frequent words", "frequent words, near")
RELEVANCE = "the same by relevance"
EXPORT = "export of a tenth"

Values = Callable[[Measurement], list[float]]
"""The values of a target; empty if the run did not measure them."""


@dataclass(frozen=True, slots=True)
class Target:
    """Values that must all be at most, or at least, a bound."""

    what: str
    values: Values
    at_most: float | None = None
    at_least: float | None = None

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"at most {self.at_most:g}" if self.at_most is not None else f"at least {self.at_least:g}"

    def worst(self, measured: Measurement) -> float | None:
        """Return the value that is furthest from the bound; None if nothing was measured."""
        return (min if self.at_most is None else max)(self.values(measured), default=None)

    def is_reached(self, worst: float) -> bool:
        """Return whether a value keeps the bound."""
        return worst <= self.at_most if self.at_most is not None else worst >= (self.at_least or 0)


def _ratios(names: tuple[str, ...], other: str, to: str = "dateline") -> Values:
    """Return the medians of another engine divided by those of Dateline, by question."""

    def values(measured: Measurement) -> list[float]:
        found = (measured.row(name).ratio(other, to) for name in names)
        return [ratio for ratio in found if ratio is not None]

    return values


def _medians(*names: str) -> Values:
    return lambda measured: [measured.row(name).times["dateline"].median for name in names]


def _number(name: str) -> Values:
    return lambda measured: [measured.numbers[name]] if name in measured.numbers else []


def _quotient(name: str, divisor: str) -> Values:
    def values(measured: Measurement) -> list[float]:
        numbers = measured.numbers
        return [numbers[name] / numbers[divisor]] if {name, divisor} <= numbers.keys() else []

    return values


TARGETS = (
    Target("filters: times as fast as Typesense", _ratios(FILTERS, "typesense"), at_least=5),
    Target("rare actor, rare word: times as fast as Typesense", _ratios(RARE, "typesense"), at_least=2),
    Target("filters: multiple of bare Starlette", _ratios(FILTERS + RARE[:1], "dateline", "static"), at_most=6),
    Target("word of half the corpus, two of them, ms", _medians(*HALF), at_most=10),
    Target("the same: times as fast as Typesense", _ratios(HALF, "typesense"), at_least=15),
    Target("by relevance over all matches, ms", _medians(RELEVANCE), at_most=20),
    Target("phrase, NEAR, prefix, OR of ten, ms", _medians(*HEAVY), at_most=100),
    Target(
        "16 connections, one worker: multiple of Typesense",
        _quotient("new searches a second", "Typesense: new searches a second"),
        at_least=3,
    ),
    Target(
        "two workers: processor per answer, multiple of one",
        _quotient("two workers: processor of a new search, ms", "processor of a new search, ms"),
        at_most=1.1,
    ),
    Target(
        "load, articles per second of processor", lambda m: [m.load_times.rate] if m.load_times else [], at_least=5000
    ),
    Target("load, MB at most", lambda m: [m.load_times.memory] if m.load_times else [], at_most=450),
    Target("publish of 100 newest, s", _number("publish of 100 newest, s"), at_most=0.3),
    Target("publish of 100 newest, MB written", _number("publish of 100 newest, MB written"), at_most=2),
    Target("publish of 100 older, s", _number("publish of 100 older, s"), at_most=1),
    Target("memory of the worker, MB", _number("memory of the worker, MB"), at_most=300),
    Target("start, s", _number("start to first answer, s"), at_most=1.5),
    Target("export of a tenth, s of processor", lambda m: [m.row(EXPORT).cpu / 1000], at_most=2),
)
