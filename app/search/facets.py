"""A bitmap -> how many of its articles have each value, the most frequent first, ties by id."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappush, heappushpop

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.models import ACTOR_TYPES, EntityType
from app.search.filters import FacetName
from app.search.matching import match
from app.search.members import postings_with_members
from app.search.result import Result
from app.search.snapshot import Postings, Snapshot, members_of_lists

SMALL = 20_000
"""Up to so many articles it is quicker to add up their own lists than to intersect every posting."""

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


def facet(result: Result, name: FacetName, size: int, *, members: bool = False) -> list[Count]:
    """Return the `size` most frequent values, and the chosen ones after them if they are not among these.

    A facet of an any-of filter ignores its own filter; the others count within the result, each entity with its
    members if the search does.
    """
    snapshot, clauses, found = result.snapshot, result.clauses, result.positions
    chosen = {clause.slot for clause in clauses if clause.parameter in CHOSEN_BY[name] and clause.slot is not None}
    if name in FACET_TYPES:
        types = FACET_TYPES[name]
        postings = postings_with_members(snapshot, types) if members else snapshot.postings["entity"]
        counts = (
            _with_members(snapshot, postings, found, types, size)
            if members
            else entity_counts(snapshot, found, types, size)
        )
    else:
        postings = snapshot.postings[name]
        found = match(snapshot.all, (clause for clause in clauses if clause.parameter != name))
        by_total = sorted(range(len(postings)), key=lambda slot: -len(postings[slot]))
        counts = _largest(postings, by_total, found, size)
    listed = [Count(*_label(snapshot, name, slot), count, slot in chosen) for slot, count in counts]
    unlisted = chosen - {slot for slot, _ in counts}
    kept = [
        Count(*_label(snapshot, name, slot), found.intersection_cardinality(postings[slot]), chosen=True)
        for slot in unlisted
    ]
    unheard = {clause.value for clause in clauses if clause.parameter == name and clause.slot is None}
    kept += [Count(value, value, 0, chosen=True) for value in unheard]
    return listed + sorted(kept, key=lambda count: (-count.count, count.id))


def _with_members(
    snapshot: Snapshot, postings: Postings, found: BitMap, types: frozenset[EntityType], size: int
) -> list[tuple[int, int]]:
    slots = snapshot.entities_by_total(types).tolist()
    return _largest(postings, sorted(slots, key=lambda slot: -len(postings[slot])), found, size)


def _label(snapshot: Snapshot, name: FacetName, slot: int) -> tuple[str, str]:
    if name in {"language", "precision"}:
        value: str = getattr(snapshot.labels, name)[slot]
        return value, value
    label = snapshot.labels.source[slot] if name == "source" else snapshot.labels.entity[slot]
    return label.id, label.name


def entity_counts(
    snapshot: Snapshot, found: BitMap, types: frozenset[EntityType], size: int | None = None
) -> list[tuple[int, int]]:
    """Return the entities of these types that the found articles name, as (slot, number of articles).

    Small sets are counted from their articles' own lists, large ones by intersection: whichever is cheaper.
    """
    candidates = snapshot.entities_by_total(types)
    if len(found) > SMALL:
        return _largest(snapshot.postings["entity"], candidates.tolist(), found, size)
    counts = _from_lists(snapshot, found)
    named = candidates[counts[candidates] > 0]
    ordered = named[np.lexsort((named, -counts[named]))][:size]
    return [(int(slot), int(counts[slot])) for slot in ordered]


def named_entities(
    snapshot: Snapshot, found: BitMap, types: frozenset[EntityType], name: str | None
) -> list[tuple[int, str, int]]:
    """Return (articles, id, slot) of the entities that the found articles name, of these types (none: all) and name."""
    counts = entity_counts(snapshot, found, types or frozenset(EntityType))
    called = None if name is None else snapshot.names.find(name)
    return [(n, snapshot.labels.entity[slot].id, slot) for slot, n in counts if called is None or slot in called]


def _from_lists(snapshot: Snapshot, found: BitMap) -> NDArray[np.int64]:
    """Return for each entity the number of found articles whose list holds it."""
    entities = snapshot.entity_lists[members_of_lists(snapshot.entity_starts, found)]
    return np.bincount(entities, minlength=len(snapshot.labels.entity))


def _largest(postings: Postings, candidates: Iterable[int], found: BitMap, size: int | None) -> list[tuple[int, int]]:
    """Return the `size` largest counts above 0; candidates in order of their totals let it stop early."""
    best: list[tuple[int, int]] = []
    for slot in candidates:
        posting = postings[slot]
        full = size is not None and len(best) == size
        if full and len(posting) < best[0][0]:
            break
        count = found.intersection_cardinality(posting)
        if full:
            heappushpop(best, (count, -slot))
        elif count:
            heappush(best, (count, -slot))
    return sorted(((-negative, count) for count, negative in best), key=_by_count)


def _by_count(pair: tuple[int, int]) -> tuple[int, int]:
    slot, count = pair
    return -count, slot
