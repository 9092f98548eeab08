"""What requests cost: kinds of request that cost about the same, and what those of a kind have cost recently."""

from collections import Counter, OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from app.http.request_url import QueryPair

MAX_KINDS = 1_024
"""Kinds whose costs are known; the least recently used is forgotten."""

# A kind changes its class soon after its cost does, and one slow request does not decide: it may have filled a cache.
RISE, FALL = 0.25, 0.5
"""Weights of a request in the moving averages, if it cost more or less than they say."""

VALUE_PARAMETERS = frozenset(("by", "explain", "facet", "highlight", "interval", "members", "offsets", "sort", "type"))
"""Parameters whose value decides what a request costs; of all others, their number does."""

NUMBER_PARAMETERS = frozenset(("edges", "facet_size", "limit", "nodes", "top"))
"""Parameters whose magnitude decides what a request costs."""

TEXT_PARAMETERS = frozenset(("q", "said"))
"""Parameters whose number of words, phrases and exclusions decide what a request costs."""

COSTLY_PARAMETERS = VALUE_PARAMETERS | NUMBER_PARAMETERS | TEXT_PARAMETERS

MAX_VALUE_LENGTH = 12
"""Characters of a value that distinguish two kinds."""

Kind = tuple[str, frozenset[Hashable]]
"""A path with placeholders, and the features of a query."""


def request_kind(path: str, pairs: Sequence[QueryPair]) -> Kind:
    """Return the kind of a request; numbers differ by their magnitude, to the nearest power of two."""
    names = Counter([pair.name for pair in pairs])
    features: set[Hashable] = {(name, count.bit_length()) for name, count in names.items()}
    for name, value, _ in pairs if names.keys() & COSTLY_PARAMETERS else ():
        if name in VALUE_PARAMETERS:
            features.add((name, value[:MAX_VALUE_LENGTH]))
        elif name in NUMBER_PARAMETERS:
            features.add((name, len(value), int(value).bit_length() if _is_number(value) else 0))
        elif name in TEXT_PARAMETERS:
            signs = tuple(sign in value for sign in ('"', "*", "OR", "|", "NEAR(", "~"))
            is_excluding = "NOT" in value or " -" in f" {value}"
            features.add((name, value.count(" ").bit_length(), *signs, is_excluding))
    features.update((name, count.bit_length()) for name, count in names.items())
    return path, frozenset(features)


def _is_number(value: str) -> bool:
    return len(value) < MAX_VALUE_LENGTH and value.isascii() and value.isdigit()


@dataclass(slots=True)
class Cost:
    """Moving averages of one kind of request: seconds of processor time, and elapsed seconds.

    `needs_thread` says whether the last one did what must not run on the event loop.
    """

    processor: float
    elapsed: float
    needs_thread: bool = False


class RequestCosts:
    """The recent costs of requests by kind."""

    def __init__(self, *, first: float, max_processor: float, max_kinds: int = MAX_KINDS) -> None:
        """Expect `first` seconds of an unknown kind, and count a request with at most `max_processor` seconds."""
        self._first = first
        self._max_processor = max_processor
        self._max_kinds = max_kinds
        self._costs: OrderedDict[Kind, Cost] = OrderedDict()

    def get(self, kind: Kind) -> Cost | None:
        """Return the cost of a kind, None if it is not known."""
        return self._costs.get(kind)

    def add(self, kind: Kind, processor: float, elapsed: float, *, needs_thread: bool = False) -> None:
        """Add the cost of one request, or of the slice that it exceeded."""
        cost = self._costs.setdefault(kind, Cost(self._first, self._first))
        self._costs.move_to_end(kind)
        cost.processor = _moved(cost.processor, min(processor, self._max_processor))
        cost.elapsed = _moved(cost.elapsed, elapsed)
        cost.needs_thread = needs_thread
        if len(self._costs) > self._max_kinds:
            self._costs.popitem(last=False)


def _moved(average: float, value: float) -> float:
    return average + (RISE if value > average else FALL) * (value - average)
