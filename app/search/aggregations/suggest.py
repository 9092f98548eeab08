"""What someone who types may mean: entities and sources by the beginning of a name, those of most articles first."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from heapq import heappush, heappushpop

import numpy as np
from pyroaring import BitMap

from app.errors import InvalidParameter, InvalidRequestError
from app.labels import EntityLabel, SourceLabel
from app.search.aggregations.facets import SMALL, Counts, counts_of_all
from app.search.index.snapshot import Snapshot
from app.search.names.prefixes import KINDS, Bearers, Borne
from app.text.folding import fold

LEAST_LETTERS = 4
"""Letters and digits in which a typo is forgiven: two right ones of three begin a large part of all names."""

ARTICLES_A_BEARER = 25
"""Articles of which all that they have is added up in the time in which one posting is intersected."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entity or source, the name of it that begins as was typed, whether but for a typo, and its articles."""

    label: EntityLabel | SourceLabel
    matched: str
    typo: bool
    articles: int


class Suggestions:
    """What can be suggested within some articles."""

    def __init__(self, snapshot: Snapshot, found: BitMap, kinds: Collection[str]) -> None:
        """Suggest only these kinds (none: all), by how many of the found articles have them."""
        self._snapshot = snapshot
        self._found = found
        self._kinds = [KINDS.index(kind) for kind in kinds or KINDS]

    def of(self, prefix: str, size: int) -> list[Suggestion]:
        """Return whoever has a name that begins so, by articles and then id; behind them, but for a typo.

        Raises InvalidRequestError for a prefix without letters and digits.
        """
        folded = fold(prefix)
        letters = sum(map(str.isalnum, folded))
        if not letters:
            raise InvalidRequestError(InvalidParameter("prefix", prefix, "at least one letter or digit"))
        meant = self._snapshot.prefixes.exact(folded)
        exact = self._most(meant, size, typo=False)
        if letters < LEAST_LETTERS or len(exact) == size:
            return exact
        near = self._snapshot.prefixes.near(folded)
        others = near.only(~np.isin(near.bearers, meant.bearers))
        return exact + self._most(others, size - len(exact), typo=True)

    def _most(self, borne: Borne, size: int, *, typo: bool) -> list[Suggestion]:
        prefixes = self._snapshot.prefixes
        fitting = borne.only(np.isin(prefixes.kinds[borne.bearers], self._kinds))
        return [
            Suggestion(prefixes.labels[fitting.bearers[at]], prefixes.names[fitting.rows[at]], typo, count)
            for at, count in self._largest(fitting.bearers, size)
        ]

    def _largest(self, bearers: Bearers, size: int) -> list[tuple[int, int]]:
        """Return which of the bearers have most articles, ties by id, as (index among them, articles)."""
        places, counts = self._snapshot.prefixes.places[bearers], self._counts(len(bearers))
        if counts is not None:
            order = np.lexsort((places, -counts[bearers]))[:size]
            return list(zip(order.tolist(), counts[bearers[order]].tolist(), strict=True))
        totals = self._snapshot.totals[bearers]
        best: list[tuple[int, int, int]] = []
        for at in np.lexsort((places, -totals)).tolist():
            # They come by their totals, and none has more within the result: none that follows is better.
            if len(best) == size and totals[at] < best[0][0]:
                break
            count = self._found.intersection_cardinality(self._snapshot.posting(int(bearers[at])))
            push = heappushpop if len(best) == size else heappush
            push(best, (count, -int(places[at]), at))
        return [(at, count) for count, _, at in sorted(best, reverse=True)]

    def _counts(self, asked: int) -> Counts | None:
        """Return how many articles each bearer has, None if it is quicker to count those that are asked for."""
        if len(self._found) == len(self._snapshot):
            return self._snapshot.totals
        return self._summed if len(self._found) <= min(SMALL, ARTICLES_A_BEARER * asked) else None

    @cached_property
    def _summed(self) -> Counts:
        return counts_of_all(self._snapshot, self._found)
