"""Batches of articles as columns of numbers: what a publish adds to the index, and what its stored parts hold."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from app.posting_fields import POSTING_FIELDS
from app.search.index.bitmaps import Int32Array, Int64Array, is_in, range_indexes
from app.search.index.columns import ChangeLog, Columns, SortKey
from app.search.index.time_order import TimeOrder


class CategoryEncoder(dict[str | None, int]):
    """Map each name to its code, in order of first lookup; the code of None is 0."""

    def __init__(self) -> None:
        super().__init__({None: 0})

    def __missing__(self, name: str | None) -> int:
        self[name] = code = len(self)
        return code

    def column(self, codes: "array[int]") -> "CategoricalColumn":
        """Return a column of these codes with the names seen so far."""
        return CategoricalColumn([name for name in self if name is not None], np.frombuffer(codes, np.int32))


@dataclass(frozen=True, slots=True)
class CategoricalColumn:
    """A categorical column, in which each name is stored once.

    The code of a value is the number of its name, from 1, or 0 for none, in any type that has room for it. Codes belong
    to their column alone, so that they stay whatever is added to others.
    """

    names: Sequence[str]
    codes: NDArray[np.integer]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> "CategoricalColumn":
        """Encode these values."""
        encoder = CategoryEncoder()
        return encoder.column(array("i", map(encoder.__getitem__, values)))

    @classmethod
    def joined(cls, columns: Sequence["CategoricalColumn"]) -> "CategoricalColumn":
        """Return the values of all columns, one column after another; the names are in order."""
        names = sorted(set().union(*(column.names for column in columns)))
        codes = {name: code for code, name in enumerate(names, start=1)}
        joined = np.empty(sum(len(column.codes) for column in columns), np.min_scalar_type(len(names)))
        start = 0
        for column in columns:
            new_codes = np.array([0, *(codes[name] for name in column.names)], joined.dtype)
            joined[start : start + len(column.codes)] = new_codes[column.codes]
            start += len(column.codes)
        return cls(names, joined)

    def take(self, rows: NDArray[np.integer]) -> "CategoricalColumn":
        """Return the values of these rows, with the names that occur in them, in order."""
        return CategoricalColumn(self.names, self.codes[rows]).compacted()

    def compacted(self) -> "CategoricalColumn":
        """Return the same values, with the names that occur, in order."""
        used = np.flatnonzero(np.bincount(self.codes, minlength=len(self.names) + 1)[1:]).tolist()
        order = sorted(used, key=self.names.__getitem__)
        new_codes = np.zeros(len(self.names) + 1, np.min_scalar_type(len(order)))
        new_codes[np.array(order, np.int64) + 1] = np.arange(1, len(order) + 1)
        return CategoricalColumn([self.names[index] for index in order], new_codes[self.codes])


@dataclass(frozen=True, slots=True)
class StatementBatch:
    """The statements of the articles of a batch, ordered by row and place in the article.

    `rows` are indexes of articles in the batch. `about` are the entities that each statement names, one list after
    another, with their lengths in `about_lengths`.
    """

    rows: Int32Array
    places: Int32Array
    speaker: CategoricalColumn
    kind: CategoricalColumn
    about_lengths: Int32Array
    about: CategoricalColumn

    @classmethod
    def empty(cls) -> "StatementBatch":
        """Return a batch without statements."""
        numbers, names = np.empty(0, np.int32), CategoricalColumn.of(())
        return cls(numbers, numbers, names, names, numbers, names)

    @classmethod
    def joined(cls, batches: Sequence["StatementBatch"], first_rows: Sequence[int]) -> "StatementBatch":
        """Return the statements of all batches, whose articles begin at these rows."""
        rows = [batch.rows + np.int32(first) for batch, first in zip(batches, first_rows, strict=True)]
        return cls(
            np.concatenate(rows, dtype=np.int32),
            np.concatenate([batch.places for batch in batches], dtype=np.int32),
            CategoricalColumn.joined([batch.speaker for batch in batches]),
            CategoricalColumn.joined([batch.kind for batch in batches]),
            np.concatenate([batch.about_lengths for batch in batches], dtype=np.int32),
            CategoricalColumn.joined([batch.about for batch in batches]),
        )

    def take(self, rows: Int64Array, *, size: int) -> "StatementBatch":
        """Return the statements of these articles, of `size` in all, in their order."""
        starts = np.searchsorted(self.rows, np.arange(size + 1))
        statements = range_indexes(starts, rows)
        about = range_indexes(starts_of(self.about_lengths), statements)
        return StatementBatch(
            np.repeat(np.arange(len(rows), dtype=np.int32), (starts[rows + 1] - starts[rows])),
            self.places[statements],
            self.speaker.take(statements),
            self.kind.take(statements),
            self.about_lengths[statements],
            self.about.take(about),
        )


@dataclass(frozen=True, slots=True)
class ArticleBatch:
    """The articles of a batch, each once and in any order, as columns; and the articles that it removes.

    `fields` has the values of each posting field: one per article, or, where an article has several, one list after
    another, with their lengths in `lengths`. Of a part, and of what parts are put together to, all names are in order
    and occur, and so are the codes of each list. `log` has the checksums of the publishes that made the batch.
    """

    columns: Columns
    fields: Mapping[str, CategoricalColumn]
    lengths: Mapping[str, Int32Array]
    statements: StatementBatch = field(default_factory=StatementBatch.empty)
    removed: Int64Array = field(default_factory=lambda: np.empty(0, np.int64))
    """Articles that are no longer served, as the numbers of their ids."""
    log: ChangeLog = field(default_factory=ChangeLog.empty)

    def __len__(self) -> int:
        return len(self.columns.order)

    @classmethod
    def empty(cls) -> "ArticleBatch":
        """Return a batch without articles."""
        none = CategoricalColumn.of(())
        lists = [field.name for field in POSTING_FIELDS if field.is_list]
        lengths = {name: np.empty(0, np.int32) for name in lists}
        return cls(Columns.empty(), {field.name: none for field in POSTING_FIELDS}, lengths)

    def take(self, rows: Int64Array) -> "ArticleBatch":
        """Return these articles in their order, without those that the batch removes and without its log."""
        fields = {
            name: column.take(range_indexes(starts_of(self.lengths[name]), rows) if name in self.lengths else rows)
            for name, column in self.fields.items()
        }
        return ArticleBatch(
            Columns(**{name: column[rows] for name, column in vars(self.columns).items()}),
            fields,
            {name: lengths[rows] for name, lengths in self.lengths.items()},
            self.statements.take(rows, size=len(self)),
        )

    def without(self, article_ids: Int64Array) -> "ArticleBatch":
        """Return the articles that have none of these ids, without those that the batch removes and without its log."""
        is_gone = is_in(self.columns.article_ids, article_ids)
        return self.take(np.flatnonzero(~is_gone)) if is_gone.any() else replace(self, removed=self.removed[:0])

    def in_time_order(self) -> "ArticleBatch":
        """Return the articles in the order of a snapshot, with the removed ones and the log as they are."""
        order = time_order(self.columns)
        is_ordered = np.array_equal(order, np.arange(len(order)))
        return self if is_ordered else replace(self.take(order), removed=self.removed, log=self.log)


def starts_of(lengths: NDArray[np.integer]) -> Int64Array:
    """Return where each of these consecutive lists starts, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def sorted_pairs(upper: Int32Array, lower: NDArray[np.integer]) -> Int64Array:
    """Return sorted pairs, each packed into one 64-bit number: millions of them are sorted in a tenth of a second.

    The lower half of a number is its second member.
    """
    pairs = upper.astype(np.int64)
    pairs <<= 32
    pairs |= lower
    pairs.sort()
    return pairs


