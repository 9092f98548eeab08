"""The index of one corpus version: positions, keys, postings, and the way through the database and back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.labels import Labels, article_id, article_number
from app.models import ACTOR_TYPES, EntityType
from app.search.index.bitmaps import members_of_lists
from app.search.index.columns import NO_TIME, UNDATED, Statements
from app.search.index.memberships import entity_family
from app.search.index.snapshot import UNPUBLISHED, Snapshot
from app.search.index.storage import from_parts, to_parts
from seed.pipeline.identity import public_id
from tests.seed.loading import load_into, named, report, snapshot_of

DATES = ["2019", "2019-03", "2019-03-04", "2019-03-04T18:30-05:00", "2019-03-05", None, None]

PEOPLE = [named("Ada", id="ada"), named("Jo", id="jo"), named("Amsel", EntityType.PLACE, id="amsel")]


@pytest.fixture(scope="module")
def snapshot(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Seven articles, two of them undated, which name one or two of three."""
    database = tmp_path_factory.mktemp("snapshot") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    records = [
        report(f"Report {n}", id=f"r{n}", on=on, text="Ada Byrne", entities=tuple(PEOPLE[n % 2 : n % 3 + 1]))
        for n, on in enumerate(DATES)
    ]
    load_into(database, records)
    return snapshot_of(database)


def test_before_the_first_publish() -> None:
    """Everything is empty and nothing fails."""
    nothing = Snapshot.unpublished()
    assert (nothing.version, nothing.token, nothing.published_at, len(nothing)) == (0, UNPUBLISHED, None, 0)
    assert (nothing.dated, len(nothing.all), len(nothing.dated_positions), len(nothing.coarse)) == (0, 0, 0, 0)
    assert nothing.positions(np.array([1, 2], np.int64)).tolist() == []
    assert nothing.run((737122, NO_TIME, 1)) == (0, 0)
    assert nothing.position_of(1) is None
    assert entity_family(nothing, ACTOR_TYPES).by_total == ()
    assert nothing.source_of.tolist() == []


def test_blobs_are_the_snapshot(snapshot: Snapshot) -> None:
    """There and back it is the same, and its arrays cannot be written."""
    parts = dict(to_parts(snapshot))
    again = from_parts(7, "token", 1551742200, parts)
    assert (again.version, again.token, again.published_at) == (7, "token", 1551742200)
    assert dict(to_parts(again)) == parts
    assert again.labels == snapshot.labels
    with pytest.raises(ValueError, match="read-only"):
        again.columns.order[0] = 1


def test_the_unpublished_snapshot_has_blobs_too() -> None:
    """Each family without a value."""
    parts = dict(to_parts(Snapshot.unpublished()))
    assert dict(to_parts(from_parts(0, UNPUBLISHED, 0, parts))) == parts


def test_a_position_is_a_place_in_time(snapshot: Snapshot) -> None:
    """Dated ones first; those of a month or year are coarse."""
    assert len(snapshot) == 7
    assert snapshot.dated == 5
    assert list(snapshot.all) == list(range(7))
    assert list(snapshot.dated_positions) == list(range(5))
    assert snapshot.coarse.tolist() == [0, 1]
    assert [snapshot.key(position)[:2] for position in range(2, 7)] == [
        (737122, NO_TIME),
        (737122, 66600),
        (737123, NO_TIME),
        (UNDATED, NO_TIME),
        (UNDATED, NO_TIME),
    ]


def test_a_key_is_found_again(snapshot: Snapshot) -> None:
    """At its position; one that is not served at the place where it would stand."""
    for position in range(len(snapshot)):
        day, time, article = snapshot.key(position)
        assert snapshot.run((day, time, article)) == (position, position + 1)
        assert snapshot.position_of(article) == position
    assert snapshot.run((737122, 0, 5)) == (3, 3)
    assert snapshot.run((737122, NO_TIME, -1)) == (2, 2)
    assert snapshot.run((1, NO_TIME, 5)) == (0, 0)
    assert snapshot.run((UNDATED, NO_TIME, 2**60)) == (7, 7)


@pytest.mark.parametrize("article", [-1, 0, 2**60])
def test_an_article_that_is_not_served_has_no_position(snapshot: Snapshot, article: int) -> None:
    """None, wherever its number lies."""
    assert snapshot.position_of(article) is None


def test_revisions_that_are_not_served_are_left_out(snapshot: Snapshot) -> None:
    """The others keep their order."""
    order = snapshot.columns.order
    asked = np.array([order[4], 0, order[1], 999, order[6]], np.int64)
    assert snapshot.positions(asked).tolist() == [4, 1, 6]


