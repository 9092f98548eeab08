"""The columns of a snapshot: when each article was printed, which statements it reports, and checksums of the log."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.labels import article_id
from app.models import StatementKind
from app.search.index.bitmaps import (
    Int32Array,
    Int64Array,
    Postings,
    bitmap_of,
    list_indexes,
    positions_of,
    values_by_position,
)

UNDATED = 2**31 - 1
"""The day of an undated article: after all days."""

NO_TIME = -1
"""The local time of an article whose time of day is unknown: before all times of its day."""

TEXT_PLACE = 1 << 24
"""Added to an offset in the text, so that it sorts after every offset in the title."""


STATEMENT_KINDS = tuple(sorted(StatementKind))
"""The kinds of statements, in the order of their postings, as labels are: by id."""


class InstantKey(NamedTuple):
    """The sort key of an article by the time of a publish: UTC seconds, article id."""

    instant: int
    article: int


class SortKey(NamedTuple):
    """The sort key of an article: first printed day, local time, article id."""

    day: int
    local_time: int
    article: int


@dataclass(frozen=True)
class Columns:
    """One row per article: ids, days (proleptic ordinals), local time in seconds since midnight, and checksums.

    `listed_digest` is of the columns that lists show, `text_digest` of the text, and `revision_digest` of the whole
    revision with its mentions and statements; see `app.search.index.digests`. `loaded_at` and `updated_at` are the UTC
    seconds of the publishes that first served and last changed the article.
    """

    order: Int64Array
    article_ids: Int64Array
    first_day: Int32Array
    last_day: Int32Array
    local_time: Int32Array
    listed_digest: Int64Array
    text_digest: Int64Array
    revision_digest: Int64Array
    loaded_at: Int64Array
    updated_at: Int64Array

    @classmethod
    def empty(cls) -> "Columns":
        """Return columns without rows."""
        ids, days = np.empty(0, np.int64), np.empty(0, np.int32)
        return cls(ids, ids, days, days, days, ids, ids, ids, ids, ids)


@dataclass(frozen=True)
class Statements:
    """The statements of all articles, in the order of their articles and, within each, in order of appearance.

    The article at position `p` has the statements `starts[p]` to `starts[p + 1]`, end exclusive. `places` holds the
    first code point of each statement, plus TEXT_PLACE if it is in the text. `speaker` and `about` are postings of
    statements by entity, `kind` by the index of the kind in STATEMENT_KINDS.
    """

    starts: Int64Array
    places: Int32Array
    speaker: Postings = ()
    about: Postings = ()
    kind: Postings = ()

    @classmethod
    def empty(cls, *, articles: int = 0, entities: int = 0) -> "Statements":
        """Return no statements for this many articles and entities."""
        postings = tuple(BitMap() for _ in range(entities))
        kinds = tuple(BitMap() for _ in STATEMENT_KINDS)
        return cls(np.zeros(articles + 1, np.int64), np.empty(0, np.int32), postings, postings, kinds)

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def speaker_of(self) -> NDArray[np.int32]:
        """The entity ordinal of each statement's speaker, -1 if it is unknown."""
        ordinals = np.full(len(self), -1, np.int32)
        for ordinal, posting in enumerate(self.speaker):
            ordinals[positions_of(posting)] = ordinal
        return ordinals

    @cached_property
    def about_lists(self) -> tuple[Int64Array, Int32Array]:
        """The entities that each statement names: the start of each list, and the ordinals of all lists."""
        return values_by_position(self.about, size=len(self))

    def articles_of(self, statements: NDArray[np.integer]) -> Int64Array:
        """Return the position of the article of each of these statements."""
        return np.searchsorted(self.starts, statements, side="right") - 1

    def places_of(self, statements: NDArray[np.integer], order: Int64Array) -> list[tuple[int, str, int]]:
        """Return revision id, field and start of each of these statements, in code points.

        `order` are the revision ids of the articles by position.
        """
        places = zip(order[self.articles_of(statements)].tolist(), self.places[statements].tolist(), strict=True)
        return [
            (revision, "text", place - TEXT_PLACE) if place >= TEXT_PLACE else (revision, "title", place)
            for revision, place in places
        ]

    def of(self, articles: BitMap) -> BitMap:
        """Return the statements of these articles."""
        return bitmap_of(list_indexes(self.starts, articles))


