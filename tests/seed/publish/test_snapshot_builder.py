"""A snapshot and what arrives -> the next snapshot, the same as if all had arrived at once."""

from collections.abc import Iterable, Sequence, Set
from functools import reduce
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.index.bitmaps import FAMILIES
from app.search.index.columns import NO_TIME, UNDATED, Columns
from app.search.index.snapshot import Snapshot
from seed.publish.delta import Arrivals, Coded, Spoken
from seed.publish.snapshot_builder import Publication, renumber
from tests.seed.loading import statements_say

NOW = Publication(7, "token", 1551742200)


class Row(NamedTuple):
    """One revision of an article, as it arrives."""

    article: int
    day: int
    time: int
    source: str
    language: str | None
    precision: str
    entities: frozenset[str]
    said: tuple[tuple[int, str | None, frozenset[str]], ...] = ()


Numbered = list[tuple[int, Row]]
"""Rows with the ids of their revisions."""

NAMES = st.sampled_from(["ada", "amsel", "jo", "navy", "vellandia"])

SAID = st.tuples(st.none() | NAMES, st.frozensets(NAMES, max_size=2))
"""A statement: who said it, whom it names."""

ROWS = st.builds(
    Row,
    article=st.integers(0, 12),
    day=st.sampled_from([737000, 737001, 737002, UNDATED]),
    time=st.sampled_from([NO_TIME, 0, 66600]),
    source=st.sampled_from(["bay-courier", "harbour-gazette", "reef-post"]),
    language=st.sampled_from([None, "en", "fr"]),
    precision=st.sampled_from(["day", "month", "none"]),
    entities=st.frozensets(NAMES, max_size=4),
    said=st.dictionaries(st.integers(0, 99), SAID, max_size=3).map(
        lambda said: tuple((place, *said[place]) for place in sorted(said))
    ),
)


def arrivals(rows: Numbered, removed: Set[int] = frozenset()) -> Arrivals:
    """Return what the loader makes of rows: the newest of each article that was not removed, by revision."""
    newest = sorted({row.article: (number, row) for number, row in rows if row.article not in removed}.values())
    found = [row for _, row in newest]
    named = [sorted(row.entities, reverse=True) for row in found]
    days = np.array([row.day for row in found], np.int32)
    columns = Columns(
        order=np.array([number for number, _ in newest], np.int64),
        article_ids=np.array([row.article for row in found], np.int64),
        first_day=days,
        last_day=days,
        local_time=np.array([row.time for row in found], np.int32),
    )
    return Arrivals(
        columns,
        Coded.of(row.source for row in found),
        Coded.of(row.language for row in found),
        Coded.of(row.precision for row in found),
        np.array(list(map(len, named)), np.int32),
        Coded.of(chain.from_iterable(named)),
        spoken(found),
        np.array(sorted(removed), np.int64),
    )


def spoken(found: list[Row]) -> Spoken:
    """Return the statements of rows, in their order."""
    said = [(at, *statement) for at, row in enumerate(found) for statement in row.said]
    about = [sorted(named) for *_, named in said]
    return Spoken(
        np.array([at for at, *_ in said], np.int32),
        np.array([place for _, place, *_ in said], np.int32),
        Coded.of(speaker for *_, speaker, _ in said),
        np.array(list(map(len, about)), np.int32),
        Coded.of(chain.from_iterable(about)),
    )


def labels(rows: Iterable[tuple[int, Row]]) -> Labels:
    """Return the sources and entities of rows, as the tables would hold them."""
    sources = sorted({row.source for _, row in rows})
    named = {entity for _, row in rows for entity in row.entities}
    named |= {entity for _, row in rows for _, speaker, about in row.said for entity in (speaker, *about) if entity}
    entities = sorted(named)
    return Labels(
        tuple(SourceLabel(source, source.title()) for source in sources),
        tuple(EntityLabel(entity, EntityType.PERSON, entity.title()) for entity in entities),
    )


