"""A result -> the entities that its articles name together with one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from app.models import EntityType
from app.search.association import npmi
from app.search.facets import FACET_TYPES, entity_counts
from app.search.members import articles, parts_of
from app.search.named import Measure, Named
from app.search.result import Result
from app.search.snapshot import Snapshot


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

    def npmi(self, slot: int) -> float:
        """Return how much oftener another is named together with the entity, in the result, than by chance."""
        everything = self.result.positions
        alone = everything.intersection_cardinality(self.snapshot.postings["entity"][slot])
        return npmi(self.counts[slot], len(self.articles), alone, len(everything))


def related(result: Result, slot: int, types: frozenset[EntityType], *, members: bool) -> Related:
    """Return what is related to an entity within a result, of these types (none: all).

    The result is narrowed as the filter that takes the entity would narrow it: with `members` by its members, too.
    """
    about = _about(result.snapshot, slot, members=members)
    found = result.positions & about
    counts = dict(entity_counts(result.snapshot, found, types or frozenset(EntityType)))
    counts.pop(slot, None)
    return Related(result.snapshot, found, counts, result, about)


def _about(snapshot: Snapshot, slot: int, *, members: bool) -> BitMap:
    if not members:
        return snapshot.postings["entity"][slot]
    (types,) = (types for types in FACET_TYPES.values() if snapshot.labels.entity[slot].type in types)
    return BitMap.union(*(part.positions for part in parts_of(snapshot, slot, types, articles(snapshot))))
