"""A bitmap -> how many of its articles have each value, the most frequent first, ties by id."""

from dataclasses import dataclass
from functools import cached_property
from heapq import heappush, heappushpop

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.models import ACTOR_TYPES, EntityType
from app.search.index.bitmaps import Counted, Family, members_of_lists, places_of
from app.search.index.memberships import entity_family
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import match
from app.search.query.parameters import FacetName
from app.search.query.search import Result

SMALL = 20_000
"""Up to so many articles it is quicker to add up what each of them has than to intersect the postings."""

FACET_TYPES = {
    "actor": ACTOR_TYPES,
    "place": frozenset({EntityType.PLACE}),
    "weapon": frozenset({EntityType.WEAPON}),
}
"""The types of entity that each entity facet counts."""

CHOSEN_BY = {
    "actor": {"actor", "any_actor"},
    "place": {"place"},
    "weapon": {"weapon"},
    "source": {"source"},
    "language": {"language"},
    "precision": {"precision"},
}
"""The parameters whose values are chosen values of each facet."""


@dataclass(frozen=True, slots=True)
class Count:
    """A value of a facet: its id and name, how many articles have it, whether the request chose it."""

    id: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Leading:
    """A value that many articles of a result have: its id and name, how many have it, and all that have it anywhere."""

    id: str
    name: str
    count: int
    posting: BitMap


Counts = NDArray[np.int64]
"""How many articles have each value of a family, by its index."""


class FacetCounts:
    """The facets of one result; what several of them need is counted once."""

    def __init__(self, result: Result, *, members: bool = False) -> None:
        """Count within a result; with `members` each entity counts with its members, as the search does."""
        self._result = result
        self._members = members

    def facet(self, name: FacetName, size: int) -> list[Count]:
        """Return the `size` most frequent values, and the chosen ones after them if they are not among these.

        A facet of an any-of filter ignores its own filter; the others count within the result. What was counted is
        remembered with the corpus version: every page of a search asks for its facets again.
        """
        snapshot, clauses = self._result.snapshot, self._result.clauses
        limiting = tuple(clause for clause in clauses if name in FACET_TYPES or clause.parameter != name)
        found = self._result.positions if limiting == clauses else match(snapshot.all, limiting)
        family = self._family(name)
        asked = (name, size, self._members, tuple((clause.parameter, clause.value) for clause in limiting))
        counted = snapshot.cache.counted
        largest = counted.get(asked) or counted.put(asked, self._largest(name, family, found, size))
        chosen = {
            clause.ordinal for clause in clauses if clause.parameter in CHOSEN_BY[name] and clause.ordinal is not None
        }
        listed = [Count(*_label(snapshot, name, ordinal), count, ordinal in chosen) for ordinal, count in largest]
        unlisted = chosen - {ordinal for ordinal, _ in largest}
        kept = [
            Count(
                *_label(snapshot, name, ordinal), found.intersection_cardinality(family.postings[ordinal]), chosen=True
            )
            for ordinal in unlisted
        ]
        unheard = {clause.value for clause in clauses if clause.parameter == name and clause.ordinal is None}
        kept += [Count(value, value, 0, chosen=True) for value in unheard]
        return listed + sorted(kept, key=lambda count: (-count.count, count.id))

    def leading(self, name: FacetName, size: int) -> list[Leading]:
        """Return the `size` most frequent values within the result, whatever was chosen; ties by id."""
        family, snapshot = self._family(name), self._result.snapshot
        largest = self._largest(name, family, self._result.positions, size)
        return [
            Leading(*_label(snapshot, name, ordinal), count, family.postings[ordinal]) for ordinal, count in largest
        ]

    def _family(self, name: FacetName) -> Family:
        snapshot = self._result.snapshot
        if name in FACET_TYPES:
            return entity_family(snapshot, FACET_TYPES[name], members=self._members)
        return snapshot.family(name)

    def _largest(self, name: FacetName, family: Family, found: BitMap, size: int) -> Counted:
        counts = self._summed(name, found) if len(found) <= SMALL else None
        return _largest(family, found, size) if counts is None else _most(family, counts, size)

    def _summed(self, name: FacetName, found: BitMap) -> Counts | None:
        """Return the counts of a small set added up, None for values that are quicker to intersect."""
        if name == "source":
            return _of_sources(self._result.snapshot, found)
        return self._named if name in FACET_TYPES and not self._members else None

    @cached_property
    def _named(self) -> Counts:
        return _of_entities(self._result.snapshot, self._result.positions)


def _label(snapshot: Snapshot, name: FacetName, ordinal: int) -> tuple[str, str]:
    if name in {"language", "precision"}:
        value: str = getattr(snapshot.labels, name)[ordinal]
        return value, value
    label = snapshot.labels.source[ordinal] if name == "source" else snapshot.labels.entity[ordinal]
    return label.id, label.name


def entity_counts(snapshot: Snapshot, found: BitMap, types: frozenset[EntityType], size: int | None = None) -> Counted:
    """Return the entities of these types that the found articles name, as (ordinal, number of articles).

    Small sets are counted from their articles' own lists, large ones by intersection: whichever is cheaper.
    """
    family = entity_family(snapshot, types)
    return _largest(family, found, size) if len(found) > SMALL else _most(family, _of_entities(snapshot, found), size)


def source_counts(snapshot: Snapshot, found: BitMap, size: int) -> Counted:
    """Return the `size` sources with most of the found articles, as (ordinal, number of articles)."""
    family = snapshot.family("source")
    return _largest(family, found, size) if len(found) > SMALL else _most(family, _of_sources(snapshot, found), size)


def counts_of_all(snapshot: Snapshot, found: BitMap) -> Counts:
    """Return for each entity and, behind them, each source the number of found articles that have it.

    It adds up what each article has, which suits small sets only.
    """
    return np.concatenate((_of_entities(snapshot, found), _of_sources(snapshot, found)))


def _of_entities(snapshot: Snapshot, found: BitMap) -> Counts:
    """Return for each entity the number of found articles whose list holds it."""
    entities = snapshot.entity_lists[members_of_lists(snapshot.entity_starts, found)]
    return np.bincount(entities, minlength=len(snapshot.labels.entity))


def _of_sources(snapshot: Snapshot, found: BitMap) -> Counts:
    """Return for each source the number of found articles that are its own."""
    return np.bincount(snapshot.source_of[places_of(found)], minlength=len(snapshot.labels.source))


def _most(family: Family, counts: Counts, size: int | None) -> Counted:
    """Return the `size` largest counts above 0 as (ordinal, count)."""
    found = counts[family.ordinals]
    # To sort all of them would take longer than to count them.
    least = np.partition(found, -size)[-size] if size is not None and size < len(found) else 0
    named = family.ordinals[found >= max(1, least)]
    return sorted(zip(named.tolist(), counts[named].tolist(), strict=True), key=_by_count)[:size]


def _largest(family: Family, found: BitMap, size: int | None) -> Counted:
    """Return the same by intersection: in the order of totals it can stop early."""
    best: list[tuple[int, int]] = []
    for ordinal in family.by_total:
        posting = family.postings[ordinal]
        full = size is not None and len(best) == size
        if full and len(posting) < best[0][0]:
            break
        count = found.intersection_cardinality(posting)
        if full:
            heappushpop(best, (count, -ordinal))
        elif count:
            heappush(best, (count, -ordinal))
    return sorted(((-negative, count) for count, negative in best), key=_by_count)


def _by_count(pair: tuple[int, int]) -> tuple[int, int]:
    ordinal, count = pair
    return -count, ordinal
