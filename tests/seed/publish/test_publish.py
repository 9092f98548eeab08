"""A publish serves everything that was loaded, atomically, and only if it differs from what is served."""

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.labels import article_id
from app.models import EntityType
from seed.pipeline.context import Resources
from seed.publish.publish import publish, served_version
from seed.records import RawArticle
from tests.conftest import SOAK, app_for
from tests.contract.shelf import Reader, read
from tests.seed.loading import RESOURCES, SOURCES, copied, dump, load_into, named, natural, report, snapshot_of, writing

DAYS = [report(f"Report {day}", on=f"2019-03-{day:02d}") for day in range(1, 7)]


def publishes(database: Path) -> list[tuple[int, int, int, int]]:
    """Return the version and the numbers of articles, added and changed ones of each publish."""
    return [(row["version"], row["articles"], row["added"], row["changed"]) for row in dump(database)["publish"]]


def load_interrupted(database: Path, records: list[RawArticle], at: str, resources: Resources = RESOURCES) -> None:
    """Load records, but stop at a checkpoint."""

    def checkpoint(name: str) -> None:
        if name == at:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, records, resources=resources, checkpoint=checkpoint)


def test_versions_count_publishes(database: Path) -> None:
    """Each counts the added and changed articles."""
    load_into(database, DAYS[2:4])
    load_into(database, [*DAYS, replace(DAYS[3], text="Changed.")])
    load_into(database, [replace(DAYS[0], text="Changed.")])
    assert publishes(database) == [(1, 2, 2, 0), (2, 6, 4, 1), (3, 6, 0, 1)]
    with writing(database) as engine:
        assert served_version(engine) == 3


def test_a_database_that_was_never_published(database: Path) -> None:
    """Its version is 0, and there is nothing to publish."""
    with writing(database) as engine:
        assert served_version(engine) == 0
        assert publish(engine) is None
    assert len(snapshot_of(database)) == 0


def test_a_publish_without_differences_does_nothing(database: Path) -> None:
    """The version and all rows stay the same."""
    load_into(database, DAYS)
    before = dump(database)
    with writing(database) as engine:
        assert publish(engine) is None
    assert dump(database) == before


def test_a_publish_has_a_random_token_and_its_time(migrated: Path) -> None:
    """Two databases of the same records have the same version, but different tokens."""
    started = int(time.time())
    tokens = set()
    for _ in range(2):
        with copied(migrated) as database:
            load_into(database, DAYS)
            snapshot = snapshot_of(database)
            tokens.add(snapshot.token)
            assert snapshot.published_at is not None
            assert started <= snapshot.published_at <= time.time()
    assert len(tokens) == 2
    assert all(len(token) == 16 for token in tokens)


def test_what_an_earlier_run_loaded_is_published_by_the_next(database: Path) -> None:
    """Although the next run changes nothing."""
    load_interrupted(database, DAYS, "batch committed")
    assert publishes(database) == []
    assert load_into(database, DAYS).version == 1
    assert publishes(database) == [(1, 6, 6, 0)]


def test_a_lexicon_stored_by_an_earlier_run_is_published_by_the_next(database: Path) -> None:
    """Although the next run has the same lexicon."""
    load_into(database, DAYS)
    amsel = replace(RESOURCES.lexicon.entities["amsel"], name="Amsel Town")
    resources = Resources(
        replace(RESOURCES.lexicon, entities={**RESOURCES.lexicon.entities, "amsel": amsel}),
        RESOURCES.annotator,
        SOURCES,
    )
    load_interrupted(database, [], "lexicon committed", resources)
    assert snapshot_of(database).names.entity("amsel").name == "Amsel"
    assert load_into(database, [], resources=resources).version == 2
    assert snapshot_of(database).names.entity("amsel").name == "Amsel Town"
    assert publishes(database)[1] == (2, 6, 0, 0)


async def _search(reader: Reader, results: list[Any]) -> None:
    for path in ("/v1/articles?q=harbour&facet=place", "/v1/articles?q=harbour&sort=relevance", "/v1/corpus"):
        results.append(await reader.json(path))


def answers(database: Path) -> list[Any]:
    """Return the results of text searches, and the corpus."""
    results: list[Any] = []
    app = app_for(database)
    read(app, lambda reader: _search(reader, results))
    app.state.corpus.close()
    return results


