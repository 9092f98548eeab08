"""Build the next snapshot from one that is open and a batch of articles. Pure: arrays and bitmaps only.

The first snapshot of a process is built from the unpublished one and everything that is stored. Whatever a snapshot
shares with the next one stays as it is, because requests read it meanwhile.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.labels import Labels, ordinals_by_id
from app.posting_fields import POSTING_FIELDS, VALUE_FIELDS
from app.search.index.batches import (
    ArticleBatch,
    StatementBatch,
    starts_of,
    time_keys,
    time_order,
)
from app.search.index.bitmaps import (
    Int32Array,
    Int64Array,
    Postings,
    bitmap_of,
    is_in,
    range_indexes,
)
from app.search.index.columns import STATEMENT_KINDS, ChangeLog, Columns, Statements
from app.search.index.posting_builder import AddedValues, OrdinalMapping, build_postings, ordinal_type, transpose
from app.search.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Publication:
    """The metadata of the next snapshot: its version, its token and its time in UTC seconds."""

    version: int
    token: str
    at: int


KIND_ORDINALS = OrdinalMapping(
    {kind: ordinal for ordinal, kind in enumerate(STATEMENT_KINDS)},
    np.arange(len(STATEMENT_KINDS), dtype=np.int32),
    len(STATEMENT_KINDS),
)
"""The ordinals of the kinds of statements, which are the same in every snapshot."""


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """How the rows of a snapshot and of a batch become those of the next snapshot.

    `gone` are the old rows that are replaced or removed, `batch_order` the rows of the batch in the new order, and
    `inserted_at` where each of these is inserted among the remaining old rows. `old` is the new position of each old
    row, -1 for one that is gone, and `batch` that of each row of the batch.
    """

    gone: Int64Array
    batch_order: Int64Array
    is_batch_in_order: bool
    inserted_at: Int64Array
    old: Int32Array
    batch: Int32Array

    def rows(self, old: NDArray[Any], added: NDArray[Any]) -> NDArray[Any]:
        """Return the new rows of a column."""
        if not len(old):
            return added if self.is_batch_in_order else added[self.batch_order]
        kept = np.delete(old, self.gone) if len(self.gone) else old
        return _inserted(kept, self.inserted_at, added[self.batch_order])

    def lists(
        self, old_starts: Int64Array, old: NDArray[np.integer], starts: Int64Array, added: NDArray[np.integer]
    ) -> tuple[Int64Array, NDArray[np.integer]]:
        """Return the new starts and items of lists; `starts` and `added` are those of the batch."""
        lengths = self.rows(np.diff(old_starts), np.diff(starts))
        items = added if self.is_batch_in_order else added[range_indexes(starts, self.batch_order)]
        if len(old):
            kept_starts = starts_of(np.delete(np.diff(old_starts), self.gone))
            kept = np.delete(old, range_indexes(old_starts, self.gone)) if len(self.gone) else old
            items = _inserted(kept, np.repeat(kept_starts[self.inserted_at], np.diff(starts)[self.batch_order]), items)
        return starts_of(lengths), items


def build_snapshot(before: Snapshot, labels: Labels, batch: ArticleBatch, publication: Publication) -> Snapshot:
    """Return the snapshot with the articles of a batch added or replaced, and without those that it removes.

    `labels` has the sources and entities of both.
    """
    rearrangement = _rearrange(before.columns, batch.columns, batch.removed)
    columns = Columns(
        **{
            name: rearrangement.rows(column, getattr(batch.columns, name))
            for name, column in vars(before.columns).items()
        }
    )
    gone = bitmap_of(rearrangement.gone)
    labels = replace(
        labels, values={field.name: _used_values(before, field.name, gone, batch) for field in VALUE_FIELDS}
    )
    fields = [field.name for field in POSTING_FIELDS]
    ordinals = {field: _map_ordinals(field, before.labels, labels) for field in fields}
    postings = {
        field: build_postings(
            before.postings[field], rearrangement.old, ordinals[field], _added_values(field, batch, rearrangement.batch)
        )
        for field in fields
    }
    starts, lists = _build_entity_lists(before, batch, rearrangement, ordinals["entity"], postings["entity"])
    return Snapshot(
        version=publication.version,
        token=publication.token,
        published_at=publication.at,
        columns=columns,
        labels=labels,
        postings=postings,
        entity_starts=starts,
        entity_lists=lists,
        statements=_build_statements(before.statements, rearrangement, ordinals["entity"], batch.statements),
        log=ChangeLog.joined([before.log, batch.log]),
    )


def _rearrange(old: Columns, new: Columns, removed: Int64Array) -> Rearrangement:
    """Return how the articles of both become one snapshot; a new one replaces the old one with its id."""
    gone = np.flatnonzero(is_in(old.article_ids, np.concatenate([new.article_ids, removed])))
    order = time_order(new)
    inserted_at = _insertion_points(old, new, order)
    inserted_at -= np.searchsorted(gone, inserted_at)
    batch = np.empty(len(order), np.int32)
    batch[order] = inserted_at + np.arange(len(order))
    kept = np.delete(np.arange(len(old.order), dtype=np.int32), gone)
    positions = np.full(len(old.order), -1, np.int32)
    ranks = np.arange(len(kept), dtype=np.int32)
    positions[kept] = ranks + np.searchsorted(inserted_at, ranks, side="right").astype(np.int32)
    return Rearrangement(gone, order, bool((order == np.arange(len(order))).all()), inserted_at, positions, batch)


def _insertion_points(old: Columns, new: Columns, order: Int64Array) -> Int64Array:
    """Return the number of old articles before each new one, which are given in this order."""
    keys, old_keys = time_keys(new)[order], time_keys(old)
    starts, stops = np.searchsorted(old_keys, keys), np.searchsorted(old_keys, keys, side="right")
    for row in np.flatnonzero(starts < stops).tolist():
        same_time = old.article_ids[starts[row] : stops[row]]
        starts[row] += np.searchsorted(same_time, new.article_ids[order[row]])
    return starts


def _inserted(
    kept: NDArray[np.integer], points: NDArray[np.integer], items: NDArray[np.integer]
) -> NDArray[np.integer]:
    if not len(points) or points[0] == len(kept):  # The newest, as usual.
        return np.concatenate([kept, items]) if len(items) else kept
    return np.insert(kept, points, items)


def _added_values(field: str, batch: ArticleBatch, positions: Int32Array) -> AddedValues:
    """Return the values of a posting field with the positions of their articles."""
    return AddedValues(positions, batch.fields[field], batch.lengths.get(field))


def _used_values(before: Snapshot, field: str, gone: BitMap, batch: ArticleBatch) -> tuple[str, ...]:
    """Return the values of a posting field that any remaining or added article has, in order."""
    postings = zip(before.labels.ids(field), before.postings[field], strict=True)
    remaining = (value for value, posting in postings if not posting.issubset(gone))
    return tuple(sorted({*remaining, *batch.fields[field].names}))


def _map_ordinals(field: str, old: Labels, new: Labels) -> OrdinalMapping:
    """Return the new ordinals of the labels of a posting field; only labels without articles are gone."""
    names = new.ids(field)
    by_name = ordinals_by_id(new.entity) if field == "entity" else {name: ordinal for ordinal, name in enumerate(names)}
    new_ordinals = np.array([by_name.get(name, -1) for name in old.ids(field)], np.int32)
    return OrdinalMapping(by_name, new_ordinals, len(names))


def _build_entity_lists(
    before: Snapshot, batch: ArticleBatch, rearrangement: Rearrangement, ordinals: OrdinalMapping, postings: Postings
) -> tuple[Int64Array, NDArray[np.integer]]:
    """Return the start of the list of each position, and the entities of all lists, ascending."""
    names = batch.fields["entity"]
    codes = ordinals.of_codes(names)
    type_ = ordinal_type(ordinals.size)
    # Both are so unless entities were merged, or the names of the batch are in no order.
    if not ordinals.is_ascending or (np.diff(codes) <= 0).any():
        size = len(rearrangement.batch) + int(np.count_nonzero(rearrangement.old >= 0))
        return transpose(postings, size=size, type_=type_)
    new_ordinals, old = ordinals.new_ordinals, before.entity_lists
    if not np.array_equal(new_ordinals, np.arange(len(new_ordinals))):
        old = new_ordinals[old]
    added = codes.astype(type_)[names.codes]
    return rearrangement.lists(
        before.entity_starts, old.astype(type_, copy=False), starts_of(batch.lengths["entity"]), added
    )


def _build_statements(
    old: Statements, rearrangement: Rearrangement, entities: OrdinalMapping, batch: StatementBatch
) -> Statements:
    """Return the statements of the next snapshot, which move with their articles."""
    counts = np.bincount(batch.rows, minlength=len(rearrangement.batch))
    starts, places = rearrangement.lists(old.starts, old.places, starts_of(counts), batch.places)
    new_positions = _map_members(old.starts, rearrangement.old, starts)
    # A statement keeps its rank within its article: how many statements precede it there.
    ranks = np.arange(len(batch.rows)) - np.searchsorted(batch.rows, batch.rows)
    added_positions = (starts[rearrangement.batch[batch.rows]] + ranks).astype(np.int32)
    speakers = AddedValues(added_positions, batch.speaker)
    about = AddedValues(added_positions, batch.about, batch.about_lengths)
    return Statements(
        starts,
        places.astype(np.int32, copy=False),
        speaker=build_postings(old.speaker, new_positions, entities, speakers),
        about=build_postings(old.about, new_positions, entities, about),
        kind=build_postings(old.kind, new_positions, KIND_ORDINALS, AddedValues(added_positions, batch.kind)),
    )


def _map_members(old_starts: Int64Array, new_positions: Int32Array, new_starts: Int64Array) -> Int32Array:
    """Return the new index of each member of the old lists, -1 for members of lists that are gone."""
    lengths = np.diff(old_starts)
    list_starts = np.repeat(np.where(new_positions >= 0, new_starts[new_positions], -1), lengths)
    ranks = np.arange(len(list_starts)) - np.repeat(old_starts[:-1], lengths)
    return np.where(list_starts >= 0, list_starts + ranks, -1).astype(np.int32)
