"""Pairs among many entities, of which few are looked at, against counting every pair of every article."""

from collections import Counter
from itertools import combinations

import pytest
from pyroaring import BitMap

from app.search.aggregations.network import network
from tests.search.named_articles import ARTICLES, ENTITIES, NAMED, snapshot

SNAPSHOT = snapshot()


@pytest.mark.parametrize("edges", [0, 1, 2, 5, 20, 2000])
@pytest.mark.parametrize("nodes", [1, 2, 10, ENTITIES])
def test_the_pairs_of_most_articles_are_found(nodes: int, edges: int) -> None:
    found = BitMap(range(50, ARTICLES))
    shown = network(SNAPSHOT, found, frozenset(), most_nodes=nodes, most_edges=edges)
    taken = {ordinal for ordinal, _ in shown.nodes}
    counts = Counter(pair for at in found for pair in combinations(NAMED[at], 2) if taken.issuperset(pair))
    expected = sorted(((*pair, count) for pair, count in counts.items()), key=lambda edge: (-edge[2], edge[:2]))
    assert [(edge.source, edge.target, edge.articles) for edge in shown.edges] == expected[:edges]
