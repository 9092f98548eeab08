"""The co-occurrence network of some articles: entities, and how many articles name two of them together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappush, heappushpop

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.deadline import check_deadline
from app.models import EntityType
from app.search.aggregations.association import npmi
from app.search.aggregations.facets import entity_counts
from app.search.index.bitmaps import OrdinalCounts, list_indexes
from app.search.index.snapshot import Snapshot

# An array of the size of all entities takes longer than sorting the entities of a few articles.
MAX_SORTED_ARTICLES = 250
"""Maximum number of articles whose entities are counted by sorting them."""

# It bounds the memory of an edge list of any size: a few megabytes, with eight entities per article.
ARTICLE_BATCH = 50_000
"""Number of articles whose entities are counted at a time."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two entities by ordinal, the lower one first, the number of articles that name both, and their NPMI."""

    source: int
    target: int
    articles: int
    npmi: float


@dataclass(frozen=True, slots=True)
class EntityNetwork:
    """Entities with their number of articles, the most frequent first, ties by ordinal; and edges between them.

    With a maximum, edges are in the same order. Otherwise they are all pairs, by ordinals, and counted while they are
    read: once, and in memory that does not grow with their number.
    """

    nodes: OrdinalCounts
    edges: Iterable[Edge]


def network(
    snapshot: Snapshot, positions: BitMap, types: frozenset[EntityType], *, max_nodes: int | None, max_edges: int | None
) -> EntityNetwork:
    """Return the network of the entities of these types (all if empty) in some articles; None is no maximum."""
    nodes = entity_counts(snapshot, positions, types or frozenset(EntityType), max_nodes)
    counts = dict(nodes)
    if max_edges is None:
        pairs = _all_pairs(snapshot, positions, counts)
    else:
        pairs = iter(
            _top_pairs(((ordinal, positions & snapshot.postings["entity"][ordinal]) for ordinal in counts), max_edges)
        )
    return EntityNetwork(
        nodes,
        (
            Edge(source, target, together, npmi(together, counts[source], counts[target], len(positions)))
            for source, target, together in pairs
        ),
    )


Pair = tuple[int, int, int]
"""Two entities and how many articles name both, as (lower ordinal, higher ordinal, count)."""


def _all_pairs(snapshot: Snapshot, positions: BitMap, nodes: Mapping[int, int]) -> Iterator[Pair]:
    """Yield all pairs of these entities that an article names together, by ordinals."""
    is_node = np.zeros(len(snapshot.labels.entity), np.bool_)
    is_node[list(nodes)] = True
    for ordinal in sorted(nodes):
        check_deadline()
        is_node[ordinal] = False  # Its pairs with lower ordinals were theirs.
        naming = positions & snapshot.postings["entity"][ordinal]
        others, counts = _entity_sums(snapshot, naming, is_node)
        for other, together in zip(others.tolist(), counts.tolist(), strict=True):
            yield ordinal, other, together


def _entity_sums(
    snapshot: Snapshot, positions: BitMap, is_node: NDArray[np.bool_]
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Return the nodes that these articles name, by ordinal, and the number of articles that name each."""
    if len(positions) <= MAX_SORTED_ARTICLES:
        return np.unique(_entities(snapshot, positions, is_node), return_counts=True)
    sums = np.zeros(len(is_node), np.int64)
    for at in range(0, len(positions), ARTICLE_BATCH):
        check_deadline()
        batch = positions[at : at + ARTICLE_BATCH]
        sums += np.bincount(_entities(snapshot, batch, is_node), minlength=len(is_node))
    named = np.flatnonzero(sums)
    return named, sums[named]


def _entities(snapshot: Snapshot, positions: BitMap, is_node: NDArray[np.bool_]) -> NDArray[np.integer]:
    entities = snapshot.entity_lists[list_indexes(snapshot.entity_starts, positions)]
    nodes: NDArray[np.integer] = entities[is_node[entities]]
    return nodes


def _top_pairs(nodes: Iterable[tuple[int, BitMap]], size: int) -> list[Pair]:
    """Return the `size` pairs with the most positions in common; nodes are in descending order of positions."""
    best: list[Pair] = []
    earlier: list[tuple[int, BitMap]] = []
    for ordinal, positions in nodes if size else ():
        # No pair has more positions than its rarer node: no later pair is better.
        if len(best) == size and len(positions) < best[0][0]:
            break
        check_deadline()
        for other, other_positions in earlier:
            together = positions.intersection_cardinality(other_positions)
            pair = (together, -min(ordinal, other), -max(ordinal, other))
            if len(best) == size:
                heappushpop(best, pair)
            elif together:
                heappush(best, pair)
        earlier.append((ordinal, positions))
    return [(-source, -target, together) for together, source, target in sorted(best, reverse=True)]
