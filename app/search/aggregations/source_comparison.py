"""A bitmap -> its sources side by side: how much of each, what only it names, and whom it lets speak."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from app.dates import day_range
from app.search.index.bitmaps import Counted, members_of_lists, places_of, set_of
from app.search.index.snapshot import Snapshot
from app.search.query.aggregation_filters import ComparisonPage
from app.search.query.search import Result

LISTED = 5
"""Entities and speakers that are listed of each source: a look, where `/v1/entities` has the whole."""

PART = 20_000
"""So many of the found articles, spread over all of them, are enough to tell who is named by several sources."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A source in a result, by index: its found articles, and how many it has in the asked days.

    `only` are entities with their number of articles, `speakers` with their number of statements.
    """

    ordinal: int
    positions: BitMap
    coverage: int
    only: Counted
    speakers: Counted


def counted_sources(result: Result) -> list[tuple[int, str, int]]:
    """Return (found articles, id, index) of every source that has articles, found or not."""
    snapshot = result.snapshot
    labels, postings = snapshot.labels.source, snapshot.postings["source"]
    counts = np.bincount(snapshot.source_of[places_of(result.positions)], minlength=len(labels)).tolist()
    return [(counts[ordinal], label.id, ordinal) for ordinal, label in enumerate(labels) if postings[ordinal]]


def compare(result: Result, asked: ComparisonPage, ordinals: Sequence[int]) -> list[Compared]:
    """Return these sources, in this order, as they stand in what was found."""
    snapshot = result.snapshot
    postings, only = snapshot.postings["source"], _named_by_one(snapshot, result.positions, ordinals)
    printed = snapshot.printed_within(*day_range(asked.from_, asked.to))
    compared = []
    for ordinal in ordinals:
        own, coverage = result.positions & postings[ordinal], printed.intersection_cardinality(postings[ordinal])
        compared.append(Compared(ordinal, own, coverage, only[ordinal], _speakers(snapshot, own)))
    return compared


def _named_by_one(snapshot: Snapshot, found: BitMap, ordinals: Sequence[int]) -> dict[int, Counted]:
    """Return for each of these sources the entities that its found articles name and no other's do, most first."""
    only: dict[int, Counted] = {ordinal: [] for ordinal in ordinals}
    for entity in _perhaps_of_one(snapshot, found):
        naming = found & snapshot.postings["entity"][entity]
        source = int(snapshot.source_of[naming.min()]) if naming else -1
        if source in only and naming.issubset(snapshot.postings["source"][source]):
            only[source].append((entity, len(naming)))
    return {source: sorted(entities, key=_by_count)[:LISTED] for source, entities in only.items()}


def _perhaps_of_one(snapshot: Snapshot, found: BitMap) -> list[int]:
    """Return the entities of which some of the found articles do not show already that several sources name them."""
    places = places_of(found)
    step = len(places) // PART + 1
    part = places[::step]
    entities = snapshot.entity_lists[members_of_lists(snapshot.entity_starts, set_of(part))]
    sources = np.repeat(snapshot.source_of[part], snapshot.entity_starts[part + 1] - snapshot.entity_starts[part])
    # Of all that name an entity the last is kept; where any differs from it, there are several.
    kept = np.full(len(snapshot.labels.entity), -1, np.int32)
    kept[entities] = sources
    perhaps = np.full(len(kept), fill_value=True) if step > 1 else kept >= 0
    perhaps[entities[kept[entities] != sources]] = False
    candidates: list[int] = np.flatnonzero(perhaps).tolist()
    return candidates


def _speakers(snapshot: Snapshot, found: BitMap) -> Counted:
    """Return who is given most statements in these articles, ties by id."""
    said = snapshot.statements
    speakers = said.speaker_of[members_of_lists(said.starts, found)]
    counts = np.bincount(speakers[speakers >= 0])
    # To sort all of them would take longer than to count them.
    least = np.partition(counts, -LISTED)[-LISTED] if len(counts) > LISTED else 0
    most = np.flatnonzero(counts >= max(1, least))
    return sorted(zip(most.tolist(), counts[most].tolist(), strict=True), key=_by_count)[:LISTED]


def _by_count(pair: tuple[int, int]) -> tuple[int, int]:
    # Labels are sorted by id, so that indexes break ties.
    ordinal, count = pair
    return -count, ordinal
