"""What is counted from a result of statements: facets, and statements by speaker or by speaker and subject."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.models import ACTOR_TYPES, EntityType
from app.search.aggregations.facets import FacetCount
from app.search.index.bitmaps import Int64Array, RankedPostings, list_indexes, positions_of
from app.search.index.columns import STATEMENT_KINDS
from app.search.index.memberships import member_postings
from app.search.index.snapshot import Snapshot
from app.search.query.statement_filters import StatementCountPage, StatementPage
from app.search.query.statements import StatementResult, statement_postings

MAX_CURSOR_COUNT = 2**62
"""A greater number in a cursor is not one of ours, and numpy refuses it."""

FACET_TYPES = {"speaker": ACTOR_TYPES, "about": frozenset(EntityType)}
"""The types of entity that the facets of entities count, as the parameters accept them."""


def statement_facets(result: StatementResult, filters: StatementPage) -> dict[str, list[FacetCount]]:
    """Return the facets that a request selects.

    A facet of an any-of filter ignores its own filter; `about` counts within the result.
    """
    return {name: _facet(result, name, filters.facet_size, members=filters.members) for name in filters.facet}


def _facet(result: StatementResult, name: str, size: int, *, members: bool) -> list[FacetCount]:
    """Return the `size` most frequent values, then the chosen values that are not among them."""
    applied = tuple(clause for clause in result.clauses if name == "about" or clause.parameter != name)
    positions = result.positions if applied == result.clauses else result.matching(applied)
    counts = _counts(result.snapshot, name, positions, members=members)
    chosen = {
        clause.ordinal
        for clause in result.clauses
        if clause.parameter in {name, f"any_{name}"} and clause.ordinal is not None
    }
    ranked = _ranked(result.snapshot, name, counts)
    top = list(islice(ranked, size))
    unlisted = sorted(chosen - set(top), key=lambda ordinal: (-int(counts[ordinal]), ordinal))
    return [
        FacetCount(*_label(result.snapshot, name, ordinal), int(counts[ordinal]), ordinal in chosen)
        for ordinal in (*top, *unlisted)
    ]


def _counts(snapshot: Snapshot, name: str, positions: BitMap, *, members: bool) -> Int64Array:
    """Return the number of these statements that have each value of a facet, by ordinal."""
    statements = snapshot.statements
    if name == "source":
        sources = snapshot.source_of[statements.articles_of(positions_of(positions))]
        return np.bincount(sources, minlength=len(snapshot.labels.source))
    if name == "kind":
        return np.array([positions.intersection_cardinality(posting) for posting in statements.kind], np.int64)
    if name == "speaker":
        entities = statements.speaker_of[positions_of(positions)]
        entities = entities[entities >= 0]
    else:
        starts, lists = statements.about_lists
        entities = lists[list_indexes(starts, positions)]
    counts = np.bincount(entities, minlength=len(snapshot.labels.entity))
    if members:
        groups = _groups(snapshot, name)
        for ordinal in groups.by_total:
            counts[ordinal] = positions.intersection_cardinality(groups.postings[ordinal])
    return counts


def _groups(snapshot: Snapshot, name: str) -> RankedPostings:
    """Return the postings of the entities that have members, each with all its members."""
    key, types = (name, "statements with members"), FACET_TYPES[name]
    if key not in snapshot.cache.ranked_postings:
        own = statement_postings(snapshot, name)
        groups = sorted(ordinal for ordinal in snapshot.memberships if snapshot.labels.entity[ordinal].type in types)
        postings = list(own.postings)
        for ordinal in groups:
            postings[ordinal] = BitMap.union(
                *(member.positions for member in member_postings(snapshot, ordinal, types, own))
            )
        snapshot.cache.ranked_postings[key] = RankedPostings.of(tuple(postings), groups)
    return snapshot.cache.ranked_postings[key]


def _ranked(snapshot: Snapshot, name: str, counts: Int64Array) -> Iterator[int]:
    """Yield the ordinals with a count, the most frequent first, ties by id; entities only of the types of the facet."""
    ordinals, types = np.flatnonzero(counts), FACET_TYPES.get(name)
    ranked: list[int] = ordinals[np.argsort(-counts[ordinals], kind="stable")].tolist()
    return (ordinal for ordinal in ranked if types is None or snapshot.labels.entity[ordinal].type in types)


def _label(snapshot: Snapshot, name: str, ordinal: int) -> tuple[str, str]:
    if name == "kind":
        return STATEMENT_KINDS[ordinal], STATEMENT_KINDS[ordinal]
    label = snapshot.labels.source[ordinal] if name == "source" else snapshot.labels.entity[ordinal]
    return label.id, label.name


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """The number of statements of a speaker, or of a speaker about an entity; both are ordinals."""

    speaker: int
    about: int | None
    count: int


@dataclass(frozen=True, slots=True)
class SpeakerCounts:
    """A page of counts, their total number, and where the next page starts: a count and ids; None on the last page."""

    total: int
    page: list[SpeakerCount]
    next: tuple[int, str] | None


def count_speakers(
    result: StatementResult, filters: StatementCountPage, after: tuple[int, str] | None
) -> SpeakerCounts:
    """Return the `limit` speakers, or pairs of a speaker and an entity, after a key: most statements first, then by id.

    A statement whose speaker is unknown counts for nobody.
    """
    snapshot = result.snapshot
    # Labels are in the order of their ids, so that codes are in the order of both ids.
    size = len(snapshot.labels.entity) if filters.by == "pair" else 1
    codes, counts = np.unique(_codes(snapshot, result.positions, size), return_counts=True)
    total = len(codes)
    if after is not None:
        count, first = min(max(after[0], -1), MAX_CURSOR_COUNT), _first_code(snapshot, after[1], size)
        remaining = (counts < count) | ((counts == count) & (codes >= first))
        codes, counts = codes[remaining], counts[remaining]
    order = np.argsort(-counts, kind="stable")[: filters.limit + 1]
    pairs = [
        (*divmod(code, size), count) for code, count in zip(codes[order].tolist(), counts[order].tolist(), strict=True)
    ]
    page = [SpeakerCount(speaker, about if filters.by == "pair" else None, count) for speaker, about, count in pairs]
    if len(page) <= filters.limit:
        return SpeakerCounts(total, page, None)
    last = page[filters.limit - 1]
    ids = (snapshot.labels.entity[ordinal].id for ordinal in (last.speaker, last.about) if ordinal is not None)
    return SpeakerCounts(total, page[: filters.limit], (last.count, " ".join(ids)))


def _codes(snapshot: Snapshot, positions: BitMap, size: int) -> Int64Array:
    """Return a number for each speaker of each statement, or for each pair: speaker times `size` plus entity."""
    speakers: NDArray[np.int64] = snapshot.statements.speaker_of[positions_of(positions)].astype(np.int64)
    if size == 1:
        return speakers[speakers >= 0]
    starts, lists = snapshot.statements.about_lists
    members = positions_of(positions)
    speakers = np.repeat(speakers, starts[members + 1] - starts[members])
    codes = speakers * size + lists[list_indexes(starts, positions)]
    return codes[speakers >= 0]


def _first_code(snapshot: Snapshot, ids: str, size: int) -> int:
    """Return the first code after the one of these ids, whether or not they are still known."""
    labels, id_of = snapshot.labels.entity, attrgetter("id")
    speaker, _, about = ids.partition(" ")
    ordinal = bisect_left(labels, speaker, key=id_of)
    if ordinal == len(labels) or labels[ordinal].id != speaker:
        return ordinal * size
    return ordinal * size + (1 if size == 1 else bisect_right(labels, about, key=id_of))