# A few megabytes of weights.
LENGTH_BATCH = 50_000
"""Articles whose vector lengths are computed together."""


class EntityVectors:
    """The vectors of all articles: position `p` has the entities `lists[starts[p]:starts[p + 1]]`."""

    def __init__(self, postings: Postings, starts: Int64Array, lists: NDArray[np.integer]) -> None:
        self._postings, self._starts, self._lists = postings, starts, lists

    def entities(self, position: int) -> NDArray[np.integer]:
        """Return the ordinals of the entities of an article, ascending."""
        return self._lists[self._starts[position] : self._starts[position + 1]]

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The square of each entity's inverse document frequency."""
        counts = np.array([max(1, len(posting)) for posting in self._postings], np.float64)
        return np.log(len(self._starts) / counts) ** 2

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """The length of each position's vector of weighted entities; 1 for an article without entities."""
        squares = np.ones(len(self._starts) - 1, np.float32)
        weights = self.weights.astype(np.float32)
        with_entities = np.flatnonzero(np.diff(self._starts))
        # In batches: the weights of all lists together would take as much memory as the lists.
        for at in range(0, len(with_entities), LENGTH_BATCH):
            batch = with_entities[at : at + LENGTH_BATCH]
            begin, end = self._starts[batch[0]], self._starts[batch[-1] + 1]
            batch_weights = weights[self._lists[begin:end]]
            squares[batch] = np.add.reduceat(batch_weights, self._starts[batch] - begin)
        return np.sqrt(squares)


# A page of changes reads one block more than it shows.
MAX_BLOCK_ROWS = 256
"""Maximum number of changes that one checksum covers."""


@dataclass(frozen=True)
class ChangeLog:
    """Checksums of each publish and of the change log, in order of version and article.

    `versions` and `publish_digest` have a row per publish. The others have one per block of consecutive changes of one
    version: its version, the article of its first change, its number of changes, and its checksum.
    """

    versions: Int64Array
    publish_digest: Int64Array
    block_version: Int64Array
    block_article: Int64Array
    block_rows: Int64Array
    block_digest: Int64Array

    @classmethod
    def empty(cls) -> "ChangeLog":
        """Return the log before the first publish."""
        return cls(*[np.empty(0, np.int64)] * 6)

    @classmethod
    def joined(cls, logs: Sequence["ChangeLog"]) -> "ChangeLog":
        """Return the rows of logs that follow each other."""
        columns = zip(*map(astuple, (cls.empty(), *logs)), strict=True)
        return cls(*(np.concatenate(column, dtype=np.int64) for column in columns))

    @cached_property
    def block_keys(self) -> list[tuple[int, str]]:
        """The version and the article id of the first change of each block."""
        ids = map(article_id, self.block_article.tolist())
        return list(zip(self.block_version.tolist(), ids, strict=True))

    def count_since(self, version: int) -> int:
        """Return the number of changes after a version."""
        return int(self.block_rows[self.block_version > version].sum())


def insertion_index(ascending: Int32Array | Int64Array, value: int, *, after: bool = False) -> int:
    """Return the index at which to insert a value: before all equal ones, or after them if `after` is set."""
    # Compare with a scalar of the array's own type: for a Python int, numpy would copy the whole array to a wider one.
    bounds = np.iinfo(ascending.dtype)
    typed = ascending.dtype.type(min(max(value, bounds.min), bounds.max))
    return int(np.searchsorted(ascending, typed, side="right" if after else "left"))
