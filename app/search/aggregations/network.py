"""The co-occurrence network of some articles: the entities they name most, and how many name two of them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop

from pyroaring import BitMap

from app.deadline import check_deadline
from app.models import EntityType
from app.search.aggregations.association import npmi
from app.search.aggregations.facets import entity_counts
from app.search.index.bitmaps import OrdinalCounts
from app.search.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Edge:
    """Two entities by ordinal, the lower one first, the number of articles that name both, and their NPMI."""

    source: int
    target: int
    articles: int
    npmi: float


@dataclass(frozen=True, slots=True)
class EntityNetwork:
    """Entities with their number of articles, and edges between them; the most frequent first, ties by ordinal."""

    nodes: OrdinalCounts
    edges: list[Edge]


def network(
    snapshot: Snapshot, positions: BitMap, types: frozenset[EntityType], *, max_nodes: int, max_edges: int
) -> EntityNetwork:
    """Return the network of the entities of these types (all if empty) in some articles."""
    nodes = entity_counts(snapshot, positions, types or frozenset(EntityType), max_nodes)
    node_positions = [(ordinal, positions & snapshot.postings["entity"][ordinal]) for ordinal, _ in nodes]
    counts = dict(nodes)
    return EntityNetwork(
        nodes,
        [
            Edge(source, target, together, npmi(together, counts[source], counts[target], len(positions)))
            for source, target, together in _top_pairs(node_positions, max_edges)
        ],
    )


def _top_pairs(nodes: Sequence[tuple[int, BitMap]], size: int) -> list[tuple[int, int, int]]:
    """Return the `size` pairs with the most positions in common, as (lower ordinal, higher ordinal, count)."""
    best: list[tuple[int, int, int]] = []
    for at, (ordinal, positions) in enumerate(nodes if size else ()):
        # Nodes are in descending order, and no pair has more positions than its rarer node: no later pair is
        # better.
        if len(best) == size and len(positions) < best[0][0]:
            break
        check_deadline()
        for other, other_positions in nodes[:at]:
            together = positions.intersection_cardinality(other_positions)
            pair = (together, -min(ordinal, other), -max(ordinal, other))
            if len(best) == size:
                heappushpop(best, pair)
            elif together:
                heappush(best, pair)
    return [(-source, -target, together) for together, source, target in sorted(best, reverse=True)]
