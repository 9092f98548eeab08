"""Networks among many entities, compared with counting every pair of every article."""

from collections import Counter
from itertools import combinations

import pytest
from pyroaring import BitMap

from app.search.aggregations.network import network
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
