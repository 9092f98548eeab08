"""The sources of a result side by side: articles, entities that only one source names, and speakers quoted most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from app.deadline import check_deadline
from app.search.index.bitmaps import OrdinalCounts, bitmap_of, list_indexes, positions_of
from app.search.index.snapshot import Snapshot
from app.search.query.search import Result

# An overview; `/v1/entities` has the full list.
MAX_LISTED = 5
"""Maximum number of entities and of speakers to list per source."""

# Enough to detect most entities that several sources name.
SAMPLE_SIZE = 20_000
"""Approximate size of an evenly spaced sample of the articles."""


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """A source in a result: its ordinal and articles, and its number of articles in the days of the request.

    `only` are the entities that no other source of the result names, with their number of articles; `speakers` have
    their number of statements.
    """

    ordinal: int
    positions: BitMap
    coverage: int
    only: OrdinalCounts
    speakers: OrdinalCounts


def source_totals(result: Result) -> list[tuple[int, str, int]]:
    """Return (articles in the result, id, ordinal) of every source that has articles in the corpus."""
    snapshot = result.snapshot
    labels, postings = snapshot.labels.source, snapshot.postings["source"]
    counts = np.bincount(snapshot.source_of[positions_of(result.positions)], minlength=len(labels)).tolist()
    return [(counts[ordinal], label.id, ordinal) for ordinal, label in enumerate(labels) if postings[ordinal]]


def compare(result: Result, ordinals: Sequence[int], max_listed: int | None = MAX_LISTED) -> Iterator[SourceComparison]:
    """Yield the comparison of these sources within a result, in this order; without a maximum, with whole lists."""
    snapshot = result.snapshot
    postings, exclusive = snapshot.postings["source"], _exclusive_entities(snapshot, result.positions, ordinals)
    printed = snapshot.all_positions if result.day_clause is None else result.day_clause.positions
    for ordinal in ordinals:
        check_deadline()
        own, coverage = result.positions & postings[ordinal], printed.intersection_cardinality(postings[ordinal])
        only, speakers = exclusive[ordinal][:max_listed], _top_speakers(snapshot, own, max_listed)
        yield SourceComparison(ordinal, own, coverage, only, speakers)


def _exclusive_entities(snapshot: Snapshot, positions: BitMap, ordinals: Sequence[int]) -> dict[int, OrdinalCounts]:
    """Return for each of these sources the entities that only its articles name, those with the most articles first."""
    exclusive: dict[int, OrdinalCounts] = {ordinal: [] for ordinal in ordinals}
    for entity in _exclusive_candidates(snapshot, positions):
        check_deadline()
        naming = positions & snapshot.postings["entity"][entity]
        source = int(snapshot.source_of[naming.min()]) if naming else -1
        if source in exclusive and naming.issubset(snapshot.postings["source"][source]):
            exclusive[source].append((entity, len(naming)))
    return {source: sorted(entities, key=_by_count) for source, entities in exclusive.items()}


def _exclusive_candidates(snapshot: Snapshot, positions: BitMap) -> list[int]:
    """Return the entities that only one source may name: those that a sample does not show in several sources."""
    articles = positions_of(positions)
    step = len(articles) // SAMPLE_SIZE + 1
    sample = articles[::step]
    entities = snapshot.entity_lists[list_indexes(snapshot.entity_starts, bitmap_of(sample))]
    sources = np.repeat(snapshot.source_of[sample], snapshot.entity_starts[sample + 1] - snapshot.entity_starts[sample])
    # This stores the last source that names each entity; if another one differs from it, several name the entity.
    last_source = np.full(len(snapshot.labels.entity), -1, np.int32)
    last_source[entities] = sources
    is_candidate = np.full(len(last_source), fill_value=True) if step > 1 else last_source >= 0
    is_candidate[entities[last_source[entities] != sources]] = False
    candidates: list[int] = np.flatnonzero(is_candidate).tolist()
    return candidates


def _top_speakers(snapshot: Snapshot, positions: BitMap, size: int | None) -> OrdinalCounts:
    """Return the `size` speakers with the most statements in these articles, ties by id."""
    statements = snapshot.statements
    speakers = statements.speaker_of[list_indexes(statements.starts, positions)]
    counts = np.bincount(speakers[speakers >= 0])
    # A full sort would take longer than the counting.
    threshold = np.partition(counts, -size)[-size] if size is not None and len(counts) > size else 0
    top = np.flatnonzero(counts >= max(1, threshold))
    return sorted(zip(top.tolist(), counts[top].tolist(), strict=True), key=_by_count)[:size]


def _by_count(pair: tuple[int, int]) -> tuple[int, int]:
    # Labels are sorted by id, so that ordinals break ties.
    ordinal, count = pair
    return -count, ordinal
