"""The entities that some articles name, and how often they do beside the corpus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from app.models import EntityType
from app.search.aggregations.association import lift, npmi
from app.search.aggregations.facets import FACET_TYPES, entity_counts
from app.search.index.memberships import articles, parts_of
from app.search.index.snapshot import Snapshot
from app.search.query.search import Result

Measure = Callable[[int], float]
"""What an entity, by its index, is ranked by."""


@dataclass(frozen=True)
class Named:
    """Some articles and how many of them name each entity, by its index; those they do not name are left out."""

    snapshot: Snapshot
    articles: BitMap
    counts: Mapping[int, int]

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What the entities can be ranked by."""
        return {"articles": self.counts.__getitem__, "lift": self.lift}

    def ranked(self, sort: str) -> list[tuple[float, str, int]]:
        """Return the entities as (value of this measure, id, index), in no order."""
        measure, labels = self.measures[sort], self.snapshot.labels.entity
        return [(measure(ordinal), labels[ordinal].id, ordinal) for ordinal in self.counts]

    def corpus(self, ordinal: int) -> int:
        """Return how many articles of the corpus name an entity."""
        return len(self.snapshot.postings["entity"][ordinal])

    def lift(self, ordinal: int) -> float:
        """Return how many times more frequent an entity is in these articles than in the corpus."""
        return lift(self.counts[ordinal], len(self.articles), self.corpus(ordinal), len(self.snapshot))


def named(snapshot: Snapshot, found: BitMap, types: frozenset[EntityType], name: str | None) -> Named:
    """Return the entities that the found articles name, of these types (none: all) and with this name."""
    counts = entity_counts(snapshot, found, types or frozenset(EntityType))
    called = None if name is None else snapshot.names.find(name)
    return Named(snapshot, found, {ordinal: count for ordinal, count in counts if called is None or ordinal in called})


@dataclass(frozen=True)
class Related(Named):
    """The articles of a result that name an entity, and the other entities that they name.

    `about` are all articles that name it, `result` those of the result before it was narrowed to them.
    """

    result: Result
    about: BitMap

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What the others can be ranked by."""
        return {**super().measures, "npmi": self.npmi}

    def npmi(self, ordinal: int) -> float:
        """Return how much oftener another is named together with the entity, in the result, than by chance."""
        everything = self.result.positions
        alone = everything.intersection_cardinality(self.snapshot.postings["entity"][ordinal])
        return npmi(self.counts[ordinal], len(self.articles), alone, len(everything))


def related(result: Result, ordinal: int, types: frozenset[EntityType], *, members: bool) -> Related:
    """Return what is related to an entity within a result, of these types (none: all).

    The result is narrowed as the filter that takes the entity would narrow it: with `members` by its members, too.
    """
    about = _about(result.snapshot, ordinal, members=members)
    found = result.positions & about
    counts = dict(entity_counts(result.snapshot, found, types or frozenset(EntityType)))
    counts.pop(ordinal, None)
    return Related(result.snapshot, found, counts, result, about)


def _about(snapshot: Snapshot, ordinal: int, *, members: bool) -> BitMap:
    if not members:
        return snapshot.postings["entity"][ordinal]
    (types,) = (types for types in FACET_TYPES.values() if snapshot.labels.entity[ordinal].type in types)
    return BitMap.union(*(part.positions for part in parts_of(snapshot, ordinal, types, articles(snapshot))))
