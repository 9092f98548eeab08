"""Postings with added values: the same for every chunk size, and within bounded memory."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.index.batches import ArticleBatch, CategoricalColumn, concatenate
from app.search.index.columns import Columns
from app.search.index.parts import decode_batch, encode_batch, split
from app.search.index.posting_builder import MAX_SCANNED_VALUES, AddedValues, OrdinalMapping, build_postings, transpose
from app.search.index.snapshot import Snapshot
from app.search.index.snapshot_builder import Publication, build_snapshot
from tests.conftest import SOAK
from tests.search.index.article_batches import article_batch

NAMES = ("ada", "amsel", "jo")
ORDINALS = OrdinalMapping(
    {name: ordinal for ordinal, name in enumerate(NAMES)}, np.array([0, 1, 2], np.int32), len(NAMES)
)
OLD = (BitMap([40, 41]), BitMap(), BitMap([41]))
SAME_POSITIONS = np.arange(42, dtype=np.int32)


def members(postings: tuple[BitMap, ...]) -> list[list[int]]:
    """Return the members of each posting."""
    return [list(posting) for posting in postings]


@settings(max_examples=13 * SOAK, deadline=None)
@given(
    st.dictionaries(st.integers(0, 39), st.none() | st.sampled_from(NAMES)).map(lambda values: list(values.items())),
    st.integers(1, 5),
)
def test_postings_do_not_depend_on_the_chunk_size(values: list[tuple[int, str | None]], chunk_size: int) -> None:
    """Each name has its old positions and those of its added values."""
    positions = np.array([position for position, _ in values], np.int32)
    added = AddedValues(positions, CategoricalColumn.of(name for _, name in values))
    postings = members(build_postings(OLD, SAME_POSITIONS, ORDINALS, added, chunk_size=chunk_size))
    wanted = [
        sorted([*old, *(position for position, added_name in values if added_name == name)])
        for name, old in zip(NAMES, OLD, strict=True)
    ]
    assert postings == wanted


@given(st.lists(st.lists(st.none() | st.sampled_from(NAMES), max_size=7), max_size=9), st.integers(1, 5))
def test_rows_with_several_values_are_never_split(rows: list[list[str | None]], chunk_size: int) -> None:
    """Whatever the chunk size; a value may be repeated."""
    values = CategoricalColumn.of(name for row in rows for name in row)
    added = AddedValues(np.arange(len(rows), dtype=np.int32), values, np.array(list(map(len, rows)), np.int32))
    empty = (BitMap(),) * len(NAMES)
    postings = members(build_postings(empty, SAME_POSITIONS[:0], ORDINALS, added, chunk_size=chunk_size))
    assert postings == [[position for position, row in enumerate(rows) if name in row] for name in NAMES]


def test_a_row_may_have_more_values_than_a_chunk() -> None:
    values = CategoricalColumn.of(["ada"] * 5 + ["jo"])
    added = AddedValues(np.arange(2, dtype=np.int32), values, np.array([5, 1], np.int32))
    chunks = [(positions.tolist(), codes.tolist()) for positions, codes in added.chunks(2)]
    assert chunks == [([0] * 5 + [1], [1] * 5 + [2])]


@pytest.mark.parametrize("count", [1, MAX_SCANNED_VALUES, MAX_SCANNED_VALUES + 1, 300])
def test_many_names_and_few_have_the_same_postings(count: int) -> None:
    """Also where two names are the same entity."""
    names = [f"n{number:03}" for number in range(count)]
    codes = np.random.default_rng(count).integers(0, count + 1, 1_000)
    for size in {count, max(1, count - 1)}:
        by_name = {name: min(ordinal, size - 1) for ordinal, name in enumerate(names)}
        ordinals = OrdinalMapping(by_name, np.arange(size, dtype=np.int32), size)
        added = AddedValues(np.arange(1_000, dtype=np.int32), CategoricalColumn(names, codes))
        postings = members(build_postings((BitMap(),) * size, SAME_POSITIONS[:0], ordinals, added, chunk_size=70))
        wanted: list[list[int]] = [[] for _ in range(size)]
        for position, code in enumerate(codes.tolist()):
            if code:
                wanted[by_name[names[code - 1]]].append(position)
        assert postings == wanted


@given(st.lists(st.frozensets(st.integers(0, 20)), max_size=6))
def test_transposed_postings_are_the_ordinals_of_each_position(postings: list[frozenset[int]]) -> None:
    """Ascending, one list after another, empty ones too."""
    starts, lists = transpose(tuple(map(BitMap, postings)), size=21, type_=np.dtype(np.uint16))
    transposed = [lists[start:stop].tolist() for start, stop in pairwise(starts)]
    assert transposed == [
        [ordinal for ordinal, posting in enumerate(postings) if position in posting] for position in range(21)
    ]


ARTICLES, ENTITIES_PER_ARTICLE = 200_000, 8


def large_batch() -> ArticleBatch:
    """Return articles in random order, each with several of a hundred entities."""
    random = np.random.default_rng(1)
    days = random.integers(730_000, 737_000, ARTICLES).astype(np.int32)
    numbers, zeros = np.arange(ARTICLES, dtype=np.int64), np.zeros(ARTICLES, np.int32)
    ones = zeros + 1
    codes = (random.integers(0, 100, (ARTICLES, 1)) + np.arange(ENTITIES_PER_ARTICLE)).astype(np.int32) % 100
    return article_batch(
        Columns(numbers, random.permutation(numbers), days, days, zeros, *[numbers] * 5),
        {
            "source": CategoricalColumn(["reef-post"], ones),
            "entity": CategoricalColumn([f"e{number:02}" for number in range(100)], codes.ravel() + 1),
            "language": CategoricalColumn(["en"], ones),
            "precision": CategoricalColumn(["day"], ones),
        },
        {"entity": np.full(ARTICLES, ENTITIES_PER_ARTICLE, np.int32)},
    )


def test_opening_takes_little_more_memory_than_the_snapshot() -> None:
    """Less than twice as much with eight entities per article: 96 bytes per article without its bitmaps.

    Of these, 24 are checksums, and 16 the times of publishes. The parts themselves take 75 until they are joined.
    """
    batch = large_batch()
    entities = tuple(EntityLabel(name, EntityType.PERSON, name) for name in batch.fields["entity"].names)
    labels = Labels((SourceLabel("reef-post", "Reef Post"),), entities)
    parts = list(map(encode_batch, split(batch, 1_000_000)))
    assert len(parts) > 10
    tracemalloc.start()
    try:
        stored = concatenate(list(map(decode_batch, parts)))
        snapshot = build_snapshot(Snapshot.unpublished(), labels, stored, Publication(1, "token", 0))
        del stored
        current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(snapshot.entity_lists) == ARTICLES * ENTITIES_PER_ARTICLE
    assert current > 96 * ARTICLES
    assert peak < 2 * 112 * ARTICLES, f"{peak / ARTICLES:.0f} bytes per article"
