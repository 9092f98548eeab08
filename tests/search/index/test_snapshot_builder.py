"""A snapshot and a delta make the same next snapshot as one delta with all articles."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import reduce
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType, StatementKind
from app.search.index import posting_builder
from app.search.index.batches import ArticleBatch, CategoricalColumn, StatementBatch, concatenate
from app.search.index.columns import NO_TIME, STATEMENT_KINDS, UNDATED, Columns
from app.search.index.parts import decode_batch, encode_batch
from app.search.index.snapshot import Snapshot
from app.search.index.snapshot_builder import Publication, build_snapshot
from tests.conftest import SOAK
from tests.seed.loading import statements_say

NOW = Publication(7, "token", 1551742200)


class Row(NamedTuple):
    """One revision of an article."""

    article: int
    day: int
    time: int
    source: str
    language: str | None
    precision: str
    authors: tuple[str, ...]
    entities: frozenset[str]
    statements: tuple[tuple[int, str | None, StatementKind, frozenset[str]], ...] = ()
    text_kind: str = "full"


NumberedRows = list[tuple[int, Row]]
"""Rows with the ids of their revisions."""

NAMES = st.sampled_from(["ada", "amsel", "jo", "navy", "vellandia"])

STATEMENTS = st.tuples(st.none() | NAMES, st.sampled_from(StatementKind), st.frozensets(NAMES, max_size=2))
"""A statement: its speaker, its kind and the entities that it names."""

ROWS = st.builds(
    Row,
    article=st.integers(0, 12),
    day=st.sampled_from([737000, 737001, 737002, UNDATED]),
    time=st.sampled_from([NO_TIME, 0, 66600]),
    source=st.sampled_from(["bay-courier", "harbour-gazette", "reef-post"]),
    language=st.sampled_from([None, "en", "fr"]),
    precision=st.sampled_from(["day", "month", "none"]),
    authors=st.lists(st.sampled_from(["Ann Lee", "Bo Ek", "Cy Orr"]), max_size=2).map(tuple),
    entities=st.frozensets(NAMES, max_size=4),
    text_kind=st.sampled_from(["digest", "full"]),
    statements=st.dictionaries(st.integers(0, 99), STATEMENTS, max_size=3).map(
        lambda by_place: tuple((place, *by_place[place]) for place in sorted(by_place))
    ),
)


DIGESTS = ("listed_digest", "text_digest", "revision_digest")


def batch_of(rows: NumberedRows, removed: Set[int] = frozenset()) -> ArticleBatch:
    """Return the delta of rows: the newest row of each article that is not removed, by revision."""
    newest = sorted({row.article: (number, row) for number, row in rows if row.article not in removed}.values())
    newest_rows = [row for _, row in newest]
    entities = [sorted(row.entities, reverse=True) for row in newest_rows]
    days = np.array([row.day for row in newest_rows], np.int32)
    columns = Columns(
        order=np.array([number for number, _ in newest], np.int64),
        article_ids=np.array([row.article for row in newest_rows], np.int64),
        first_day=days,
        last_day=days,
        local_time=np.array([row.time for row in newest_rows], np.int32),
        **{
            name: np.array([-number for number, _ in newest], np.int64)
            for name in (*DIGESTS, "loaded_at", "updated_at")
        },
    )
    batch = ArticleBatch(
        columns,
        {
            "source": CategoricalColumn.of(row.source for row in newest_rows),
            "entity": CategoricalColumn.of(chain.from_iterable(entities)),
            "language": CategoricalColumn.of(row.language for row in newest_rows),
            "precision": CategoricalColumn.of(row.precision for row in newest_rows),
            "text_kind": CategoricalColumn.of(row.text_kind for row in newest_rows),
            "author": CategoricalColumn.of(chain.from_iterable(row.authors for row in newest_rows)),
        },
        {
            "entity": np.array(list(map(len, entities)), np.int32),
            "author": np.array([len(row.authors) for row in newest_rows], np.int32),
        },
        statement_batch(newest_rows),
        np.array(sorted(removed), np.int64),
    )
    return concatenate([decode_batch(encode_batch(batch))])


def statement_batch(rows: list[Row]) -> StatementBatch:
    """Return the statements of rows, in their order."""
    statements = [(number, *statement) for number, row in enumerate(rows) for statement in row.statements]
    about = [sorted(entities) for *_, entities in statements]
    return StatementBatch(
        np.array([number for number, *_ in statements], np.int32),
        np.array([place for _, place, *_ in statements], np.int32),
        CategoricalColumn.of(speaker for *_, speaker, _, _ in statements),
        CategoricalColumn.of(kind for *_, kind, _ in statements),
        np.array(list(map(len, about)), np.int32),
        CategoricalColumn.of(chain.from_iterable(about)),
    )


def labels(rows: Iterable[tuple[int, Row]]) -> Labels:
    """Return the sources and entities of rows, as the tables would hold them."""
    sources = sorted({row.source for _, row in rows})
    ids = {entity for _, row in rows for entity in row.entities}
    ids |= {
        entity for _, row in rows for _, speaker, _, about in row.statements for entity in (speaker, *about) if entity
    }
    entities = sorted(ids)
    return Labels(
        tuple(SourceLabel(source, source.title()) for source in sources),
        tuple(EntityLabel(entity, EntityType.PERSON, entity.title()) for entity in entities),
    )


def published(batches: Sequence[NumberedRows]) -> Snapshot:
    """Return the snapshot after publishing these batches, one after another."""
    known: NumberedRows = []
    snapshot = Snapshot.unpublished()
    for batch in batches:
        known = known + batch
        snapshot = build_snapshot(snapshot, labels(known), batch_of(batch), NOW)
    return snapshot


def contents_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return everything in a snapshot as plain lists, with the types of its arrays."""
    arrays = {**vars(snapshot.columns), "starts": snapshot.entity_starts, "lists": snapshot.entity_lists}
    return {
        "labels": snapshot.labels,
        "arrays": {name: (array.dtype, array.tolist()) for name, array in arrays.items()},
        "postings": {family: list(map(list, postings)) for family, postings in snapshot.postings.items()},
        "statements": statements_say(snapshot.statements),
    }