def time_order(columns: Columns) -> Int64Array:
    """Return the rows of columns in the order of a snapshot."""
    if _is_in_time_order(columns):
        return np.arange(len(columns.order))
    return np.lexsort((columns.article_ids, columns.local_time, columns.first_day))


def time_keys(columns: Columns) -> Int64Array:
    """Return the day and the local time of each article as one number."""
    return (columns.first_day.astype(np.int64) << 32) + columns.local_time


def _is_in_time_order(columns: Columns) -> bool:
    """Return whether the rows are in order, which takes a tenth of the time of ordering them."""
    keys, ids = time_keys(columns), columns.article_ids
    is_tied = keys[1:] == keys[:-1]
    return bool(((keys[1:] > keys[:-1]) | (is_tied & (ids[1:] > ids[:-1]))).all())


def concatenate(batches: Sequence[ArticleBatch]) -> ArticleBatch:
    """Return the articles of batches that have none in common, batch after batch; all that they remove, and the logs.

    There is at least one batch.
    """
    types = {name: column.dtype for name, column in vars(Columns.empty()).items()}
    columns = {
        name: np.concatenate([getattr(batch.columns, name) for batch in batches], dtype=type_)
        for name, type_ in types.items()
    }
    lists = batches[0].lengths
    first_rows = starts_of(np.array([len(batch) for batch in batches], np.int64)).tolist()[:-1]
    return ArticleBatch(
        Columns(**columns),
        {name: CategoricalColumn.joined([batch.fields[name] for batch in batches]) for name in batches[0].fields},
        {name: np.concatenate([batch.lengths[name] for batch in batches], dtype=np.int32) for name in lists},
        StatementBatch.joined([batch.statements for batch in batches], first_rows),
        np.concatenate([batch.removed for batch in batches], dtype=np.int64),
        ChangeLog.joined([batch.log for batch in batches]),
    )


