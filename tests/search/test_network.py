"""Pairs among many entities, of which few are looked at, against counting every pair of every article."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from pyroaring import BitMap

from app.models import EntityType
from app.search.labels import EntityLabel
from app.search.network import network
from app.search.snapshot import Labels, Snapshot

ARTICLES, ENTITIES = 400, 30

CHANCE = np.random.default_rng(1)
NAMED = [sorted({int(slot) % ENTITIES for slot in CHANCE.zipf(1.4, 6)}) for _ in range(ARTICLES)]
"""The entities of each article; a few are in many articles, as in the press."""


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    labels = Labels(entity=tuple(EntityLabel(f"e{n:02}", EntityType.PERSON, f"E{n}") for n in range(ENTITIES)))
    postings = tuple(BitMap(at for at in range(ARTICLES) if n in NAMED[at]) for n in range(ENTITIES))
    return replace(
        Snapshot.unpublished(),
        labels=labels,
        postings={"entity": postings},
        entity_starts=np.cumsum([0, *map(len, NAMED)]),
        entity_lists=np.array([slot for slots in NAMED for slot in slots], np.int32),
    )


@pytest.mark.parametrize("edges", [0, 1, 2, 5, 20, 2000])
@pytest.mark.parametrize("nodes", [1, 2, 10, ENTITIES])
def test_the_pairs_of_most_articles_are_found(snapshot: Snapshot, nodes: int, edges: int) -> None:
    found = BitMap(range(50, ARTICLES))
    shown = network(snapshot, found, frozenset(), most_nodes=nodes, most_edges=edges)
    taken = {slot for slot, _ in shown.nodes}
    counts = Counter(pair for at in found for pair in combinations(NAMED[at], 2) if taken.issuperset(pair))
    expected = sorted(((*pair, count) for pair, count in counts.items()), key=lambda edge: (-edge[2], edge[:2]))
    assert [(edge.source, edge.target, edge.articles) for edge in shown.edges] == expected[:edges]
