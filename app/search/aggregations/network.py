"""A bitmap -> which entities its articles name most, and how many of them name two of these together."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop

from pyroaring import BitMap

from app.models import EntityType
from app.search.aggregations.association import npmi
from app.search.aggregations.facets import entity_counts
from app.search.index.bitmaps import Counted
from app.search.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Edge:
    """Two entities by their indexes, the lower one first, the number of articles that name both, and their NPMI."""

    source: int
    target: int
    articles: int
    npmi: float


@dataclass(frozen=True, slots=True)
class Network:
    """Entities with their articles, and edges among them; both the most frequent first, ties by index."""

    nodes: Counted
    edges: list[Edge]


def network(
    snapshot: Snapshot, found: BitMap, types: frozenset[EntityType], *, most_nodes: int, most_edges: int
) -> Network:
    """Return the network of the found articles, of entities of these types (none: all)."""
    nodes = entity_counts(snapshot, found, types or frozenset(EntityType), most_nodes)
    named = [(ordinal, found & snapshot.postings["entity"][ordinal]) for ordinal, _ in nodes]
    counts = dict(nodes)
    return Network(
        nodes,
        [
            Edge(source, target, together, npmi(together, counts[source], counts[target], len(found)))
            for source, target, together in _pairs(named, most_edges)
        ],
    )


def _pairs(named: Sequence[tuple[int, BitMap]], size: int) -> list[tuple[int, int, int]]:
    """Return the `size` pairs that have most positions in common, as (lower index, higher index, number)."""
    best: list[tuple[int, int, int]] = []
    for at, (ordinal, positions) in enumerate(named if size else ()):
        # They come by their numbers, and no pair has more than the rarer of the two: none that follows is better.
        if len(best) == size and len(positions) < best[0][0]:
            break
        for other, others in named[:at]:
            together = positions.intersection_cardinality(others)
            pair = (together, -min(ordinal, other), -max(ordinal, other))
            if len(best) == size:
                heappushpop(best, pair)
            elif together:
                heappush(best, pair)
    return [(-source, -target, together) for together, source, target in sorted(best, reverse=True)]