def test_labels_are_found_by_id(snapshot: Snapshot) -> None:
    """Ordinals are their indexes."""
    assert snapshot.entity("ada").name == "Ada"
    assert [snapshot.entity_ordinals[label.id] for label in snapshot.labels.entity] == list(
        range(len(snapshot.labels.entity))
    )
    assert snapshot.source_names["harbour-gazette"] == "The Harbour Gazette"
    assert snapshot.labels.source[snapshot.source_ordinals["bay-courier"]].name == "Bay Courier"
    assert snapshot.names is snapshot.names


def test_entities_come_with_most_articles_first(snapshot: Snapshot) -> None:
    """Ties by id; of the types asked for."""
    totals = {
        label.id: len(posting)
        for label, posting in zip(snapshot.labels.entity, snapshot.postings["entity"], strict=True)
    }
    ordered = sorted(totals, key=lambda id_: (-totals[id_], id_))
    everything = entity_family(snapshot, frozenset(EntityType)).by_total
    assert [snapshot.labels.entity[ordinal].id for ordinal in everything] == ordered
    people = entity_family(snapshot, frozenset({EntityType.PERSON})).by_total
    assert [snapshot.labels.entity[ordinal].id for ordinal in people] == [
        id_ for id_ in ordered if id_ in {"ada", "jo"}
    ]


def test_postings_and_lists_say_the_same(snapshot: Snapshot) -> None:
    """Who is named where, by entity and by position."""
    pairs = {(ordinal, at) for ordinal, posting in enumerate(snapshot.postings["entity"]) for at in posting}
    starts = snapshot.entity_starts
    listed = {(int(ordinal), at) for at in range(7) for ordinal in snapshot.entity_lists[starts[at] : starts[at + 1]]}
    assert pairs == listed


WITHIN = [
    (None, None, [0, 1, 2, 3, 4, 5, 6]),
    (737122, None, [2, 3, 4]),
    (737122, 737122, [2, 3]),
    (None, 737122, [2, 3]),
    (737119, 737149, [1, 2, 3, 4]),
    (737060, 737424, [0, 1, 2, 3, 4]),
    (737123, 737122, []),
    (1, 2, []),
]


@pytest.mark.parametrize(("first", "last", "positions"), WITHIN)
def test_an_article_is_within_days_with_its_whole_interval(
    snapshot: Snapshot, first: int | None, last: int | None, positions: list[int]
) -> None:
    """Undated ones only if no day is asked for."""
    assert list(snapshot.printed_within(first, last)) == positions


def test_members_are_known_by_their_group(snapshot: Snapshot) -> None:
    """With the days of their membership; a group that nobody knows has none."""
    navy, state = snapshot.entity_ordinals["vellandian-navy"], snapshot.entity_ordinals["vellandia"]
    assert snapshot.memberships == {state: [(navy, date(1901, 1, 1).toordinal(), None)]}
    strangers = replace(snapshot.labels.entity[navy], member_of=({"of": "nobody"},))
    alone = replace(snapshot, labels=Labels(entity=(strangers,)))
    assert alone.memberships == {}


def test_what_is_kept_lives_with_its_snapshot(snapshot: Snapshot) -> None:
    """Another has its own."""
    sources = snapshot.family("source")
    assert replace(snapshot).cache.families == {}
    assert snapshot.family("source") is sources


def test_members_of_lists() -> None:
    """The indexes of all lists together, empty ones too."""
    starts = np.array([0, 2, 2, 5], np.int64)
    found = [members_of_lists(starts, BitMap(asked)).tolist() for asked in ([], [0], [1], [0, 2], [0, 1, 2])]
    assert found == [[], [0, 1], [], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]
    assert members_of_lists(starts, BitMap([2])).tolist() == [2, 3, 4]


def test_no_statements() -> None:
    """Of so many articles by so many entities."""
    none = Statements.none(articles=3, entities=2)
    assert (len(none), list(none.of(BitMap([0, 2]))), len(none.speaker)) == (0, [], 2)


@pytest.mark.parametrize("id_", ["", "0", "00000000000", "0000000000000", "00000000000i", "00000000000A", "é" * 12])
def test_what_is_no_public_id_has_no_number(id_: str) -> None:
    """-1 is the number of no article."""
    assert article_number(id_) == -1


@given(st.text())
def test_any_text_is_asked_safely(id_: str) -> None:
    """It is an id that writes the same number, or none."""
    number = article_number(id_)
    assert number == -1 or article_id(number) == id_


def test_ids_begin_and_end_with_the_alphabet() -> None:
    """Sixty bits."""
    assert (article_id(0), article_id(2**60 - 1)) == ("0" * 12, "z" * 12)
    assert article_number(public_id("id:r1")) > 0
