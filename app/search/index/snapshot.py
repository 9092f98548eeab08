"""The immutable index of one corpus version: the order of its articles, and the postings of their values.

A **position** is an index into `order`, the revision ids of the published articles, sorted by (first printed day,
printed local time or none, article id); undated articles come last. Positions are therefore in order of time, and a set
of articles is a Roaring bitmap of positions (Lemire et al., "Roaring Bitmaps", 2016).

An **ordinal** is the dense number, from 0, of an entity, source, language or precision within one corpus version: the
index of its label in `labels` and of its posting in `postings`. Labels are sorted by id, so that the order of ordinals
is the order of ids. Ordinals change with a publish, so they are never shown to clients.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Engine

from app.countries import COUNTRIES
from app.dates import day_range
from app.deadline import require_thread
from app.labels import CorrectionLabel, Labels, split_bearer_id
from app.models import Action, EntityType
from app.posting_fields import POSTING_FIELDS, SOURCE_FACETS
from app.search.index.article_ids import ArticleIds
from app.search.index.bitmaps import (
    Int32Array,
    Int64Array,
    Postings,
    RankedPostings,
    positions_of,
    values_by_position,
)
from app.search.index.cache import SnapshotCache
from app.search.index.columns import ChangeLog, Columns, EntityVectors, Statements
from app.search.index.field_values import FieldValues, tag_values, united_values
from app.search.index.frequent_words import FrequentWords
from app.search.index.parts import Manifest
from app.search.index.time_order import PublishOrder, TimeOrder
from app.search.names.directory import NameDirectory
from app.search.names.prefixes import Prefixes

UNPUBLISHED = "unpublished"
"""The token of a corpus that was never published."""

UNPUBLISHED_MANIFEST = Manifest(0, UNPUBLISHED, None)
"""The manifest of a corpus that was never published."""


class LocatedPlaces(NamedTuple):
    """The ordinals of places, in order, with their latitudes and longitudes in degrees."""

    ordinals: Int32Array
    lats: NDArray[np.float64]
    lons: NDArray[np.float64]


@dataclass(frozen=True)
class Snapshot:
    """One corpus version. Position `p` has the entities `entity_lists[entity_starts[p]:entity_starts[p + 1]]`.

    The lists are of the narrowest type that has room for all ordinals: see `ordinal_type`.

    `manifest` lists the parts that it was opened from. `engine` reads the rows of its revisions, where the service
    opened it; None for the loader.
    """

    version: int
    token: str
    published_at: int | None
    columns: Columns
    labels: Labels
    postings: Mapping[str, Postings]
    entity_starts: Int64Array
    entity_lists: NDArray[np.integer] = field(repr=False)
    statements: Statements = field(repr=False, default_factory=Statements.empty)
    log: ChangeLog = field(repr=False, default_factory=ChangeLog.empty)
    corrections: tuple[CorrectionLabel, ...] = field(repr=False, default=())
    words: FrequentWords = field(repr=False, compare=False, default_factory=FrequentWords)
    manifest: Manifest = field(repr=False, compare=False, default=UNPUBLISHED_MANIFEST)
    engine: Engine | None = field(repr=False, compare=False, default=None)
    prefixes: Prefixes | None = field(repr=False, compare=False, default=None)
    """The prefix index of the names, if the snapshot before had the same labels."""
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
        names, time, ids = self.names, self.time, self.ids
        _ = names.resolver, names.prefixes, names.entity_ordinals, names.source_names
        _ = time.all_positions, time.coarse, self.totals, self.memberships, self.source_of, self.field_values
        ids.positions(self.columns.order[:0])
        ids.position_of(-1)
        return self

    def value_lists(self, name: str) -> tuple[Int64Array, Int32Array]:
        """Return the values of a posting field by position: the start of each list, and the ordinals of all lists."""
        lists = self.cache.value_lists
        if name not in lists:
            require_thread()
            lists[name] = values_by_position(self.postings[name], size=len(self))
        return lists[name]

    def ranked_postings(self, name: str) -> RankedPostings:
        """Return the postings of one of POSTING_FIELDS, with all its values ranked by their number of articles."""
        ranked = self.cache.ranked_postings
        if name not in ranked:
            require_thread()
            ranked[name] = RankedPostings.of(self.postings[name], range(len(self.postings[name])))
        return ranked[name]

    @cached_property
    def time(self) -> TimeOrder:
        """The order of time of the articles."""
        return TimeOrder(self.columns)

    def publish_order(self, field: str) -> PublishOrder:
        """Return the order of the articles by when they were `loaded` or `updated`."""
        orders = self.cache.publish_orders
        if field not in orders:
            require_thread()
            orders[field] = PublishOrder(getattr(self.columns, f"{field}_at"), self.columns.article_ids)
        return orders[field]

    @cached_property
    def ids(self) -> ArticleIds:
        """The positions of articles and revisions."""
        return ArticleIds(self.columns)

    @cached_property
    def names(self) -> NameDirectory:
        """The names of the entities and sources."""
        entities = self.postings["entity"]
        return NameDirectory(self.labels, lambda ordinal: len(entities[ordinal]), self.prefixes)

    def is_hidden(self, id_: str | None) -> bool:
        """Return whether a correction hides an entity; only revisions that are no longer served name one."""
        if id_ is None or not self.hidden_ids:
            return False
        bearer = split_bearer_id(id_)
        return id_ in self.hidden_ids or (bearer is not None and bearer[0] in self.hidden_ids)

    @cached_property
    def hidden_ids(self) -> frozenset[str]:
        """The ids of hidden entities, and of people without context, who have no labels."""
        hidden = [label for label in self.labels.entity if label.hidden is not None]
        own = {id_ for label in hidden for id_ in (label.id, *label.former_ids)}
        decisions = (one for one in self.corrections if one.is_in_effect and one.do == Action.HIDE)
        return frozenset(own.union(*(decision.entities for decision in decisions)))

    @cached_property
    def corrections_by_entity(self) -> dict[str, list[int]]:
        """The numbers of the corrections that are about each entity, by the ids in them, in order."""
        numbers: dict[str, list[int]] = {}
        for number, correction in enumerate(self.corrections):
            for id_ in dict.fromkeys(correction.entities):
                numbers.setdefault(id_, []).append(number)
        return numbers

    @cached_property
    def vectors(self) -> EntityVectors:
        """The entities of each article as a vector."""
        return EntityVectors(self.postings["entity"], self.entity_starts, self.entity_lists)

    @cached_property
    def all_positions(self) -> BitMap:
        """All positions."""
        return self.time.all_positions

    @cached_property
    def languages(self) -> FieldValues:
        """The languages, each with the articles that a filter by it finds."""
        return tag_values(self.labels.values.get("language", ()), self.postings["language"], self.all_positions)

    @cached_property
    def field_values(self) -> dict[str, FieldValues]:
        """The values of the language and of each of SOURCE_FACETS."""
        sources = tuple(zip(self.labels.source, self.postings["source"], strict=True))
        countries = [(s.country, COUNTRIES.get(s.country, s.country), posting) for s, posting in sources if s.country]
        kinds = [(s.kind, s.kind, posting) for s, posting in sources if s.kind]
        groups = [(id_, name, posting) for s, posting in sources for id_, name in s.groups]
        fields = dict(zip(SOURCE_FACETS, (countries, kinds, groups), strict=True))
        return {
            "language": self.languages,
            **{name: united_values(values, self.all_positions) for name, values in fields.items()},
        }

    @cached_property
    def located_places(self) -> LocatedPlaces:
        """The places whose coordinates are known."""
        places = [
            (ordinal, label.at.lat, label.at.lon)
            for ordinal, label in enumerate(self.labels.entity)
            if label.type is EntityType.PLACE and label.at is not None
        ]
        ordinals, lats, lons = zip(*places, strict=True) if places else ((), (), ())
        return LocatedPlaces(np.array(ordinals, np.int32), np.array(lats, np.float64), np.array(lons, np.float64))

    @cached_property
    def memberships(self) -> dict[int, list[tuple[int, int | None, int | None]]]:
        """The members of each entity, as (ordinal, first day, last day) of their membership; None is open."""
        members: dict[int, list[tuple[int, int | None, int | None]]] = {}
        for ordinal, label in enumerate(self.labels.entity):
            for membership in label.member_of:
                group = self.names.entity_ordinals.get(membership["of"])
                if group is not None:
                    days = day_range(membership.get("from"), membership.get("to"))
                    members.setdefault(group, []).append((ordinal, *days))
        return members

    @cached_property
    def totals(self) -> Int64Array:
        """The number of articles of each name owner (see `Prefixes`): of the entities, then of the sources."""
        return np.array([*map(len, self.postings["entity"]), *map(len, self.postings["source"])], np.int64)

    def posting(self, owner: int) -> BitMap:
        """Return the articles of a name owner (see `Prefixes`)."""
        entities = self.postings["entity"]
        return entities[owner] if owner < len(entities) else self.postings["source"][owner - len(entities)]

    def statement_positions(self, places: Sequence[tuple[int, int]]) -> BitMap:
        """Return the positions of the statements at these places, each a revision and a place in its article."""
        found = BitMap()
        positions = self.ids.positions_or_none([revision for revision, _ in places])
        for position, (_, place) in zip(positions, places, strict=True):
            if position is not None:
                start, end = self.statements.starts[position : position + 2].tolist()
                found.add(start + int(np.searchsorted(self.statements.places[start:end], place)))
        return found

    @cached_property
    def source_of(self) -> NDArray[np.int32]:
        """The source ordinal of each position."""
        ordinals = np.empty(len(self), np.int32)
        for ordinal, posting in enumerate(self.postings["source"]):
            ordinals[positions_of(posting)] = ordinal
        return ordinals
