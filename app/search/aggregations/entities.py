"""The entities that some articles name, and how often compared with the corpus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from app.models import EntityType, types_of
from app.search.aggregations.association import lift, npmi
from app.search.aggregations.facets import entity_counts
from app.search.index.memberships import article_postings, member_postings
from app.search.index.snapshot import Snapshot
from app.search.query.entities_by_id import FoundEntity
from app.search.query.search import Result

Measure = Callable[[int], float]
"""A number to rank entities by, from the ordinal of the entity."""


@dataclass(frozen=True)
class EntityCounts:
    """Some articles, and how many of them name each entity, by ordinal; entities that none of them names are absent."""

    snapshot: Snapshot
    articles: BitMap
    counts: Mapping[int, int]

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measures that the entities can be ranked by."""
        return {"articles": self.counts.__getitem__, "lift": self.lift}

    def values_by(self, sort: str) -> list[tuple[float, str, int]]:
        """Return the entities as (value of the measure, id, ordinal), in no order."""
        measure, labels = self.measures[sort], self.snapshot.labels.entity
        return [(measure(ordinal), labels[ordinal].id, ordinal) for ordinal in self.counts]

    def corpus_count(self, ordinal: int) -> int:
        """Return the number of articles in the corpus that name an entity."""
        return len(self.snapshot.postings["entity"][ordinal])

    def lift(self, ordinal: int) -> float:
        """Return how many times more frequent an entity is in these articles than in the corpus."""
        return lift(self.counts[ordinal], len(self.articles), self.corpus_count(ordinal), len(self.snapshot))


def count_entities(
    snapshot: Snapshot, positions: BitMap, types: frozenset[EntityType], name: str | None
) -> EntityCounts:
    """Return the entities of these types (all if empty), and of this name if it is set, that the articles name."""
    counts = entity_counts(snapshot, positions, types or frozenset(EntityType))
    with_name = None if name is None else snapshot.names.resolver.find(name)
    by_ordinal = {ordinal: count for ordinal, count in counts if with_name is None or ordinal in with_name}
    return EntityCounts(snapshot, positions, by_ordinal)


@dataclass(frozen=True)
class RelatedEntities(EntityCounts):
    """The articles of a result that name a given entity, and the other entities that they name.

    `about` are all articles of the corpus that name it, `result` is the result before it was narrowed to them.
    """

    result: Result
    about: BitMap

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measures that the other entities can be ranked by."""
        return {**super().measures, "npmi": self.npmi}

    def npmi(self, ordinal: int) -> float:
        """Return how strongly another entity is associated with the given one within the result."""
        positions = self.result.positions
        with_other = positions.intersection_cardinality(self.snapshot.postings["entity"][ordinal])
        return npmi(self.counts[ordinal], len(self.articles), with_other, len(positions))


def related_entities(
    result: Result, entity: FoundEntity, types: frozenset[EntityType], *, members: bool
) -> RelatedEntities:
    """Return the entities of these types (all if empty) that are named together with an entity within a result.

    The result is narrowed as the filter that accepts the entity would narrow it: with `members`, its members count too.
    """
    about = _about(result.snapshot, entity, members=members)
    positions = result.positions & about
    counts = dict(entity_counts(result.snapshot, positions, types or frozenset(EntityType)))
    if entity.ordinal is not None:
        counts.pop(entity.ordinal, None)
    return RelatedEntities(result.snapshot, positions, counts, result, about)


def _about(snapshot: Snapshot, entity: FoundEntity, *, members: bool) -> BitMap:
    if entity.ordinal is None or not members:
        return entity.positions
    postings = member_postings(
        snapshot, entity.ordinal, types_of(entity.label.type.parameter), article_postings(snapshot)
    )
    return BitMap.union(*(member.positions for member in postings))