def published(parts: Sequence[Numbered]) -> Snapshot:
    """Return what is served after these publishes, one a part."""
    known: Numbered = []
    snapshot = Snapshot.unpublished()
    for part in parts:
        known = known + part
        snapshot = renumber(snapshot, labels(known), arrivals(part), NOW)
    return snapshot


def says(snapshot: Snapshot) -> dict[str, Any]:
    """Return everything in a snapshot as plain lists, with the types of its arrays."""
    arrays = {**vars(snapshot.columns), "starts": snapshot.entity_starts, "lists": snapshot.entity_lists}
    return {
        "labels": snapshot.labels,
        "arrays": {name: (array.dtype, array.tolist()) for name, array in arrays.items()},
        "postings": {family: list(map(list, snapshot.postings[family])) for family in FAMILIES},
        "statements": statements_say(snapshot.statements),
    }


@settings(max_examples=80, deadline=None)
@given(st.lists(ROWS, max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_many_publishes_are_as_one(rows: list[Row], cuts: list[int]) -> None:
    """However the rows are split, with older, undated and replaced articles in any part."""
    numbered = list(enumerate(rows, start=1))
    edges = [0, *sorted(cuts), len(rows)]
    parts = [numbered[start:stop] for start, stop in pairwise(edges)]
    assert says(published(parts)) == says(published([numbered]))


ONE = Row(1, 737000, NO_TIME, "reef-post", "en", "day", frozenset({"ada"}))

Events = list[tuple[int, Row | int]]
"""Rows with the ids of their revisions, and articles that are removed."""

EVENTS = st.lists(st.one_of(ROWS, ROWS, st.integers(0, 12)), max_size=30)


def after_removals(events: Events, cuts: Sequence[int]) -> Snapshot:
    """Return what is served after these events, with a publish at each cut and at the end.

    An article that comes after it was removed was brought back with its newest text, as the loader lets it wait.
    """
    snapshot, known = Snapshot.unpublished(), labels([(n, row) for n, row in events if isinstance(row, Row)])
    for start, stop in pairwise([0, *sorted(cuts), len(events)]):
        last = {event if isinstance(event, int) else event.article: event for _, event in events[start:stop]}
        rows = [(number, event) for number, event in events[start:stop] if isinstance(event, Row)]
        removed = {article for article, event in last.items() if isinstance(event, int)}
        snapshot = renumber(snapshot, known, arrivals(rows, removed), NOW)
    return snapshot


@settings(max_examples=80, deadline=None)
@given(EVENTS, st.lists(st.integers(0, 30), max_size=4))
def test_many_publishes_with_removals_are_as_one(history: list[Row | int], cuts: list[int]) -> None:
    """However the history is split; and as if what is removed in the end had never been there."""
    events = list(enumerate(history, start=1))
    split = says(after_removals(events, [min(cut, len(events)) for cut in cuts]))
    assert split == says(after_removals(events, []))
    last = {event if isinstance(event, int) else event.article: event for _, event in events}
    left = [(n, row) for n, row in events if isinstance(row, Row) and isinstance(last[row.article], Row)]
    known = labels([(n, row) for n, row in events if isinstance(row, Row)])
    assert split == says(renumber(Snapshot.unpublished(), known, arrivals(left), NOW))


def test_a_removed_article_takes_its_values_along() -> None:
    """A language that only it had is none of the corpus; who was never there can be removed, too."""
    rows: Numbered = [(1, ONE), (2, ONE._replace(article=2, language="fr"))]
    found = renumber(published([rows]), labels(rows), arrivals([], {2, 9}), NOW)
    assert found.labels.language == ("en",)
    assert found.columns.article_ids.tolist() == [1]
    assert len(renumber(found, labels(rows), arrivals([], {1}), NOW)) == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(ROWS, max_size=20))
def test_a_snapshot_is_what_its_rows_say(rows: list[Row]) -> None:
    """Computed once more, in plain Python."""
    numbered = list(enumerate(rows, start=1))
    found = published([numbered])
    newest = {row.article: (number, row) for number, row in numbered}.values()
    order = sorted(newest, key=lambda item: (item[1].day, item[1].time, item[1].article))
    assert found.columns.order.tolist() == [number for number, _ in order]
    positions = [row for _, row in order]
    for family in ("source", "language", "precision"):
        values = {getattr(row, family) for row in positions} - {None} if family != "source" else set()
        wanted = sorted(values) if family != "source" else [label.id for label in found.labels.source]
        postings = [[at for at, row in enumerate(positions) if getattr(row, family) == value] for value in wanted]
        assert list(map(list, found.postings[family])) == postings
    for at, row in enumerate(positions):
        start, stop = found.entity_starts[at : at + 2]
        names = [found.labels.entity[ordinal].id for ordinal in found.entity_lists[start:stop]]
        assert names == sorted(row.entities)
        assert names == [
            label.id
            for label, posting in zip(found.labels.entity, found.postings["entity"], strict=True)
            if at in posting
        ]


@settings(max_examples=50, deadline=None)
@given(st.lists(ROWS, max_size=12), st.integers(0, 12))
def test_statements_stay_with_their_articles(rows: list[Row], cut: int) -> None:
    """In order of their place, with who said them and whom they name."""
    numbered = list(enumerate(rows, start=1))
    snapshot = published([numbered[:cut], numbered[cut:]])
    row_of = dict(numbered)
    statements = snapshot.statements
    ids = [label.id for label in snapshot.labels.entity]
    number = 0
    for position, revision in enumerate(snapshot.columns.order.tolist()):
        said = row_of[revision].said
        assert list(statements.of(BitMap([position]))) == list(range(number, number + len(said)))
        for place, speaker, about in said:
            assert statements.places[number] == place
            assert [id_ for id_, posting in zip(ids, statements.speaker, strict=True) if number in posting] == (
                [] if speaker is None else [speaker]
            )
            assert {id_ for id_, posting in zip(ids, statements.about, strict=True) if number in posting} == about
            number += 1
    assert number == len(statements)


def test_what_is_published_is_called_as_given() -> None:
    """Version, token and instant."""
    found = renumber(Snapshot.unpublished(), Labels(), arrivals([]), NOW)
    assert (found.version, found.token, found.published_at, len(found)) == (7, "token", 1551742200, 0)


def test_undated_articles_come_last() -> None:
    """Among each other by id."""
    rows = [ONE._replace(article=3, day=UNDATED), ONE._replace(article=2, day=UNDATED), ONE]
    found = published([[(1, rows[0])], [(2, rows[1])], [(3, rows[2])]])
    assert found.columns.article_ids.tolist() == [1, 2, 3]
    assert found.dated == 1


def test_a_value_that_no_article_has_any_more_is_gone() -> None:
    """The language of a replaced text is none of the corpus."""
    found = published([[(1, ONE)], [(2, ONE._replace(language="fr", precision="month"))]])
    assert (found.labels.language, found.labels.precision) == (("fr",), ("month",))
    assert found.columns.order.tolist() == [2]


def test_a_label_that_is_gone_takes_its_empty_posting_along() -> None:
    """The tables dropped an entity that no text names."""
    before = published([[(1, ONE)], [(2, ONE._replace(entities=frozenset()))]])
    assert [label.id for label in before.labels.entity] == ["ada"]
    after = renumber(before, Labels(source=before.labels.source), arrivals([]), NOW)
    assert (after.labels.entity, after.postings["entity"], after.entity_lists.tolist()) == ((), (), [])


def test_the_snapshot_before_stays_as_it_was() -> None:
    """Requests that began with it go on with it."""
    before = published([[(1, ONE), (2, ONE._replace(article=5))]])
    said = says(before)
    reduce(
        lambda snapshot, row: renumber(snapshot, labels([(3, row)]), arrivals([(3, row)]), NOW),
        [ONE._replace(article=0), ONE._replace(article=9), ONE._replace(article=5, day=736000)],
        before,
    )
    assert says(before) == said
