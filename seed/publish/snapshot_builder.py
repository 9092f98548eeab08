"""Build the next snapshot from the served one and a delta. Pure: arrays and bitmaps only."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.labels import Labels, ordinals_by_id
from app.posting_fields import POSTING_FIELDS, VALUE_FIELDS
from app.search.index.bitmaps import Int32Array, Int64Array, bitmap_of
from app.search.index.columns import STATEMENT_KINDS, Columns, Statements
from app.search.index.snapshot import Snapshot
from seed.publish.delta import SnapshotDelta, StatementDelta
from seed.publish.postings import AddedValues, OrdinalMapping, build_postings, group_values, transpose

KIND_ORDINALS = OrdinalMapping(
    {kind: ordinal for ordinal, kind in enumerate(STATEMENT_KINDS)},
    np.arange(len(STATEMENT_KINDS), dtype=np.int32),
    len(STATEMENT_KINDS),
)
"""The ordinals of the kinds of statements, which are the same in every snapshot."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The metadata of the next snapshot: its version, its token and its time in UTC seconds."""

    version: int
    token: str
    at: int


@dataclass(frozen=True, slots=True)
class PositionMapping:
    """Positions in the next snapshot: of each old position (-1: replaced or removed), and of each row of the delta."""

    old: Int32Array
    delta: Int32Array


def build_snapshot(before: Snapshot, labels: Labels, delta: SnapshotDelta, publication: Publication) -> Snapshot:
    """Return the snapshot with the articles of a delta added or replaced, and without its removed articles.

    `labels` has the sources and entities of both. Every old position is mapped to a new one, as one permutation over
    all postings.
    """
    columns, positions = _merge_columns(before.columns, delta.columns, delta.removed)
    gone = bitmap_of(np.flatnonzero(positions.old < 0))
    values = {field.name: _used_values(before, field.name, gone, delta) for field in VALUE_FIELDS}
    labels = replace(labels, values=values)
    fields = [field.name for field in POSTING_FIELDS]
    ordinals = {field: _map_ordinals(field, before.labels, labels) for field in fields}
    postings = {
        field: build_postings(
            before.postings[field], positions.old, ordinals[field], _added_values(field, delta, positions.delta)
        )
        for field in fields
    }
    starts, lists = transpose(postings["entity"], size=len(columns.order))
    return Snapshot(
        version=publication.version,
        token=publication.token,
        published_at=publication.at,
        columns=columns,
        labels=labels,
        postings=postings,
        entity_starts=starts,
        entity_lists=lists,
        statements=_build_statements(before.statements, positions, ordinals["entity"], delta.statements),
        log=before.log,
    )


def _added_values(field: str, delta: SnapshotDelta, positions: Int32Array) -> AddedValues:
    """Return the values of a posting field with the positions of their articles."""
    values, lengths = delta.fields[field], delta.lengths.get(field)
    return AddedValues(positions if lengths is None else np.repeat(positions, lengths), values)


def is_in(values: Int64Array, others: Int64Array) -> NDArray[np.bool_]:
    """Return which of the values are among the others; faster than `numpy.isin` where either array is short."""
    ordered = np.sort(others)
    return np.searchsorted(ordered, values, side="right") > np.searchsorted(ordered, values)


def _merge_columns(old: Columns, new: Columns, removed: Int64Array) -> tuple[Columns, PositionMapping]:
    """Return the articles of both in the order of a snapshot; a new one replaces the old one with its id."""
    keep = np.flatnonzero(~is_in(old.article_ids, np.concatenate([new.article_ids, removed])))
    both = {name: np.concatenate([column[keep], getattr(new, name)]) for name, column in vars(old).items()}
    order = np.lexsort((both["article_ids"], both["local_time"], both["first_day"]))
    positions = np.empty(len(order), np.int32)
    positions[order] = np.arange(len(order), dtype=np.int32)
    old_positions = np.full(len(old.order), -1, np.int32)
    old_positions[keep] = positions[: len(keep)]
    columns = Columns(**{name: column[order] for name, column in both.items()})
    return columns, PositionMapping(old_positions, positions[len(keep) :])


def _used_values(before: Snapshot, field: str, gone: BitMap, delta: SnapshotDelta) -> tuple[str, ...]:
    """Return the values of a posting field that any remaining or added article has, in order."""
    postings = zip(before.labels.ids(field), before.postings[field], strict=True)
    remaining = (value for value, posting in postings if not posting.issubset(gone))
    return tuple(sorted({*remaining, *delta.fields[field].names}))


def _map_ordinals(field: str, old: Labels, new: Labels) -> OrdinalMapping:
    """Return the new ordinals of the labels of a posting field; only labels without articles are gone."""
    names = new.ids(field)
    by_name = ordinals_by_id(new.entity) if field == "entity" else {name: ordinal for ordinal, name in enumerate(names)}
    new_ordinals = np.array([by_name.get(name, -1) for name in old.ids(field)], np.int32)
    return OrdinalMapping(by_name, new_ordinals, len(names))


def _build_statements(
    old: Statements, positions: PositionMapping, entities: OrdinalMapping, delta: StatementDelta
) -> Statements:
    """Return the statements of the next snapshot, which move with their articles."""
    old_articles = np.repeat(positions.old, np.diff(old.starts))
    is_kept = old_articles >= 0
    added_articles = positions.delta[delta.rows]
    starts, places = group_values(
        np.concatenate([old_articles[is_kept], added_articles]),
        np.concatenate([old.places[is_kept], delta.places]),
        size=int(np.count_nonzero(positions.old >= 0)) + len(positions.delta),
    )
    new_positions = _map_members(old.starts, positions.old, starts)
    # A statement keeps its rank within its article: how many statements precede it there.
    ranks = np.arange(len(added_articles)) - np.searchsorted(delta.rows, delta.rows)
    added_positions = (starts[added_articles] + ranks).astype(np.int32)
    speakers = AddedValues(added_positions, delta.speaker)
    about = AddedValues(np.repeat(added_positions, delta.about_lengths), delta.about)
    return Statements(
        starts,
        places,
        speaker=build_postings(old.speaker, new_positions, entities, speakers),
        about=build_postings(old.about, new_positions, entities, about),
        kind=build_postings(old.kind, new_positions, KIND_ORDINALS, AddedValues(added_positions, delta.kind)),
    )


def _map_members(old_starts: Int64Array, new_positions: Int32Array, new_starts: Int64Array) -> Int32Array:
    """Return the new index of each member of the old lists, -1 for members of lists that are gone."""
    lengths = np.diff(old_starts)
    list_starts = np.repeat(np.where(new_positions >= 0, new_starts[new_positions], -1), lengths)
    ranks = np.arange(len(list_starts)) - np.repeat(old_starts[:-1], lengths)
    return np.where(list_starts >= 0, list_starts + ranks, -1).astype(np.int32)
