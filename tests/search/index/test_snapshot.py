"""The index of one corpus version: positions, keys, postings."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlmodel import Session

from app.labels import Labels, article_id, article_number
from app.models import ACTOR_TYPES, EntityType
from app.search.index.bitmaps import list_indexes
from app.search.index.columns import NO_TIME, UNDATED, SortKey, Statements
from app.search.index.memberships import ranked_entities
from app.search.index.snapshot import UNPUBLISHED, Snapshot
from app.search.index.storage import open_snapshot
from app.stores import store_of
from seed.pipeline.identity import public_id
from tests.databases import url_of
from tests.seed.loading import load_into, named, report, snapshot_of

DATES = ["2019", "2019-03", "2019-03-04", "2019-03-04T18:30-05:00", "2019-03-05", None, None]

PEOPLE = [named("Ada", id="ada"), named("Jo", id="jo"), named("Amsel", EntityType.PLACE, id="amsel")]


@pytest.fixture(scope="module")
def snapshot(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return a snapshot of seven articles, two of them undated, that name one or two of three entities."""
    database = tmp_path_factory.mktemp("snapshot") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    records = [
        report(f"Report {n}", id=f"r{n}", on=on, text="Ada Byrne", entities=tuple(PEOPLE[n % 2 : n % 3 + 1]))
        for n, on in enumerate(DATES)
    ]
    load_into(database, records)
    return snapshot_of(database)


def test_the_unpublished_snapshot_is_empty() -> None:
    """No property or method fails."""
    empty = Snapshot.unpublished()
    assert (empty.version, empty.token, empty.published_at, len(empty)) == (0, UNPUBLISHED, None, 0)
    assert (
        empty.time.dated_count,
        len(empty.all_positions),
        len(empty.time.dated_positions),
        len(empty.time.coarse),
    ) == (0, 0, 0, 0)
    assert empty.ids.positions(np.array([1, 2], np.int64)).tolist() == []
    assert empty.time.key_range(SortKey(737122, NO_TIME, 1)) == (0, 0)
    assert empty.ids.position_of(1) is None
    assert ranked_entities(empty, ACTOR_TYPES).by_total == ()
    assert empty.source_of.tolist() == []


def test_positions_are_in_order_of_time(snapshot: Snapshot) -> None:
    """Dated articles come first; those dated by month or year are coarse."""
    assert len(snapshot) == 7
    assert snapshot.time.dated_count == 5
    assert list(snapshot.all_positions) == list(range(7))
    assert list(snapshot.time.dated_positions) == list(range(5))
    assert snapshot.time.coarse.tolist() == [0, 1]
    assert [snapshot.time.key(position)[:2] for position in range(2, 7)] == [
        (737122, NO_TIME),
        (737122, 66600),
        (737123, NO_TIME),
        (UNDATED, NO_TIME),
        (UNDATED, NO_TIME),
    ]


def test_a_key_leads_to_its_position(snapshot: Snapshot) -> None:
    """A key that is not served leads to the position at which it would be inserted."""
    for position in range(len(snapshot)):
        day, time, article = snapshot.time.key(position)
        assert snapshot.time.key_range(SortKey(day, time, article)) == (position, position + 1)
        assert snapshot.ids.position_of(article) == position
    assert snapshot.time.key_range(SortKey(737122, 0, 5)) == (3, 3)
    assert snapshot.time.key_range(SortKey(737122, NO_TIME, -1)) == (2, 2)
    assert snapshot.time.key_range(SortKey(1, NO_TIME, 5)) == (0, 0)
    assert snapshot.time.key_range(SortKey(UNDATED, NO_TIME, 2**60)) == (7, 7)


@pytest.mark.parametrize("article", [-1, 0, 2**60])
def test_an_article_that_is_not_served_has_no_position(snapshot: Snapshot, article: int) -> None:
    """It may be lower or higher than all served ids."""
    assert snapshot.ids.position_of(article) is None


def test_revisions_that_are_not_served_are_left_out(snapshot: Snapshot) -> None:
    """The others keep their order."""
    order = snapshot.columns.order
    revision_ids = np.array([order[4], 0, order[1], 999, order[6]], np.int64)
    assert snapshot.ids.positions(revision_ids).tolist() == [4, 1, 6]


def test_labels_are_found_by_id(snapshot: Snapshot) -> None:
    """Ordinals are the indexes of labels."""
    assert snapshot.names.entity("ada").name == "Ada"
    assert [snapshot.names.entity_ordinals[label.id] for label in snapshot.labels.entity] == list(
        range(len(snapshot.labels.entity))
    )
    assert snapshot.names.source_names["harbour-gazette"] == "The Harbour Gazette"
    assert snapshot.labels.source[snapshot.names.source_ordinals["bay-courier"]].name == "Bay Courier"
    assert snapshot.names.resolver is snapshot.names.resolver


