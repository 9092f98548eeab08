"""Comparison of sources in a set too large to examine as a whole, compared with sets and counters of plain Python."""

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from pyroaring import BitMap
from sqlmodel import Session

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.aggregations.source_comparison import SAMPLE_SIZE, compare, source_totals
from app.search.fulltext.hits import SearchContext
from app.search.index.batches import CategoricalColumn
from app.search.index.columns import NO_TIME, Columns, Statements
from app.search.index.snapshot import Snapshot
from app.search.index.snapshot_builder import Publication, build_snapshot
from app.search.query.search import Result
from tests.search.index.article_batches import article_batch

ARTICLES = 2 * SAMPLE_SIZE + 1_000
COMMON, EXCLUSIVE = 20, 60
"""Entities that any article may name, and entities that one source names, apart from a few articles of others."""
SOURCES = 6

RANDOM = np.random.default_rng(2)
SOURCE_OF = RANDOM.integers(0, SOURCES, ARTICLES)
COMMON_PAIRS = np.stack([RANDOM.integers(0, ARTICLES, 40_000), RANDOM.integers(0, COMMON, 40_000)], axis=1)
EXCLUSIVE_ORDINALS = np.concatenate([np.arange(SOURCES), RANDOM.integers(0, EXCLUSIVE, ARTICLES - SOURCES)])
EXCLUSIVE_PAIRS = np.stack(
    [np.arange(ARTICLES), COMMON + EXCLUSIVE_ORDINALS - EXCLUSIVE_ORDINALS % SOURCES + SOURCE_OF], axis=1
)
STEP = ARTICLES // SAMPLE_SIZE + 1
STRAY_ARTICLES = np.arange(1, ARTICLES, 667 * STEP)
STRAY_PAIRS = np.stack([STRAY_ARTICLES, STRAY_ARTICLES % EXCLUSIVE + COMMON], axis=1)
"""Each is one after a `STEP`-th article, so that the sample contains none of them."""
PAIRS = np.unique(np.concatenate([COMMON_PAIRS, EXCLUSIVE_PAIRS, STRAY_PAIRS]), axis=0)

SPEAKER_OF = np.minimum(RANDOM.zipf(1.3, 2 * ARTICLES), COMMON) - 2
"""Two statements per article, some by an unknown speaker (-1)."""


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Return a snapshot with all articles on one day, so that positions are rows."""
    days, ids = np.full(ARTICLES, 735_000, np.int32), np.arange(ARTICLES, dtype=np.int64)
    columns = Columns(ids, ids, days, days, np.full(ARTICLES, NO_TIME, np.int32), ids, ids, ids, ids, ids)
    people = tuple(
        EntityLabel(f"e{ordinal:03}", EntityType.PERSON, f"E{ordinal}")
        for ordinal in range(COMMON + EXCLUSIVE + SOURCES)
    )
    outlets = tuple(SourceLabel(f"s{ordinal}", f"S{ordinal}") for ordinal in range(SOURCES))
    entities = CategoricalColumn.of(f"e{ordinal:03}" for ordinal in PAIRS[:, 1].tolist())
    sources = CategoricalColumn.of(f"s{ordinal}" for ordinal in SOURCE_OF.tolist())
    lengths = np.bincount(PAIRS[:, 0], minlength=ARTICLES).astype(np.int32)
    arrivals = article_batch(columns, {"source": sources, "entity": entities}, {"entity": lengths})
    without_statements = build_snapshot(
        Snapshot.unpublished(), Labels(outlets, people), arrivals, Publication(1, "t", 0)
    )
    starts = np.arange(ARTICLES + 1, dtype=np.int64) * 2
    speaker = tuple(BitMap(np.flatnonzero(ordinal == SPEAKER_OF).tolist()) for ordinal in range(len(people)))
    return replace(without_statements, statements=Statements(starts, np.zeros(2 * ARTICLES, np.int32), speaker, ()))


def top_five(counts: Counter[int]) -> list[tuple[int, int]]:
    """Return the five largest counts, ties by ordinal."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:5]


@pytest.mark.parametrize("articles", [0, 1, 500, SAMPLE_SIZE, ARTICLES])
def test_large_and_small_sets_are_compared_alike(snapshot: Snapshot, articles: int) -> None:
    result = Result(SearchContext(Session(), snapshot), snapshot, (), BitMap(range(articles)))
    articles_naming = defaultdict[int, Counter[int]](Counter)
    for at, entity in PAIRS[PAIRS[:, 0] < articles].tolist():
        articles_naming[entity][int(SOURCE_OF[at])] += 1
    statements = defaultdict[int, Counter[int]](Counter)
    for at, speaker in enumerate(SPEAKER_OF[: 2 * articles].tolist()):
        statements[int(SOURCE_OF[at // 2])][speaker] += 1
    articles_of = Counter(SOURCE_OF[:articles].tolist())
    assert source_totals(result) == [(articles_of[ordinal], f"s{ordinal}", ordinal) for ordinal in range(SOURCES)]
    for ordinal, comparison in enumerate(compare(result, range(SOURCES))):
        only = Counter(
            {
                entity: by_source[ordinal]
                for entity, by_source in articles_naming.items()
                if by_source.keys() == {ordinal}
            }
        )
        statements[ordinal].pop(-1, None)
        assert (comparison.ordinal, len(comparison.positions), comparison.only) == (
            ordinal,
            articles_of[ordinal],
            top_five(only),
        )
        assert comparison.speakers == top_five(statements[ordinal])