@settings(max_examples=20 * SOAK, deadline=None)
@given(st.lists(ROWS, max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_many_publishes_equal_one(rows: list[Row], cuts: list[int]) -> None:
    """However the rows are split, with older, undated and replaced articles in any batch."""
    numbered = list(enumerate(rows, start=1))
    bounds = [0, *sorted(cuts), len(rows)]
    batches = [numbered[start:stop] for start, stop in pairwise(bounds)]
    assert contents_of(published(batches)) == contents_of(published([numbered]))


ONE = Row(1, 737000, NO_TIME, "reef-post", "en", "day", (), frozenset({"ada"}))

Events = list[tuple[int, Row | int]]
"""Rows with the ids of their revisions, and articles that are removed."""

EVENTS = st.lists(st.one_of(ROWS, ROWS, st.integers(0, 12)), max_size=30)


def after_removals(events: Events, cuts: Sequence[int]) -> Snapshot:
    """Return the snapshot after these events, with a publish at each cut and at the end.

    A row after the removal of its article brings it back with its newest text, as it is pending then.
    """
    snapshot, known = Snapshot.unpublished(), labels([(n, row) for n, row in events if isinstance(row, Row)])
    for start, stop in pairwise([0, *sorted(cuts), len(events)]):
        last = {event if isinstance(event, int) else event.article: event for _, event in events[start:stop]}
        rows = [(number, event) for number, event in events[start:stop] if isinstance(event, Row)]
        removed = {article for article, event in last.items() if isinstance(event, int)}
        snapshot = build_snapshot(snapshot, known, batch_of(rows, removed), NOW)
    return snapshot


@settings(max_examples=20 * SOAK, deadline=None)
@given(EVENTS, st.lists(st.integers(0, 30), max_size=4))
def test_many_publishes_with_removals_equal_one(history: list[Row | int], cuts: list[int]) -> None:
    """However the history is split; and as if the finally removed articles had never been loaded."""
    events = list(enumerate(history, start=1))
    split = contents_of(after_removals(events, [min(cut, len(events)) for cut in cuts]))
    assert split == contents_of(after_removals(events, []))
    last = {event if isinstance(event, int) else event.article: event for _, event in events}
    remaining = [(n, row) for n, row in events if isinstance(row, Row) and isinstance(last[row.article], Row)]
    known = labels([(n, row) for n, row in events if isinstance(row, Row)])
    assert split == contents_of(build_snapshot(Snapshot.unpublished(), known, batch_of(remaining), NOW))


def test_values_of_removed_articles_disappear() -> None:
    """Such as a language that only it had; an article that is not in the snapshot can be removed, too."""
    rows: NumberedRows = [(1, ONE), (2, ONE._replace(article=2, language="fr"))]
    snapshot = build_snapshot(published([rows]), labels(rows), batch_of([], {2, 9}), NOW)
    assert snapshot.labels.values["language"] == ("en",)
    assert snapshot.columns.article_ids.tolist() == [1]
    assert len(build_snapshot(snapshot, labels(rows), batch_of([], {1}), NOW)) == 0


@settings(max_examples=13 * SOAK, deadline=None)
@given(st.lists(ROWS, max_size=20))
def test_a_snapshot_agrees_with_its_rows(rows: list[Row]) -> None:
    """Computed again in plain Python."""
    numbered = list(enumerate(rows, start=1))
    snapshot = published([numbered])
    newest = {row.article: (number, row) for number, row in numbered}.values()
    order = sorted(newest, key=lambda item: (item[1].day, item[1].time, item[1].article))
    assert snapshot.columns.order.tolist() == [number for number, _ in order]
    positions = [row for _, row in order]
    for family in ("source", "language", "precision", "text_kind"):
        values = {getattr(row, family) for row in positions} - {None} if family != "source" else set()
        wanted = sorted(values) if family != "source" else [label.id for label in snapshot.labels.source]
        postings = [
            [position for position, row in enumerate(positions) if getattr(row, family) == value] for value in wanted
        ]
        assert list(map(list, snapshot.postings[family])) == postings
    for position, row in enumerate(positions):
        start, stop = snapshot.entity_starts[position : position + 2]
        names = [snapshot.labels.entity[ordinal].id for ordinal in snapshot.entity_lists[start:stop]]
        assert names == sorted(row.entities)
        assert names == [
            label.id
            for label, posting in zip(snapshot.labels.entity, snapshot.postings["entity"], strict=True)
            if position in posting
        ]


@settings(max_examples=13 * SOAK, deadline=None)
@given(st.lists(ROWS, max_size=12), st.integers(0, 12))
def test_statements_stay_with_their_articles(rows: list[Row], cut: int) -> None:
    """In order of their place, with their speakers and the entities that they name."""
    numbered = list(enumerate(rows, start=1))
    snapshot = published([numbered[:cut], numbered[cut:]])
    row_of = dict(numbered)
    statements = snapshot.statements
    ids = [label.id for label in snapshot.labels.entity]
    number = 0
    for position, revision in enumerate(snapshot.columns.order.tolist()):
        row_statements = row_of[revision].statements
        assert list(statements.of(BitMap([position]))) == list(range(number, number + len(row_statements)))
        for place, speaker, kind, about in row_statements:
            kinds = [own for own, posting in zip(STATEMENT_KINDS, statements.kind, strict=True) if number in posting]
            assert kinds == [kind]
            assert statements.places[number] == place
            assert [id_ for id_, posting in zip(ids, statements.speaker, strict=True) if number in posting] == (
                [] if speaker is None else [speaker]
            )
            assert {id_ for id_, posting in zip(ids, statements.about, strict=True) if number in posting} == about
            number += 1
    assert number == len(statements)


def test_a_snapshot_has_the_metadata_of_its_publication() -> None:
    """Version, token and time."""
    snapshot = build_snapshot(Snapshot.unpublished(), Labels(), batch_of([]), NOW)
    assert (snapshot.version, snapshot.token, snapshot.published_at, len(snapshot)) == (7, "token", 1551742200, 0)


def test_undated_articles_come_last() -> None:
    """Ordered by id."""
    rows = [ONE._replace(article=3, day=UNDATED), ONE._replace(article=2, day=UNDATED), ONE]
    snapshot = published([[(1, rows[0])], [(2, rows[1])], [(3, rows[2])]])
    assert snapshot.columns.article_ids.tolist() == [1, 2, 3]
    assert snapshot.time.dated_count == 1


def test_a_value_that_no_article_has_disappears() -> None:
    """Such as the language of a replaced text."""
    changes = {"language": "fr", "precision": "month", "authors": ("Bo Ek",), "text_kind": "digest"}
    snapshot = published([[(1, ONE)], [(2, ONE._replace(**changes))]])  # type: ignore[arg-type]  # of several types
    assert snapshot.labels.values == {
        "language": ("fr",),
        "precision": ("month",),
        "author": ("Bo Ek",),
        "text_kind": ("digest",),
    }
    assert snapshot.columns.order.tolist() == [2]


def test_the_posting_of_a_deleted_label_disappears() -> None:
    """After an entity that no text names was deleted from the tables."""
    before = published([[(1, ONE)], [(2, ONE._replace(entities=frozenset()))]])
    assert [label.id for label in before.labels.entity] == ["ada"]
    after = build_snapshot(before, Labels(source=before.labels.source), batch_of([]), NOW)
    assert (after.labels.entity, after.postings["entity"], after.entity_lists.tolist()) == ((), (), [])


def test_articles_of_a_merged_entity_are_those_of_the_other() -> None:
    """Before and after the merge; one that named both has it once."""
    rows: NumberedRows = [(1, ONE), (2, ONE._replace(article=2, entities=frozenset({"ada", "jo"})))]
    late: NumberedRows = [(3, ONE._replace(article=3, entities=frozenset({"jo", "navy"})))]
    known = labels([*rows, *late])
    ada, _jo, navy = known.entity
    merged = Labels(known.source, (replace(ada, former_ids=("jo",)), navy))
    at_once = build_snapshot(Snapshot.unpublished(), merged, batch_of([*rows, *late]), NOW)
    later = build_snapshot(
        build_snapshot(Snapshot.unpublished(), known, batch_of(rows), NOW), merged, batch_of(late), NOW
    )
    assert contents_of(later) == contents_of(at_once)
    assert [list(posting) for posting in later.postings["entity"]] == [[0, 1, 2], [2]]
    assert (later.entity_starts.tolist(), later.entity_lists.tolist()) == ([0, 1, 2, 4], [0, 0, 0, 1])


def test_lists_of_entities_take_two_bytes_each_as_long_as_that_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The type changes with the publish that needs another one, and back; what the lists have stays."""
    monkeypatch.setattr(posting_builder, "SHORT_ORDINALS", 2)
    few: NumberedRows = [(1, ONE), (2, ONE._replace(article=2, entities=frozenset({"ada", "jo"})))]
    many: NumberedRows = [(3, ONE._replace(article=3, day=736000, entities=frozenset({"ada", "bo", "jo"})))]
    before, after = published([few]), published([few, many])
    assert (before.entity_lists.dtype, before.entity_lists.tolist()) == (np.dtype(np.uint16), [0, 0, 1])
    assert (after.entity_lists.dtype, after.entity_lists.tolist()) == (np.dtype(np.int32), [0, 1, 2, 0, 0, 2])
    assert contents_of(after) == contents_of(published([[*few, *many]]))
    again = build_snapshot(after, labels(few), batch_of([], {3}), NOW)
    assert contents_of(again) == contents_of(before)


def test_the_old_snapshot_does_not_change() -> None:
    """Requests that started with it continue with it."""
    before = published([[(1, ONE), (2, ONE._replace(article=5))]])
    contents = contents_of(before)
    reduce(
        lambda snapshot, row: build_snapshot(snapshot, labels([(3, row)]), batch_of([(3, row)]), NOW),
        [ONE._replace(article=0), ONE._replace(article=9), ONE._replace(article=5, day=736000)],
        before,
    )
    assert contents_of(before) == contents