def test_entities_are_ranked_by_their_number_of_articles(snapshot: Snapshot) -> None:
    """Ties are by id, and only entities of the given types are ranked."""
    totals = {
        label.id: len(posting)
        for label, posting in zip(snapshot.labels.entity, snapshot.postings["entity"], strict=True)
    }
    ordered = sorted(totals, key=lambda id_: (-totals[id_], id_))
    all_entities = ranked_entities(snapshot, frozenset(EntityType)).by_total
    assert [snapshot.labels.entity[ordinal].id for ordinal in all_entities] == ordered
    people = ranked_entities(snapshot, frozenset({EntityType.PERSON})).by_total
    assert [snapshot.labels.entity[ordinal].id for ordinal in people] == [
        id_ for id_ in ordered if id_ in {"ada", "jo"}
    ]


def test_postings_and_entity_lists_agree(snapshot: Snapshot) -> None:
    """Both hold the same pairs of entity and position."""
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
def test_an_article_is_within_days_if_its_whole_interval_is(
    snapshot: Snapshot, first: int | None, last: int | None, positions: list[int]
) -> None:
    """Undated articles match only without bounds."""
    assert list(snapshot.time.printed_within(first, last)) == positions


def test_memberships_are_listed_by_group(snapshot: Snapshot) -> None:
    """Each has the days of the membership; a membership of an unknown group is ignored."""
    navy, state = snapshot.names.entity_ordinals["vellandian-navy"], snapshot.names.entity_ordinals["vellandia"]
    assert snapshot.memberships == {state: [(navy, date(1901, 1, 1).toordinal(), None)]}
    stranger = replace(snapshot.labels.entity[navy], member_of=({"of": "nobody"},))
    alone = replace(snapshot, labels=Labels(entity=(stranger,)))
    assert alone.memberships == {}


def test_a_snapshot_has_a_cache_of_its_own(snapshot: Snapshot) -> None:
    """A copy of the snapshot starts with an empty one."""
    sources = snapshot.ranked_postings("source")
    assert replace(snapshot).cache.ranked_postings == {}
    assert snapshot.ranked_postings("source") is sources


def test_list_indexes() -> None:
    """They join the lists of all positions; a list may be empty."""
    starts = np.array([0, 2, 2, 5], np.int64)
    indexes = [list_indexes(starts, BitMap(positions)).tolist() for positions in ([], [0], [1], [0, 2], [0, 1, 2])]
    assert indexes == [[], [0, 1], [], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]
    assert list_indexes(starts, BitMap([2])).tolist() == [2, 3, 4]


def test_no_statements() -> None:
    """Each article has none, and each entity has empty postings."""
    empty = Statements.empty(articles=3, entities=2)
    assert (len(empty), list(empty.of(BitMap([0, 2]))), len(empty.speaker)) == (0, [], 2)


@pytest.mark.parametrize("id_", ["", "0", "00000000000", "0000000000000", "00000000000i", "00000000000A", "é" * 12])
def test_an_invalid_public_id_has_no_number(id_: str) -> None:
    """-1 is not the number of any article."""
    assert article_number(id_) == -1


@given(st.text())
def test_any_text_is_an_id_or_invalid(id_: str) -> None:
    """The number of a valid id gives the same id again."""
    number = article_number(id_)
    assert number == -1 or article_id(number) == id_


def test_the_first_and_last_public_id() -> None:
    """An id has sixty bits."""
    assert (article_id(0), article_id(2**60 - 1)) == ("0" * 12, "z" * 12)
    assert article_number(public_id("id:r1")) > 0


def test_the_index_of_names_is_built_again_for_other_names_alone(database: Path) -> None:
    """The number of articles of each name changes with every publish all the same."""
    ada, engine = PEOPLE[0], store_of(url_of(database)).reader_engine()
    load_into(database, [report("One", text="Ada Byrne", entities=(ada,))])

    def opened(before: Snapshot | None = None) -> Snapshot:
        with Session(engine) as session:
            return open_snapshot(session, before)

    first = opened()
    load_into(database, [report("Two", text="Ada Byrne", entities=(ada,))])
    second = opened(first)
    load_into(database, [report("Three", text="Jo Byrne", entities=(PEOPLE[1],))])
    third = opened(second)
    engine.dispose()
    assert second.names.prefixes is first.names.prefixes
    assert len(second.posting(second.names.entity_ordinals["ada"])) == 2
    assert {*third.names.prefixes.names} - {*first.names.prefixes.names} == {"Jo"}
