"""Comparison of a set too large to look at as a whole, against sets and counters of plain Python."""

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from pyroaring import BitMap
from sqlmodel import Session

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.aggregations.source_comparison import PART, compare, counted_sources
from app.search.fulltext.hits import TextSearch
from app.search.index.columns import NO_TIME, Columns, Statements
from app.search.index.snapshot import Snapshot
from app.search.query.aggregation_filters import ComparisonPage
from app.search.query.search import Result
from seed.publish.delta import Arrivals, Coded
from seed.publish.snapshot_builder import Publication, renumber

ARTICLES = 2 * PART + 1_000
COMMON, OWN = 20, 60
"""Entities that any article may name, and those that only one source names, but for a stray article."""
SOURCES = 6

CHANCE = np.random.default_rng(2)
PRINTED_BY = CHANCE.integers(0, SOURCES, ARTICLES)
ANY = np.stack([CHANCE.integers(0, ARTICLES, 40_000), CHANCE.integers(0, COMMON, 40_000)], axis=1)
SLOTS = np.concatenate([np.arange(SOURCES), CHANCE.integers(0, OWN, ARTICLES - SOURCES)])
OF_ONE = np.stack([np.arange(ARTICLES), COMMON + SLOTS - SLOTS % SOURCES + PRINTED_BY], axis=1)
STEP = ARTICLES // PART + 1
STRAY = np.arange(1, ARTICLES, 667 * STEP)
STRAYS = np.stack([STRAY, STRAY % OWN + COMMON], axis=1)
"""Behind each `STEP`-th article: the part that is looked at first holds none of them."""
PAIRS = np.unique(np.concatenate([ANY, OF_ONE, STRAYS]), axis=0)

SAID_BY = np.minimum(CHANCE.zipf(1.3, 2 * ARTICLES), COMMON) - 2
"""Two statements an article, some by nobody known (-1)."""


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """All articles on one day, so that positions are rows."""
    days, ids = np.full(ARTICLES, 735_000, np.int32), np.arange(ARTICLES, dtype=np.int64)
    columns = Columns(ids, ids, days, days, np.full(ARTICLES, NO_TIME, np.int32))
    people = tuple(
        EntityLabel(f"e{ordinal:03}", EntityType.PERSON, f"E{ordinal}") for ordinal in range(COMMON + OWN + SOURCES)
    )
    outlets = tuple(SourceLabel(f"s{ordinal}", f"S{ordinal}") for ordinal in range(SOURCES))
    named = Coded.of(f"e{ordinal:03}" for ordinal in PAIRS[:, 1].tolist())
    sources = Coded.of(f"s{ordinal}" for ordinal in PRINTED_BY.tolist())
    nothing = Coded.of([None] * ARTICLES)
    arrivals = Arrivals(
        columns, sources, nothing, nothing, np.bincount(PAIRS[:, 0], minlength=ARTICLES).astype(np.int32), named
    )
    made = renumber(Snapshot.unpublished(), Labels(outlets, people), arrivals, Publication(1, "t", 0))
    starts = np.arange(ARTICLES + 1, dtype=np.int64) * 2
    speaker = tuple(BitMap(np.flatnonzero(ordinal == SAID_BY).tolist()) for ordinal in range(len(people)))
    return replace(made, statements=Statements(starts, np.zeros(2 * ARTICLES, np.int32), speaker, ()))


def most(counts: Counter[int]) -> list[tuple[int, int]]:
    """Return the five largest, ties by index."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:5]


@pytest.mark.parametrize("articles", [0, 1, 500, PART, ARTICLES])
def test_large_and_small_sets_are_compared_alike(snapshot: Snapshot, articles: int) -> None:
    result = Result(TextSearch(Session(), snapshot, 1), (), BitMap(range(articles)))
    naming = defaultdict[int, Counter[int]](Counter)
    for at, entity in PAIRS[PAIRS[:, 0] < articles].tolist():
        naming[entity][int(PRINTED_BY[at])] += 1
    said = defaultdict[int, Counter[int]](Counter)
    for at, speaker in enumerate(SAID_BY[: 2 * articles].tolist()):
        said[int(PRINTED_BY[at // 2])][speaker] += 1
    printed = Counter(PRINTED_BY[:articles].tolist())
    assert counted_sources(result) == [(printed[ordinal], f"s{ordinal}", ordinal) for ordinal in range(SOURCES)]
    for ordinal, compared in enumerate(compare(result, ComparisonPage(), range(SOURCES))):
        only = Counter({entity: by[ordinal] for entity, by in naming.items() if by.keys() == {ordinal}})
        said[ordinal].pop(-1, None)
        assert (compared.ordinal, len(compared.positions), compared.only) == (ordinal, printed[ordinal], most(only))
        assert compared.speakers == most(said[ordinal])
