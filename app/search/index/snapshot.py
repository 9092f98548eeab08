"""The immutable index of one corpus version: the order of its articles, and the postings of their values.

A **position** is an index into `order`, the revision ids of the published articles, sorted by (first printed day,
printed local time or none, article id); undated articles come last. Positions are therefore in order of time, and a set
of articles is a Roaring bitmap of positions (Lemire et al., "Roaring Bitmaps", 2016).

An **ordinal** is the dense number, from 0, of an entity, source, language or precision within one corpus version: the
index of its label in `labels` and of its posting in `postings`. Labels are sorted by id, so that the order of ordinals
is the order of ids. Ordinals change with a publish, so they are never shown to clients.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.dates import day_range
from app.labels import EntityLabel, Labels, ordinals_by_id
from app.posting_fields import POSTING_FIELDS
from app.search.index.bitmaps import (
    Int32Array,
    Int64Array,
    Postings,
    RankedPostings,
    bitmap_of,
    positions_of,
    range_bitmap,
    transpose,
)
from app.search.index.cache import SnapshotCache
from app.search.index.columns import UNDATED, Columns, SortKey, Statements, insertion_index
from app.search.names.prefixes import Prefixes
from app.search.names.resolver import NameResolver

UNPUBLISHED = "unpublished"
"""The token of a corpus that was never published."""

WARM_PROPERTIES = (
    "name_resolver",
    "prefixes",
    "totals",
    "memberships",
    "all_positions",
    "coarse",
    "entity_ordinals",
    "source_names",
    "source_of",
)
"""The cached properties that are computed before a snapshot serves its first request."""

NO_POSITION = 2**32 - 1
"""The position of a revision that is not served."""

# A few megabytes of weights.
LENGTH_BATCH = 50_000
"""Articles whose vector lengths are computed together."""


@dataclass(frozen=True)
class Snapshot:
    """One corpus version. Position `p` has the entities `entity_lists[entity_starts[p]:entity_starts[p + 1]]`."""

    version: int
    token: str
    published_at: int | None
    columns: Columns
    labels: Labels
    postings: Mapping[str, Postings]
    entity_starts: Int64Array
    entity_lists: Int32Array = field(repr=False)
    statements: Statements = field(repr=False, default_factory=Statements.empty)
    cache: SnapshotCache = field(init=False, repr=False, compare=False, default_factory=SnapshotCache)

    @classmethod
    def unpublished(cls) -> "Snapshot":
        """Return the empty snapshot of a corpus before its first publish."""
        postings: dict[str, Postings] = {field.name: () for field in POSTING_FIELDS}
        no_entities = np.empty(0, np.int32)
        return cls(0, UNPUBLISHED, None, Columns.empty(), Labels(), postings, np.zeros(1, np.int64), no_entities)

    def __len__(self) -> int:
        return len(self.columns.order)

    def warm_up(self) -> "Snapshot":
        """Compute what all requests need, so that none of them has to wait for it; return the snapshot."""
        for name in WARM_PROPERTIES:
            getattr(self, name)
        self.positions(self.columns.order[:0])
        self.position_of(-1)
        return self

    def value_lists(self, name: str) -> tuple[Int64Array, Int32Array]:
        """Return the values of a posting field by position: the start of each list, and the ordinals of all lists."""
        lists = self.cache.value_lists
        if name not in lists:
            lists[name] = transpose(self.postings[name], size=len(self))
        return lists[name]

    def ranked_postings(self, name: str) -> RankedPostings:
        """Return the postings of one of POSTING_FIELDS, with all its values ranked by their number of articles."""
        ranked = self.cache.ranked_postings
        if name not in ranked:
            ranked[name] = RankedPostings.of(self.postings[name], range(len(self.postings[name])))
        return ranked[name]

    @cached_property
    def dated_count(self) -> int:
        """The number of dated articles: positions below it have a date."""
        return int(np.searchsorted(self.columns.first_day, UNDATED))

    @cached_property
    def all_positions(self) -> BitMap:
        """All positions."""
        return range_bitmap(0, len(self))

    @cached_property
    def dated_positions(self) -> BitMap:
        """All positions that have a date."""
        return range_bitmap(0, self.dated_count)

    @cached_property
    def coarse(self) -> NDArray[np.uint32]:
        """The dated positions whose date is less precise than a day, ascending."""
        columns = self.columns
        is_coarse = (columns.first_day != columns.last_day) & (columns.first_day != UNDATED)
        return np.flatnonzero(is_coarse).astype(np.uint32)

    @cached_property
    def memberships(self) -> dict[int, list[tuple[int, int | None, int | None]]]:
        """The members of each entity, as (ordinal, first day, last day) of their membership; None is open."""
        members: dict[int, list[tuple[int, int | None, int | None]]] = {}
        for ordinal, label in enumerate(self.labels.entity):
            for membership in label.member_of:
                group = self.entity_ordinals.get(membership["of"])
                if group is not None:
                    days = day_range(membership.get("from"), membership.get("to"))
                    members.setdefault(group, []).append((ordinal, *days))
        return members

    @cached_property
    def name_resolver(self) -> NameResolver:
        """The resolver of the names of this corpus version."""
        return NameResolver(self.labels)

    @cached_property
    def prefixes(self) -> Prefixes:
        """The prefix index of the names of this corpus version."""
        return Prefixes(self.labels.entity, self.labels.source)

    @cached_property
    def totals(self) -> Int64Array:
        """The number of articles of each name owner (see `Prefixes`): of the entities, then of the sources."""
        return np.array([*map(len, self.postings["entity"]), *map(len, self.postings["source"])], np.int64)

    def posting(self, owner: int) -> BitMap:
        """Return the articles of a name owner (see `Prefixes`)."""
        entities = self.postings["entity"]
        return entities[owner] if owner < len(entities) else self.postings["source"][owner - len(entities)]

    @cached_property
    def source_names(self) -> dict[str, str]:
        """The name of each source by id."""
        return {label.id: label.name for label in self.labels.source}

    @cached_property
    def source_ordinals(self) -> dict[str, int]:
        """The ordinal of each source by id."""
        return {label.id: ordinal for ordinal, label in enumerate(self.labels.source)}

    @cached_property
    def entity_ordinals(self) -> dict[str, int]:
        """The ordinal of each entity by id and by former id."""
        return ordinals_by_id(self.labels.entity)

    def entity(self, id_: str) -> EntityLabel:
        """Return the label of the entity with this id or former id; raise KeyError if there is none."""
        return self.labels.entity[self.entity_ordinals[id_]]

    @cached_property
    def entity_weights(self) -> NDArray[np.float64]:
        """The square of each entity's inverse document frequency."""
        counts = np.array([max(1, len(posting)) for posting in self.postings["entity"]], np.float64)
        return np.log((len(self) + 1) / counts) ** 2

    @cached_property
    def entity_lengths(self) -> NDArray[np.float32]:
        """The length of each position's vector of weighted entities; 1 for an article without entities."""
        squares = np.ones(len(self), np.float32)
        weights = self.entity_weights.astype(np.float32)
        with_entities = np.flatnonzero(np.diff(self.entity_starts))
        # In batches: the weights of all lists together would take as much memory as the lists.
        for at in range(0, len(with_entities), LENGTH_BATCH):
            batch = with_entities[at : at + LENGTH_BATCH]
            begin, end = self.entity_starts[batch[0]], self.entity_starts[batch[-1] + 1]
            batch_weights = weights[self.entity_lists[begin:end]]
            squares[batch] = np.add.reduceat(batch_weights, self.entity_starts[batch] - begin)
        return np.sqrt(squares)

    @cached_property
    def source_of(self) -> NDArray[np.int32]:
        """The source ordinal of each position."""
        ordinals = np.empty(len(self), np.int32)
        for ordinal, posting in enumerate(self.postings["source"]):
            ordinals[positions_of(posting)] = ordinal
        return ordinals

    @cached_property
    def _by_revision(self) -> tuple[int, NDArray[np.uint32]]:
        """The id before the lowest revision, and the positions by revision id less that id.

        The first and the last entry are NO_POSITION, and stand for all ids outside the range.
        """
        order = self.columns.order
        before, last = (int(order.min()) - 1, int(order.max())) if len(order) else (0, 0)
        positions = np.full(last - before + 2, NO_POSITION, np.uint32)
        positions[order - before] = np.arange(len(order), dtype=np.uint32)
        return before, positions

    def positions(self, revision_ids: Int64Array) -> NDArray[np.uint32]:
        """Return the positions of these revisions, in their order; revisions that are not served are left out."""
        before, by_revision = self._by_revision
        positions = by_revision[np.clip(revision_ids - before, 0, len(by_revision) - 1)]
        served: NDArray[np.uint32] = positions[positions != NO_POSITION]
        return served

    def printed_within(self, first: int | None, last: int | None) -> BitMap:
        """Return the positions printed wholly within these days; without any bound, all positions, undated ones too."""
        if first is None and last is None:
            return self.all_positions
        days = self.columns.first_day[: self.dated_count]
        start = 0 if first is None else insertion_index(days, first)
        stop = self.dated_count if last is None else insertion_index(days, last, after=True)
        positions = range_bitmap(start, max(start, stop))
        # The range holds every article whose interval starts in it; remove those whose interval ends after it.
        return (
            positions if last is None else positions - bitmap_of(self.coarse[self.columns.last_day[self.coarse] > last])
        )

    def day_span(self, positions: BitMap) -> tuple[int, int] | None:
        """Return the first and last day of these articles: a search from one to the other finds all dated ones.

        Return None if none of them has a date.
        """
        dated = positions_of(positions & self.dated_positions)
        if not len(dated):
            return None
        return int(self.columns.first_day[dated[0]]), int(self.columns.last_day[dated].max())

    def key_range(self, key: SortKey) -> tuple[int, int]:
        """Return the positions that have this key, as start and exclusive end: one, or none if it is not served.

        An empty range starts at the position where the key would be inserted.
        """
        start, stop = 0, len(self)
        columns: tuple[Int32Array | Int64Array, ...] = (
            self.columns.first_day,
            self.columns.local_time,
            self.columns.article_ids,
        )
        for column, value in zip(columns, key, strict=True):
            equal = column[start:stop]
            start, stop = start + insertion_index(equal, value), start + insertion_index(equal, value, after=True)
        return start, stop

    def key(self, position: int) -> SortKey:
        """Return the sort key of a position: day, local time, article id."""
        columns = self.columns
        day, local_time = int(columns.first_day[position]), int(columns.local_time[position])
        return SortKey(day, local_time, int(columns.article_ids[position]))

    @cached_property
    def _by_article(self) -> tuple[Int64Array, NDArray[np.uint32]]:
        """The article ids, ascending, and the position of each."""
        positions = np.argsort(self.columns.article_ids).astype(np.uint32)
        return self.columns.article_ids[positions], positions

    def position_of(self, article: int) -> int | None:
        """Return the position of an article id, None if it is not served."""
        article_ids, positions = self._by_article
        at = int(np.searchsorted(article_ids, article))
        return int(positions[at]) if at < len(article_ids) and article_ids[at] == article else None

    def revisions(self, positions: Iterable[int]) -> list[int]:
        """Return the revisions at these positions, in their order."""
        order = self.columns.order
        return [int(order[position]) for position in positions]

    def revision_of(self, article: int) -> int | None:
        """Return the revision that is served for an article id, None if there is none."""
        position = self.position_of(article)
        return None if position is None else int(self.columns.order[position])