@pytest.mark.unmeasured
@pytest.mark.parametrize("at", ["lexicon committed", "batch committed", "snapshot built", "publish written"])
def test_unpublished_articles_are_invisible(database: Path, at: str) -> None:
    """Both new articles and new texts of known ones, also in a text search."""
    load_into(database, DAYS[:3])
    before = answers(database)
    assert before[0]["total"] == 3
    load_interrupted(database, [*DAYS[3:], replace(DAYS[0], text="No word of the quay.")], at)
    after = answers(database)
    assert after[0] == before[0]
    assert [item["id"] for item in after[1]["items"]] == [item["id"] for item in before[1]["items"]]
    assert after[2] == before[2]


def test_an_interrupted_publish_is_repeated(database: Path) -> None:
    """With everything that is pending."""
    load_interrupted(database, DAYS, "publish written")
    assert [row["article_id"] for row in dump(database)["pending"]] == sorted(
        row["id"] for row in dump(database)["article"]
    )
    with writing(database) as engine:
        assert publish(engine) == 1
    assert dump(database)["pending"] == []


def test_a_replaced_article_is_served_once(database: Path) -> None:
    """Under its id, on its new day."""
    load_into(database, [report("One", id="r1", on="2019-03-04"), report("Two", id="r2", on="2019-03-05")])
    before = snapshot_of(database).columns.article_ids.tolist()
    load_into(database, [report("One", id="r1", on="2019-03-06")])
    assert snapshot_of(database).columns.article_ids.tolist() == before[::-1]


def test_positions_are_in_order_of_day_then_time_then_id(database: Path) -> None:
    """By printed time, not UTC; a month sorts as its first day, undated articles come last."""
    dates = ["2019-03-02T23:00-11:00", "2019-03-03T01:00+11:00", "2019-03-02", "2019-03", None, "2019"]
    load_into(database, [report(f"Report {n}", id=f"r{n}", on=on) for n, on in enumerate(dates)])
    served = {row["id"]: row["published_on"] for row in dump(database)["revision"]}
    snapshot = snapshot_of(database)
    printed = [served[revision] for revision in snapshot.columns.order.tolist()]
    assert printed == ["2019", "2019-03", "2019-03-02", "2019-03-02", "2019-03-03", None]
    keys = [snapshot.time.key(position) for position in range(len(snapshot))]
    assert all(before < after for before, after in pairwise(keys))
    assert {article_id(key[2]) for key in keys} == {row["id"] for row in dump(database)["article"]}


def test_bylines_and_ambiguous_names_enter_no_posting(database: Path) -> None:
    """They do not identify an entity by which an article is found."""
    load_into(database, [report(text="By Ada Byrne\n\nTwin Quay was calm.")])
    mentions = dump(database)["mention"]
    snapshot = snapshot_of(database)
    posted = {
        label.id for label, posting in zip(snapshot.labels.entity, snapshot.postings["entity"], strict=True) if posting
    }
    assert {row["entity_id"] for row in mentions if row["kind"] == "byline"}.isdisjoint(posted)
    assert {"amsel-east", "amsel-west"}.isdisjoint(posted)


RECORDS = st.builds(
    lambda number, on, source, language, names: report(
        f"Report {number}",
        id=f"r{number}",
        on=on,
        source=source,
        language=language,
        text="Ada Byrne and Amsel.",
        entities=tuple(named(name, EntityType.PERSON) for name in names),
    ),
    st.integers(0, 7),
    st.sampled_from(["2019-03-02", "2019-03-02T10:00Z", "2019-03", "2018", None]),
    st.sampled_from(["harbour-gazette", "bay-courier"]),
    st.sampled_from(["en", "fr", None]),
    st.lists(st.sampled_from(["Ada", "Ada Byrne", "A"]), unique=True, max_size=1),
)


@settings(max_examples=4 * SOAK, deadline=None)
@given(st.lists(RECORDS, min_size=2, max_size=10), st.data())
def test_any_split_into_publishes_serves_the_same(
    migrated: Path, records: list[RawArticle], data: st.DataObject
) -> None:
    """Except version and revision ids: through the tables, with replaced articles and older ones added later."""
    cut = data.draw(st.integers(1, len(records) - 1))
    with copied(migrated) as once, copied(migrated) as twice:
        load_into(once, records)
        load_into(twice, records[:cut])
        load_into(twice, records[cut:])
        first, second = natural(once)["snapshot"], natural(twice)["snapshot"]
    assert {**second, "version": 1} == first
