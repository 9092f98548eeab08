"""Postings of what lands: the same however it is parted, and in no more memory than it needs."""

import tracemalloc
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.index.columns import Columns
from app.search.index.snapshot import Snapshot
from seed.publish.delta import Arrivals, Coded
from seed.publish.postings import Landed, Ordinals, postings_of, transposed
from seed.publish.snapshot_builder import Publication, renumber

NAMES = ("ada", "amsel", "jo")
SLOTS = Ordinals({name: ordinal for ordinal, name in enumerate(NAMES)}, np.array([0, 1, 2], np.int32), len(NAMES))
HAD = (BitMap([40, 41]), BitMap(), BitMap([41]))
STAY = np.arange(42, dtype=np.int32)


def lists_of_places(postings: tuple[BitMap, ...]) -> list[list[int]]:
    """Return the members of each posting."""
    return [list(posting) for posting in postings]


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.integers(0, 39), st.none() | st.sampled_from(NAMES)).map(lambda found: list(found.items())),
    st.integers(1, 5),
)
def test_postings_do_not_depend_on_how_many_are_put_in_order_at_once(
    landed: list[tuple[int, str | None]], at_once: int
) -> None:
    """Each name has what it had and the places where it landed."""
    places = np.array([place for place, _ in landed], np.int32)
    arrived = Landed(places, Coded.of(name for _, name in landed))
    found = lists_of_places(postings_of(HAD, STAY, SLOTS, arrived, at_once=at_once))
    wanted = [
        sorted([*had, *(place for place, named in landed if named == name)])
        for name, had in zip(NAMES, HAD, strict=True)
    ]
    assert found == wanted


@given(st.lists(st.frozensets(st.integers(0, 20)), max_size=6))
def test_transposed_postings_are_the_slots_of_each_position(postings: list[frozenset[int]]) -> None:
    """Ascending, one list after another, empty ones too."""
    starts, lists = transposed(tuple(map(BitMap, postings)), size=21)
    found = [lists[start:stop].tolist() for start, stop in pairwise(starts)]
    assert found == [[ordinal for ordinal, posting in enumerate(postings) if place in posting] for place in range(21)]


ARTICLES, NAMED = 200_000, 8


def many() -> Arrivals:
    """Return articles that name several of a hundred entities each, in no order."""
    random = np.random.default_rng(1)
    days = random.integers(730_000, 737_000, ARTICLES).astype(np.int32)
    numbers, alike = np.arange(ARTICLES, dtype=np.int64), np.zeros(ARTICLES, np.int32)
    named = (random.integers(0, 100, (ARTICLES, 1)) + np.arange(NAMED)).astype(np.int32) % 100
    return Arrivals(
        Columns(numbers, random.permutation(numbers), days, days, alike),
        Coded(["reef-post"], alike),
        Coded(["en"], alike),
        Coded(["day"], alike),
        np.full(ARTICLES, NAMED, np.int32),
        Coded([f"e{number:02}" for number in range(100)], named.ravel()),
    )


def test_a_publish_takes_little_more_memory_than_what_it_makes() -> None:
    """Beside a snapshot of eight entities an article, which takes 72 bytes of it without its bitmaps, a third more."""
    arrived = many()
    entities = tuple(EntityLabel(name, EntityType.PERSON, name) for name in arrived.entity.names)
    labels = Labels((SourceLabel("reef-post", "Reef Post"),), entities)
    tracemalloc.start()
    try:
        snapshot = renumber(Snapshot.unpublished(), labels, arrived, Publication(1, "token", 0))
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(snapshot.entity_lists) == ARTICLES * NAMED
    assert kept > 72 * ARTICLES
    assert most < 4 / 3 * 72 * ARTICLES, f"{most / ARTICLES:.0f} bytes an article"
