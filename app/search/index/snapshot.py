"""The immutable index of one corpus version: which article stands at which position, and the postings.

A position is an index into `order`, which is sorted by (first printed day, printed local time or none, article id);
undated articles come last. So a position is a place in time, and a set of articles is a Roaring bitmap of positions
(Lemire et al., "Roaring Bitmaps", 2016).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.dates import day_range
from app.labels import EntityLabel, Labels, ordinals_of
from app.search.index.bitmaps import FAMILIES, Days, Family, Ids, Postings, places_of, run_of, set_of
from app.search.index.cache import SnapshotCache
from app.search.index.columns import UNDATED, Columns, Key, Statements, place_in
from app.search.names.prefixes import Prefixes
from app.search.names.resolver import Names

UNPUBLISHED = "unpublished"
"""The token of a corpus of which nothing was published yet."""

WARMED = ("names", "prefixes", "totals", "memberships", "all", "coarse", "entity_ordinals", "source_names", "source_of")
"""What is made of a snapshot before it is asked anything."""

NOWHERE = 2**32 - 1
"""The position of a revision that is not served."""

WEIGHED = 50_000
"""Articles of which the entities are weighed at once: a few megabytes."""


@dataclass(frozen=True)
class Snapshot:
    """One corpus version. `entity_lists[entity_starts[p]:entity_starts[p + 1]]` are the entities of position p."""

    version: int
    token: str
    published_at: int | None
    columns: Columns
    labels: Labels
    postings: Mapping[str, Postings]
    entity_starts: Ids
    entity_lists: Days = field(repr=False)
    statements: Statements = field(repr=False, default_factory=Statements.none)
    cache: SnapshotCache = field(init=False, repr=False, compare=False, default_factory=SnapshotCache)

    @classmethod
    def unpublished(cls) -> "Snapshot":
        """The corpus before the first publish."""
        postings: dict[str, Postings] = dict.fromkeys(FAMILIES, ())
        nothing = np.empty(0, np.int32)
        return cls(0, UNPUBLISHED, None, Columns.empty(), Labels(), postings, np.zeros(1, np.int64), nothing)

    def __len__(self) -> int:
        return len(self.columns.order)

    def warmed(self) -> "Snapshot":
        """Return the snapshot with all that requests will ask of it made beforehand: none of them has to wait."""
        for made in WARMED:
            getattr(self, made)
        self.positions(self.columns.order[:0])
        self.position_of(-1)
        return self

    def family(self, name: str) -> Family:
        """Return all values of one of FAMILIES."""
        families = self.cache.families
        if name not in families:
            families[name] = Family.of(self.postings[name], range(len(self.postings[name])))
        return families[name]

    @cached_property
    def dated(self) -> int:
        """How many positions, from 0, have a date."""
        return int(np.searchsorted(self.columns.first_day, UNDATED))

    @cached_property
    def all(self) -> BitMap:
        """Every position."""
        return run_of(0, len(self))

    @cached_property
    def dated_positions(self) -> BitMap:
        """Every position that has a date."""
        return run_of(0, self.dated)

    @cached_property
    def coarse(self) -> NDArray[np.uint32]:
        """The dated positions whose interval is longer than a day, ascending."""
        columns = self.columns
        wide = (columns.first_day != columns.last_day) & (columns.first_day != UNDATED)
        return np.flatnonzero(wide).astype(np.uint32)

    @cached_property
    def memberships(self) -> dict[int, list[tuple[int, int | None, int | None]]]:
        """The members of each entity, as (index, first day, last day) of their membership; None is open."""
        found: dict[int, list[tuple[int, int | None, int | None]]] = {}
        for ordinal, label in enumerate(self.labels.entity):
            for membership in label.member_of:
                group = self.entity_ordinals.get(membership["of"])
                if group is not None:
                    days = day_range(membership.get("from"), membership.get("to"))
                    found.setdefault(group, []).append((ordinal, *days))
        return found

    @cached_property
    def names(self) -> Names:
        """What resolves the names of this corpus version."""
        return Names(self.labels.entity, self.labels.source)

    @cached_property
    def prefixes(self) -> Prefixes:
        """What finds the names of this corpus version while they are typed."""
        return Prefixes(self.labels.entity, self.labels.source)

    @cached_property
    def totals(self) -> Ids:
        """How many articles each entity and, behind them, each source has."""
        return np.array([*map(len, self.postings["entity"]), *map(len, self.postings["source"])], np.int64)

    def posting(self, bearer: int) -> BitMap:
        """Return the articles of an entity or, behind the indexes of all entities, of a source."""
        entities = self.postings["entity"]
        return entities[bearer] if bearer < len(entities) else self.postings["source"][bearer - len(entities)]

    @cached_property
    def source_names(self) -> dict[str, str]:
        """The name of each source by id."""
        return {label.id: label.name for label in self.labels.source}

    @cached_property
    def source_ordinals(self) -> dict[str, int]:
        """The index of each source by id."""
        return {label.id: ordinal for ordinal, label in enumerate(self.labels.source)}

    @cached_property
    def entity_ordinals(self) -> dict[str, int]:
        """The index of each entity by id and by former id."""
        return ordinals_of(self.labels.entity)

    def entity(self, id_: str) -> EntityLabel:
        """Return the label of an entity, asked by its id or a former one."""
        return self.labels.entity[self.entity_ordinals[id_]]

    @cached_property
    def entity_weights(self) -> NDArray[np.float64]:
        """The square of each entity's inverse document frequency: how much is said by naming it."""
        counts = np.array([max(1, len(posting)) for posting in self.postings["entity"]], np.float64)
        return np.log((len(self) + 1) / counts) ** 2

    @cached_property
    def entity_lengths(self) -> NDArray[np.float32]:
        """The length of each position's vector of weighted entities; 1 without any, which is like no other."""
        squares = np.ones(len(self), np.float32)
        weights = self.entity_weights.astype(np.float32)
        named = np.flatnonzero(np.diff(self.entity_starts))
        # Some at a time: the weights of all lists together would take as much memory as the lists.
        for at in range(0, len(named), WEIGHED):
            part = named[at : at + WEIGHED]
            begin, end = self.entity_starts[part[0]], self.entity_starts[part[-1] + 1]
            weighed = weights[self.entity_lists[begin:end]]
            squares[part] = np.add.reduceat(weighed, self.entity_starts[part] - begin)
        return np.sqrt(squares)

    @cached_property
    def source_of(self) -> NDArray[np.int32]:
        """The index of each position's source."""
        found = np.empty(len(self), np.int32)
        for ordinal, posting in enumerate(self.postings["source"]):
            found[places_of(posting)] = ordinal
        return found

    @cached_property
    def _by_revision(self) -> tuple[int, NDArray[np.uint32]]:
        """A revision id, and the positions of those behind it; the first and the last place stand for all others."""
        order = self.columns.order
        before, last = (int(order.min()) - 1, int(order.max())) if len(order) else (0, 0)
        at = np.full(last - before + 2, NOWHERE, np.uint32)
        at[order - before] = np.arange(len(order), dtype=np.uint32)
        return before, at

    def positions(self, revision_ids: Ids) -> NDArray[np.uint32]:
        """Return the positions of these revisions, in their order; those that are not served are left out."""
        before, at = self._by_revision
        found = at[np.clip(revision_ids - before, 0, len(at) - 1)]
        served: NDArray[np.uint32] = found[found != NOWHERE]
        return served

    def printed_within(self, first: int | None, last: int | None) -> BitMap:
        """Return the positions printed wholly within these days; without any bound all of them, undated ones too."""
        if first is None and last is None:
            return self.all
        days = self.columns.first_day[: self.dated]
        start = 0 if first is None else place_in(days, first)
        stop = self.dated if last is None else place_in(days, last, after=True)
        found = run_of(start, max(start, stop))
        # The run holds every article that begins in it; what ends after it is none of them.
        return found if last is None else found - set_of(self.coarse[self.columns.last_day[self.coarse] > last])

    def days_of(self, positions: BitMap) -> tuple[int, int] | None:
        """Return the first and last day of the dated ones of these articles: a search finds them all in between."""
        dated = places_of(positions & self.dated_positions)
        if not len(dated):
            return None
        return int(self.columns.first_day[dated[0]]), int(self.columns.last_day[dated].max())

    def run(self, key: Key) -> tuple[int, int]:
        """Return the run of positions that have this key: one position, or none (at its place) if it is not served."""
        lo, hi = 0, len(self)
        columns: tuple[Days | Ids, ...] = (
            self.columns.first_day,
            self.columns.local_time,
            self.columns.article_ids,
        )
        for column, value in zip(columns, key, strict=True):
            within = column[lo:hi]
            lo, hi = lo + place_in(within, value), lo + place_in(within, value, after=True)
        return lo, hi

    def key(self, position: int) -> Key:
        """Return the sort key of a position: day, local time, article id."""
        columns = self.columns
        return int(columns.first_day[position]), int(columns.local_time[position]), int(columns.article_ids[position])

    @cached_property
    def _by_article(self) -> tuple[Ids, NDArray[np.uint32]]:
        at = np.argsort(self.columns.article_ids).astype(np.uint32)
        return self.columns.article_ids[at], at

    def position_of(self, article: int) -> int | None:
        """Return the position of an article id, or None if it is not served."""
        known, at = self._by_article
        ordinal = int(np.searchsorted(known, article))
        return int(at[ordinal]) if ordinal < len(known) and known[ordinal] == article else None

    def revision_of(self, article: int) -> int | None:
        """Return the revision of an article id that is served, or None."""
        position = self.position_of(article)
        return None if position is None else int(self.columns.order[position])
