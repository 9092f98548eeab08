"""Suggestions while a user types: entities and sources by the beginning of a name, by number of articles."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from heapq import heappush, heappushpop

import numpy as np
from pyroaring import BitMap

from app.deadline import check_deadline
from app.errors import InvalidRequestError, ParameterProblem
from app.labels import EntityLabel, SourceLabel
from app.search.aggregations.facets import MAX_SUMMED_ARTICLES, CountArray, owner_sums
from app.search.index.snapshot import Snapshot
from app.search.names.prefixes import OWNER_KINDS, Owners, PrefixMatches
from app.text.folding import fold_name

# Of three letters, two correct ones would match a large share of all names.
MIN_TYPO_LETTERS = 4
"""Minimum number of letters and digits of a prefix in which a typo is tolerated."""

# Adding up the values of this many articles takes as long as intersecting one posting.
ARTICLES_PER_OWNER = 25
"""Maximum number of articles per name owner for which values are added up instead of intersecting postings."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entity or source, its name that matches, whether that took a typo, and its number of articles."""

    label: EntityLabel | SourceLabel
    matched: str
    typo: bool
    articles: int


class Suggestions:
    """The entities and sources to suggest within some articles."""

    def __init__(self, snapshot: Snapshot, positions: BitMap, kinds: Collection[str]) -> None:
        """Suggest only these kinds (all if empty), ranked by how many of the articles have them."""
        self._snapshot = snapshot
        self._positions = positions
        self._kinds = [OWNER_KINDS.index(kind) for kind in kinds or OWNER_KINDS]

    def of(self, prefix: str, size: int) -> list[Suggestion]:
        """Return the best `size` suggestions for a prefix, by articles and then id; matches with a typo come last.

        Raise InvalidRequestError for a prefix without letters and digits.
        """
        folded = fold_name(prefix)
        letters = sum(map(str.isalnum, folded))
        if not letters:
            raise InvalidRequestError(ParameterProblem("prefix", prefix, "at least one letter or digit"))
        exact = self._snapshot.names.prefixes.exact(folded)
        suggestions = self._top(exact, size, typo=False)
        if letters < MIN_TYPO_LETTERS or len(suggestions) == size:
            return suggestions
        near = self._snapshot.names.prefixes.near(folded)
        only_near = near.filter(~np.isin(near.owners, exact.owners))
        return suggestions + self._top(only_near, size - len(suggestions), typo=True)

    def _top(self, matches: PrefixMatches, size: int, *, typo: bool) -> list[Suggestion]:
        prefixes = self._snapshot.names.prefixes
        fitting = matches.filter(np.isin(prefixes.kinds[matches.owners], self._kinds))
        return [
            Suggestion(prefixes.labels[fitting.owners[at]], prefixes.names[fitting.rows[at]], typo, count)
            for at, count in self._top_owners(fitting.owners, size)
        ]

    def _top_owners(self, owners: Owners, size: int) -> list[tuple[int, int]]:
        """Return the owners with the most articles, ties by id, as (index into `owners`, number of articles)."""
        id_ranks, counts = self._snapshot.names.prefixes.id_ranks[owners], self._counts(len(owners))
        if counts is not None:
            order = np.lexsort((id_ranks, -counts[owners]))[:size]
            return list(zip(order.tolist(), counts[owners[order]].tolist(), strict=True))
        totals = self._snapshot.totals[owners]
        best: list[tuple[int, int, int]] = []
        for at in np.lexsort((id_ranks, -totals)).tolist():
            # Totals descend, and no owner has more articles within the result: no later one is better.
            if len(best) == size and totals[at] < best[0][0]:
                break
            check_deadline()
            count = self._positions.intersection_cardinality(self._snapshot.posting(int(owners[at])))
            push = heappushpop if len(best) == size else heappush
            push(best, (count, -int(id_ranks[at]), at))
        return [(at, count) for count, _, at in sorted(best, reverse=True)]

    def _counts(self, owner_count: int) -> CountArray | None:
        """Return the number of articles of every owner, None if it is faster to count those of `owner_count` owners."""
        if len(self._positions) == len(self._snapshot):
            return self._snapshot.totals
        max_articles = min(MAX_SUMMED_ARTICLES, ARTICLES_PER_OWNER * owner_count)
        return self._sums if len(self._positions) <= max_articles else None

    @cached_property
    def _sums(self) -> CountArray:
        return owner_sums(self._snapshot, self._positions)
