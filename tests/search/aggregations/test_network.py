"""Networks among many entities, compared with counting every pair of every article."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from pyroaring import BitMap

from app.search.aggregations.network import ARTICLE_BATCH, MAX_SORTED_ARTICLES, network
from app.search.index.bitmaps import values_by_position
from app.search.index.columns import Columns
from tests.search.named_articles import ARTICLES, ENTITIES, ENTITIES_OF, snapshot

SNAPSHOT = snapshot()


@pytest.mark.parametrize("edges", [0, 1, 2, 5, 20, 2000])
@pytest.mark.parametrize("nodes", [1, 2, 10, ENTITIES])
def test_the_pairs_with_most_articles_are_listed(nodes: int, edges: int) -> None:
    positions = BitMap(range(50, ARTICLES))
    result = network(SNAPSHOT, positions, frozenset(), max_nodes=nodes, max_edges=edges)
    node_ordinals = {ordinal for ordinal, _ in result.nodes}
    counts = Counter(
        pair for at in positions for pair in combinations(ENTITIES_OF[at], 2) if node_ordinals.issuperset(pair)
    )
    expected = sorted(((*pair, count) for pair, count in counts.items()), key=lambda edge: (-edge[2], edge[:2]))
    assert [(edge.source, edge.target, edge.articles) for edge in result.edges] == expected[:edges]


@pytest.mark.parametrize("nodes", [1, 2, 10, None])
def test_all_pairs_come_by_ordinal(nodes: int | None) -> None:
    """Some entities are in more articles than are counted by sorting, others in fewer."""
    positions = BitMap(range(50, ARTICLES))
    result = network(SNAPSHOT, positions, frozenset(), max_nodes=nodes, max_edges=None)
    sizes = [count for _, count in result.nodes]
    assert sizes[0] > MAX_SORTED_ARTICLES
    node_ordinals = {ordinal for ordinal, _ in result.nodes}
    counts = Counter(
        pair for at in positions for pair in combinations(ENTITIES_OF[at], 2) if node_ordinals.issuperset(pair)
    )
    assert [(edge.source, edge.target, edge.articles) for edge in result.edges] == [
        (*pair, count) for pair, count in sorted(counts.items())
    ]


def test_pairs_of_many_articles_are_counted_in_batches() -> None:
    """Entity `n` is in every article whose position is a multiple of `n + 1`."""
    articles = 2 * ARTICLE_BATCH + 7
    postings = tuple(BitMap(range(0, articles, step)) for step in (1, 2, 3))
    starts, lists = values_by_position(postings, size=articles)
    order = np.arange(articles, dtype=np.int64)
    large = replace(
        SNAPSHOT,
        columns=replace(Columns.empty(), order=order),
        postings={**SNAPSHOT.postings, "entity": (*postings, *(BitMap() for _ in range(ENTITIES - 3)))},
        entity_starts=starts,
        entity_lists=lists,
    )
    edges = network(large, BitMap(range(1, articles)), frozenset(), max_nodes=None, max_edges=None).edges
    last = articles - 1
    assert [(edge.source, edge.target, edge.articles) for edge in edges] == [
        (0, 1, last // 2),
        (0, 2, last // 3),
        (1, 2, last // 6),
    ]
