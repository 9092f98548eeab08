"""Facet counts of small and large sets, compared with counting every article."""

from collections import Counter

import numpy as np
import pytest
from pyroaring import BitMap
from sqlmodel import Session

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.aggregations.facets import (
    MAX_SUMMED_ARTICLES,
    MAX_SUMMED_SOURCES,
    FacetCounts,
    entity_counts,
    source_counts,
)
from app.search.fulltext.hits import SearchContext
from app.search.index.batches import CategoricalColumn
from app.search.index.columns import NO_TIME, Columns
from app.search.index.snapshot import Snapshot
from app.search.index.snapshot_builder import Publication, build_snapshot
from app.search.query.clauses import Clause
from app.search.query.search import Result
from tests.search.index.article_batches import article_batch

ARTICLES = MAX_SUMMED_SOURCES + 5_000
ENTITIES = 40
SOURCES = 12
TYPES = frozenset({EntityType.PERSON, EntityType.STATE})

RANDOM = np.random.default_rng(1)
PAIRS = np.unique(np.stack([RANDOM.integers(0, ARTICLES, 60_000), RANDOM.zipf(1.6, 60_000) % ENTITIES], axis=1), axis=0)
"""Pairs of article and entity; a few entities are in many articles, as in the press."""

SOURCE_OF = RANDOM.zipf(1.6, ARTICLES) % SOURCES


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Return a snapshot with all articles on one day, so that positions are rows."""
    days, ids = np.full(ARTICLES, 735_000, np.int32), np.arange(ARTICLES, dtype=np.int64)
    columns = Columns(ids, ids, days, days, np.full(ARTICLES, NO_TIME, np.int32), ids, ids, ids, ids, ids)
    labels = tuple(
        EntityLabel(f"e{ordinal:02}", list(EntityType)[ordinal % 7], f"E{ordinal}") for ordinal in range(ENTITIES)
    )
    outlets = tuple(SourceLabel(f"s{ordinal:02}", f"S{ordinal}") for ordinal in range(SOURCES))
    entities = CategoricalColumn.of(f"e{ordinal:02}" for ordinal in PAIRS[:, 1].tolist())
    sources = CategoricalColumn.of(f"s{ordinal:02}" for ordinal in SOURCE_OF.tolist())
    lengths = np.bincount(PAIRS[:, 0], minlength=ARTICLES).astype(np.int32)
    arrivals = article_batch(columns, {"source": sources, "entity": entities}, {"entity": lengths})
    return build_snapshot(Snapshot.unpublished(), Labels(outlets, labels), arrivals, Publication(1, "t", 0))


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", [1, 3, 10, None])
@pytest.mark.parametrize("articles", [MAX_SUMMED_ARTICLES, ARTICLES])
def test_large_and_small_sets_are_counted_alike(snapshot: Snapshot, articles: int, size: int | None) -> None:
    positions = BitMap(range(articles))
    counts = Counter(ordinal for at, ordinal in PAIRS.tolist() if at < articles)
    fitting = [(ordinal, counts[ordinal]) for ordinal in counts if snapshot.labels.entity[ordinal].type in TYPES]
    expected = sorted(fitting, key=lambda pair: (-pair[1], pair[0]))[:size]
    assert entity_counts(snapshot, positions, TYPES, size) == expected


def test_the_most_frequent_entities_of_a_set_need_not_be_those_of_the_corpus(snapshot: Snapshot) -> None:
    """The set has one article of the second most frequent entity."""
    totals = Counter(ordinal for _, ordinal in PAIRS.tolist() if snapshot.labels.entity[ordinal].type in TYPES)
    (first, _), (second, _), (third, _) = totals.most_common(3)
    positions = BitMap(range(ARTICLES)) - BitMap([at for at, ordinal in PAIRS.tolist() if ordinal == second][1:])
    assert len(positions) > MAX_SUMMED_ARTICLES
    counted = entity_counts(snapshot, positions, TYPES, 2)
    counts = Counter(ordinal for at, ordinal in PAIRS.tolist() if at in positions)
    assert counted == [(first, counts[first]), (third, counts[third])]


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("articles", [0, MAX_SUMMED_SOURCES, ARTICLES])
def test_sources_of_large_and_small_sets_are_counted_alike(snapshot: Snapshot, articles: int, size: int) -> None:
    positions = BitMap(range(articles))
    clauses = (Clause("from+to", str(articles), "all", positions),)
    result = Result(SearchContext(Session(), snapshot), snapshot, clauses, positions)
    counts = Counter(SOURCE_OF[:articles].tolist())
    expected = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    for _ in range(2):
        facet = FacetCounts(result).facet("source", size)
        assert [(int(count.id[1:]), count.count) for count in facet.values] == expected
    assert source_counts(snapshot, positions, size) == expected
