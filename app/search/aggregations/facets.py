"""Facets: how many articles of a result have each value of a field, the most frequent first, ties by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import heappush, heappushpop

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.deadline import check_deadline
from app.models import EntityType
from app.posting_fields import ENTITY_FACETS, SOURCE
from app.search.index.bitmaps import OrdinalCounts, RankedPostings, list_indexes, positions_of
from app.search.index.field_values import NONE
from app.search.index.memberships import ranked_entities
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import match
from app.search.query.filters import ArticlePage
from app.search.query.parameters import FacetName
from app.search.query.resource_filters import SourcePage
from app.search.query.search import Result
from app.search.query.source_directory import DIRECTORY_FIELDS, SourceListing, known_source_values

# Up to these sizes it is faster to add up the values of each article than to intersect the postings, at a million
# articles with eight entities each.
MAX_SUMMED_ARTICLES = 60_000
"""Maximum number of articles whose values are added up."""

MAX_SUMMED_SOURCES = 200_000
"""Maximum number of articles whose sources are added up: each has one."""

# Fewer intersections take less time than adding up the lists of MAX_SUMMED_ARTICLES.
MAX_INTERSECTED_VALUES = 200
"""Maximum number of values of a field that are counted by intersection, whatever the number of articles."""

# About a tenth of a millisecond.
VALUES_PER_CHECK = 1_000
"""Values that are intersected between two checks of the deadline."""

# More would take more memory as a key than the counts do.
MAX_CACHED_CLAUSES = 10
"""Maximum number of clauses of a search whose counts are cached."""

CountArray = NDArray[np.int64]
"""The number of articles that have each value of a field, by ordinal."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet: its id and name, how many articles (or sources) have it, and whether the request chose it."""

    id: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a facet that are listed, and the number of all that any article has; NONE is not a value."""

    values: list[FacetCount]
    distinct: int


@dataclass(frozen=True, slots=True)
class TopValue:
    """A frequent value of a result: its id and name, its number of articles in the result, and its whole posting."""

    id: str
    name: str
    count: int
    posting: BitMap


def facet_counts(result: Result, filters: ArticlePage) -> dict[FacetName, Facet]:
    """Return the facets that a request selects."""
    counts = FacetCounts(result, members=filters.members)
    return {name: counts.facet(name, filters.facet_size) for name in filters.facet}


class FacetCounts:
    """The facets of one result; counts that several of them need are computed once."""

    def __init__(self, result: Result, *, members: bool = False) -> None:
        """Count within a result; with `members`, each entity counts with its members, as in the search."""
        self._result = result
        self._members = members

    def facet(self, name: FacetName, size: int) -> Facet:
        """Return the `size` most frequent values, then the chosen values that are not among them.

        A facet of an any-of filter ignores its own filter; all other facets, and those of a sample, count within the
        result. The counts are cached with the corpus version, since every page of a search requests its facets again.
        """
        clauses, sampled = self._result.clauses, self._result.sampled
        is_within = name in ENTITY_FACETS or sampled is not None
        applied = tuple(clause for clause in clauses if is_within or clause.parameter != name)
        positions = (
            self._result.positions if applied == clauses else match(self._result.snapshot.all_positions, applied)
        )
        ranked = self._ranked_postings(name)
        key = (name, size, self._members, sampled, tuple(clause.cache_key for clause in applied))
        cache = self._result.snapshot.cache.facet_counts
        counted = cache.get(key)
        if counted is None:
            counted = self._top_and_distinct(name, ranked, positions, size)
            if len(applied) <= MAX_CACHED_CLAUSES:
                cache.put(key, counted)
        top, distinct = counted
        values = self._listed(name, top, ranked, positions)
        return Facet(sorted(values, key=lambda count: (-count.count, count.id)), distinct)

    def _listed(
        self, name: FacetName, top: OrdinalCounts, ranked: RankedPostings, positions: BitMap
    ) -> list[FacetCount]:
        """Return the most frequent values, and the chosen ones that are not among them, each with its count."""
        snapshot, clauses = self._result.snapshot, self._result.clauses
        chosen = {
            clause.ordinal
            for clause in clauses
            if clause.parameter in {name, f"any_{name}"} and clause.ordinal is not None
        }
        listed = [FacetCount(*_label(snapshot, name, ordinal), count, ordinal in chosen) for ordinal, count in top]
        listed += [
            FacetCount(
                *_label(snapshot, name, ordinal),
                positions.intersection_cardinality(ranked.postings[ordinal]),
                chosen=True,
            )
            for ordinal in chosen - {ordinal for ordinal, _ in top}
        ]
        without_label = {c.value: c.positions for c in clauses if c.parameter == name and c.ordinal is None}
        listed += [
            FacetCount(value, value, positions.intersection_cardinality(own), chosen=True)
            for value, own in without_label.items()
        ]
        return listed

    def top_values(self, name: FacetName, size: int | None) -> list[TopValue]:
        """Return the `size` most frequent values within the result, or all, whether chosen or not; ties by id."""
        ranked, snapshot = self._ranked_postings(name), self._result.snapshot
        top = self._top(name, ranked, self._result.positions, size)
        return [TopValue(*_label(snapshot, name, ordinal), count, ranked.postings[ordinal]) for ordinal, count in top]

    def _ranked_postings(self, name: FacetName) -> RankedPostings:
        snapshot = self._result.snapshot
        if name in ENTITY_FACETS:
            return ranked_entities(snapshot, ENTITY_FACETS[name], members=self._members)
        if name in snapshot.field_values:
            return snapshot.field_values[name].ranked
        return snapshot.ranked_postings(name)

    def _top(self, name: FacetName, ranked: RankedPostings, positions: BitMap, size: int | None) -> OrdinalCounts:
        counts = self._sums(name, positions)
        return _top_by_intersection(ranked, positions, size) if counts is None else _top_of(ranked, counts, size)

    def _top_and_distinct(
        self, name: FacetName, ranked: RankedPostings, positions: BitMap, size: int
    ) -> tuple[OrdinalCounts, int]:
        """Return the `size` largest counts, and the number of values that these articles have."""
        counts = self._sums(name, positions)
        if counts is not None:
            return _top_of(ranked, counts, size), int(np.count_nonzero(counts[ranked.by_total_array]))
        top = _top_by_intersection(ranked, positions, size)
        distinct = len(top) if len(top) < size else _count_intersecting(ranked, positions)
        none = self._none_ordinal(name)
        return top, distinct - (none is not None and positions.intersect(ranked.postings[none]))

    def _none_ordinal(self, name: FacetName) -> int | None:
        """Return the ordinal of NONE in a facet; None if it has no such value."""
        snapshot = self._result.snapshot
        if name in snapshot.field_values:
            return snapshot.field_values[name].ordinal(NONE)
        values = snapshot.labels.values.get(name, ()) if name == "precision" else ()
        return values.index(NONE) if NONE in values else None

    def _sums(self, name: FacetName, positions: BitMap) -> CountArray | None:
        """Return the counts of a small set, added up; None if the postings of the field are faster to intersect."""
        snapshot = self._result.snapshot
        if name == SOURCE.name and len(positions) <= MAX_SUMMED_SOURCES:
            return _source_sums(snapshot, positions)
        if len(positions) > MAX_SUMMED_ARTICLES:
            return None
        if name in ENTITY_FACETS:
            return None if self._members else self._entity_sums
        if name in snapshot.field_values or len(snapshot.postings[name]) <= MAX_INTERSECTED_VALUES:
            return None
        starts, lists = snapshot.value_lists(name)
        return np.bincount(lists[list_indexes(starts, positions)], minlength=len(snapshot.postings[name]))

    @cached_property
    def _entity_sums(self) -> CountArray:
        return _entity_sums(self._result.snapshot, self._result.positions)


def _label(snapshot: Snapshot, name: FacetName, ordinal: int) -> tuple[str, str]:
    if name in snapshot.field_values:
        values = snapshot.field_values[name]
        return values.ids[ordinal], values.names[ordinal]
    if name in snapshot.labels.values:
        value = snapshot.labels.values[name][ordinal]
        return value, value
    label = snapshot.labels.source[ordinal] if name == SOURCE.name else snapshot.labels.entity[ordinal]
    return label.id, label.name


def entity_counts(
    snapshot: Snapshot, positions: BitMap, types: frozenset[EntityType], size: int | None = None
) -> OrdinalCounts:
    """Return the entities of these types that the articles name, as (ordinal, number of articles).

    Small sets are counted from the entity lists of their articles, large ones by intersection, whichever is faster.
    """
    ranked = ranked_entities(snapshot, types)
    if len(positions) > MAX_SUMMED_ARTICLES:
        return _top_by_intersection(ranked, positions, size)
    return _top_of(ranked, _entity_sums(snapshot, positions), size)


def source_counts(snapshot: Snapshot, positions: BitMap, size: int) -> OrdinalCounts:
    """Return the `size` sources with the most of these articles, as (ordinal, number of articles)."""
    ranked = snapshot.ranked_postings("source")
    if len(positions) > MAX_SUMMED_SOURCES:
        return _top_by_intersection(ranked, positions, size)
    return _top_of(ranked, _source_sums(snapshot, positions), size)


def owner_sums(snapshot: Snapshot, positions: BitMap) -> CountArray:
    """Return the number of these articles that each name owner has: the entities, then the sources.

    It adds up the values of each article, which is only fast for small sets.
    """
    return np.concatenate((_entity_sums(snapshot, positions), _source_sums(snapshot, positions)))


def _entity_sums(snapshot: Snapshot, positions: BitMap) -> CountArray:
    """Return for each entity the number of articles whose entity list contains it."""
    entities = snapshot.entity_lists[list_indexes(snapshot.entity_starts, positions)]
    return np.bincount(entities, minlength=len(snapshot.labels.entity))


def _source_sums(snapshot: Snapshot, positions: BitMap) -> CountArray:
    """Return for each source the number of its articles."""
    return np.bincount(snapshot.source_of[positions_of(positions)], minlength=len(snapshot.labels.source))


def _top_of(ranked: RankedPostings, counts: CountArray, size: int | None) -> OrdinalCounts:
    """Return the `size` largest counts above 0 as (ordinal, count)."""
    ranked_counts = counts[ranked.by_total_array]
    # A full sort would take longer than the counting, and so would a partition of all the zeros.
    positive = ranked_counts[ranked_counts > 0]
    threshold = np.partition(positive, -size)[-size] if size is not None and size < len(positive) else 1
    top = ranked.by_total_array[ranked_counts >= threshold]
    return sorted(zip(top.tolist(), counts[top].tolist(), strict=True), key=_by_count)[:size]


def _top_by_intersection(ranked: RankedPostings, positions: BitMap, size: int | None) -> OrdinalCounts:
    """Return the `size` largest counts above 0 by intersection; the order of totals allows stopping early."""
    best: list[tuple[int, int]] = []
    for ordinal in ranked.by_total:
        check_deadline()
        posting = ranked.postings[ordinal]
        is_full = size is not None and len(best) == size
        if is_full and len(posting) < best[0][0]:
            break
        count = positions.intersection_cardinality(posting)
        if is_full:
            heappushpop(best, (count, -ordinal))
        elif count:
            heappush(best, (count, -ordinal))
    return sorted(((-negative, count) for count, negative in best), key=_by_count)


def _count_intersecting(ranked: RankedPostings, positions: BitMap) -> int:
    """Return the number of values that any of the positions has."""
    count = 0
    for start in range(0, len(ranked.by_total), VALUES_PER_CHECK):
        check_deadline()
        postings = [ranked.postings[ordinal] for ordinal in ranked.by_total[start : start + VALUES_PER_CHECK]]
        count += sum(map(positions.intersect, postings))
    return count


def _by_count(pair: tuple[int, int]) -> tuple[int, int]:
    ordinal, count = pair
    return -count, ordinal


def source_facets(listing: SourceListing, filters: SourcePage) -> dict[str, list[FacetCount]]:
    """Return the requested facets of a list of sources: the values that most sources have, then the chosen ones."""
    known = known_source_values(listing.snapshot)
    return {
        parameter: _source_facet(listing, parameter, known[DIRECTORY_FIELDS[parameter]], filters.facet_size)
        for parameter in map(str, filters.facet)
    }


def _source_facet(listing: SourceListing, parameter: str, names: Mapping[str, str], size: int) -> list[FacetCount]:
    counts, chosen = listing.value_counts(parameter), listing.chosen[parameter]
    frequent = [id_ for _, id_ in sorted((-count, id_) for id_, count in counts.items())[:size]]
    listed = (*frequent, *sorted(set(chosen).difference(frequent)))
    return [FacetCount(id_, names.get(id_, id_), counts[id_], id_ in chosen) for id_ in listed]