def merge(batches: Sequence[ArticleBatch]) -> ArticleBatch:
    """Return what batches that follow each other change together: the newest row or the removal of each article."""
    if not batches:
        return ArticleBatch.empty()
    merged = concatenate(batches)
    numbers = np.arange(len(batches))
    articles = np.concatenate([merged.columns.article_ids, merged.removed])
    batch_of = [
        np.repeat(numbers, [len(batch) for batch in batches]),
        np.repeat(numbers, [len(batch.removed) for batch in batches]),
    ]
    order = np.lexsort((np.concatenate(batch_of), articles))
    newest = order[np.append(articles[order][1:] != articles[order][:-1], True)] if len(order) else order
    rows = np.sort(newest[newest < len(merged)])
    return replace(merged.take(rows), removed=np.sort(articles[newest[newest >= len(merged)]]), log=merged.log)


@dataclass(frozen=True, slots=True)
class Insertion:
    """What changes a part of an index: the rows of changes that belong into it, and whether articles of it are gone.

    It is false if nothing does.
    """

    changes: ArticleBatch
    rows: Int64Array
    has_gone: bool

    def __bool__(self) -> bool:
        return bool(len(self.rows)) or self.has_gone

    def apply(self, part: ArticleBatch) -> ArticleBatch:
        """Return the articles of the part as they are after the changes, in the order of a snapshot."""
        kept = part.without(_changed_ids(self.changes)) if self.has_gone else part
        return concatenate([kept, self.changes.take(self.rows)]).in_time_order() if len(self.rows) else kept


def insertions(parts: Iterable[ArticleBatch], changes: ArticleBatch) -> list[Insertion]:
    """Return what changes each of these parts, of which each ends before the next one begins.

    The changes are in the order of a snapshot, and so is each part, of which there is at least one.
    """
    order, changed = TimeOrder(changes.columns), _changed_ids(changes)
    starts, has_gone = [], []
    for part in parts:
        columns = part.columns
        first = SortKey(int(columns.first_day[0]), int(columns.local_time[0]), int(columns.article_ids[0]))
        starts.append(order.key_range(first)[0])
        has_gone.append(bool(is_in(columns.article_ids, changed).any()))
    rows = np.split(np.arange(len(changes)), starts[1:])
    return [Insertion(changes, own, own_gone) for own, own_gone in zip(rows, has_gone, strict=True)]


def _changed_ids(changes: ArticleBatch) -> Int64Array:
    """Return the articles that changes add, replace or remove."""
    return np.concatenate([changes.columns.article_ids, changes.removed], dtype=np.int64)
