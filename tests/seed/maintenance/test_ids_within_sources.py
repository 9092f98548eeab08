"""An id is unique within its source: two sources may use the same, and databases of earlier releases are separated."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.models import Mention, Revision, Statement
from app.search.index.digests import revision_digest
from app.sqlite_driver import DRIVER
from app.stores import store_of
from app.stores.sqlite import file_url
from seed.maintenance.remove import remove, undo_removal
from seed.maintenance.verify import verify
from seed.pipeline.context import LoadSummary
from seed.pipeline.identity import public_id
from seed.readers.outlets import SourceEntry, Sources
from seed.records import RawArticle
from tests.conftest import app_for, seed
from tests.seed.loading import RESOURCES, dump, load_into, report, snapshot_of, writing
from tests.seed.maintenance.test_database import downgrade

pytestmark = pytest.mark.usefixtures("lexicon_folder")

EAST = report("Ferry resumes", source="east.example", id="1", text="The ferry resumed.", on="2019-06-01")
WEST = report("Bridge closed", source="west.example", id="1", text="The bridge was closed.", on="2019-07-01")
OLD_ID, EAST_ID, WEST_ID = (public_id(key) for key in ("id:1", "id:east-example:1", "id:west-example:1"))
VIEWS = ("", "?as_of=1", ".jsonld", "/annotations", "/similar", "/versions", "/versions?limit=1")


def counts(summary: LoadSummary) -> tuple[int, int, int]:
    return summary.loaded, summary.updated, summary.unchanged


def titles(database: Path) -> dict[str, str]:
    """Return the titles of the served articles by id."""
    with TestClient(app_for(database)) as client:
        return {item["id"]: item["title"] for item in client.get("/v1/articles").json()["items"]}


def faults(database: Path) -> list[str]:
    engine = store_of(file_url(database)).reader_engine()
    found = list(verify(engine))
    engine.dispose()
    return found


@contextmanager
def driver(database: Path) -> Iterator[Any]:
    with closing(DRIVER.connect(database)) as connection:
        yield connection
        connection.commit()


def age(database: Path, **sources: str) -> None:
    """Make it a database of the release before: ids have no source, and revisions are of `sources` by title."""
    downgrade(database, "2026_11_29_a")
    former = "UPDATE {} SET {} = ? WHERE {} = ?"
    with driver(database) as connection:
        for table, column in (
            *(("article", "id"), ("revision", "article_id"), ("article_key", "article_id")),
            *(("change", "article_id"), ("pending", "article_id"), ("removal", "article_id")),
        ):
            connection.execute(former.format(table, column, column), (OLD_ID, EAST_ID))
        connection.execute("UPDATE article_key SET key = 'id:1' WHERE key = 'id:east-example:1'")
        for title, source in sources.items():
            connection.execute("INSERT OR IGNORE INTO source VALUES (?, ?, '[]', '[]')", (source, source))
            connection.execute("UPDATE revision SET source_id = ? WHERE title LIKE ?", (source, f"{title}%"))
            keys = connection.execute("SELECT key FROM article_key WHERE key LIKE ?", (f"title:%:{title}%",)).fetchall()
            for (key,) in keys:
                moved = key.replace("east-example", source)
                connection.execute("UPDATE article_key SET key = ? WHERE key = ?", (moved, key))
        connection.execute("UPDATE alembic_version SET version_num = '2026_11_25_f'")
    with writing(database) as engine, engine.begin() as connection:
        read = store_of(file_url(database)).raw_rows
        columns = [column for column in Revision.__table__.c if column.name not in {"details", "digest"}]  # type: ignore[attr-defined] # of SQLModel
        for id_, *row in read(connection, select(*columns).order_by(col(Revision.id))):
            mentions, statements = (
                [span[1:] for span in read(connection, select(table).where(col(table.revision_id) == id_))]
                for table in (Mention, Statement)
            )
            digest = revision_digest((*row, None), mentions, statements)
            connection.execute(update(Revision).where(col(Revision.id) == id_).values(digest=digest))


def log(database: Path) -> list[tuple[int, str, int | None, str]]:
    names = {OLD_ID: "old", EAST_ID: "east", WEST_ID: "west"}
    rows = [
        (row["version"], names[row["article_id"]], row["revision_id"], row["kind"]) for row in dump(database)["change"]
    ]
    return sorted(rows, key=lambda row: row[:2])


def test_two_sources_may_use_the_same_id(database: Path) -> None:
    """Both articles are served, and loading them again changes nothing."""
    assert [counts(load_into(database, [record])) for record in (EAST, WEST)] == [(1, 0, 0)] * 2
    assert titles(database) == {EAST_ID: "Ferry resumes", WEST_ID: "Bridge closed"}
    assert counts(load_into(database, [WEST, EAST])) == (0, 0, 2)
    assert counts(load_into(database, [replace(EAST, title="Ferry resumed")])) == (0, 1, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize(("given", "articles"), [("1", 1), ("2", 2), (None, 1)])
def test_a_page_that_two_sources_have_is_one_article_unless_their_ids_differ(
    database: Path, batch: int, given: str | None, articles: int
) -> None:
    """The same id and URL under two names of a source are the same article."""
    url = "https://east.example/ferry"
    records = [replace(EAST, url=url), replace(EAST, url=url, source="The East", id=given)]
    load_into(database, records, batch=batch)
    assert len(titles(database)) == articles
    assert counts(load_into(database, records[1:], batch=batch)) == (0, 0, 1)


def test_an_id_may_contain_colons(database: Path) -> None:
    load_into(database, [replace(EAST, id="urn:a:1"), replace(EAST, id="urn:a:2", title="Tide")])
    assert len(titles(database)) == 2
    with writing(database) as engine:
        assert remove(engine, ["urn:a:1"]).articles == (public_id("id:east-example:urn:a:1"),)


def test_an_upgrade_changes_the_ids_made_of_given_ones(database: Path) -> None:
    """The former ones redirect in every view, and name the article in lookups, removals and the next load."""
    load_into(database, [EAST])
    load_into(database, [replace(EAST, text="The ferry sails.")])
    age(database)
    seed(database, "init")
    assert faults(database) == []
    with TestClient(app_for(database), follow_redirects=False) as client:
        for view in VIEWS:
            response = client.get(f"/v1/articles/{OLD_ID}{view}")
            assert response.status_code == 308, view
            target = response.url.join(response.headers["location"])
            assert str(target).endswith(f"/v1/articles/{EAST_ID}{view}")
            assert client.get(str(target)).status_code == 200, view
        assert client.get(f"/v1/articles/{EAST_ID}?as_of=1").json()["text"] == "The ferry resumed."
        found = client.post("/v1/articles/lookup", json={"ids": [OLD_ID, EAST_ID, "000000000001"]}).json()["items"]
        assert [item["article"] and item["article"]["id"] for item in found] == [EAST_ID, EAST_ID, None]
        assert client.get("/v1/articles/000000000001").status_code == 404
    assert counts(load_into(database, [EAST])) == (0, 1, 0)
    with writing(database) as engine:
        assert remove(engine, [OLD_ID]).articles == (EAST_ID,)
    with TestClient(app_for(database)) as client:
        assert client.get(f"/v1/articles/{OLD_ID}").status_code == 410


def test_an_upgrade_makes_clients_read_again(database: Path) -> None:
    """The tag changes, although the version stays."""
    load_into(database, [EAST])
    age(database)
    with driver(database) as connection:
        ((token,),) = connection.execute("SELECT token FROM publish").fetchall()
    seed(database, "init")
    publish = dump(database)["publish"][-1]
    assert (publish["version"], publish["token"] != token) == (1, True)


@pytest.mark.unmeasured
def test_an_upgrade_separates_the_articles_that_shared_an_id(database: Path) -> None:
    """The one that was served stays served, and the next publish serves the other one, too."""
    load_into(database, [EAST])
    load_into(database, [replace(WEST, source=EAST.source)])
    age(database, bridge="west-example")
    seed(database, "init")
    assert faults(database) == []
    assert titles(database) == {WEST_ID: "Bridge closed"}
    assert log(database) == [(1, "east", 1, "added"), (2, "east", None, "removed"), (2, "west", 2, "added")]
    assert [(row["added"], row["changed"], row["removed"]) for row in dump(database)["publish"]] == [
        (1, 0, 0),
        (1, 0, 1),
    ]
    with TestClient(app_for(database)) as client:
        assert client.get(f"/v1/articles/{OLD_ID}").json()["id"] == WEST_ID
        gone = client.get(f"/v1/articles/{EAST_ID}")
        assert (gone.status_code, "its id was that of another source, too" in gone.text) == (410, True)
        assert client.get(f"/v1/articles/{EAST_ID}?as_of=1").json()["title"] == "Ferry resumes"
        assert client.get(f"/v1/articles/{WEST_ID}?as_of=1").status_code == 404
    assert counts(load_into(database, [EAST, WEST])) == (0, 0, 2)
    assert titles(database) == {EAST_ID: "Ferry resumes", WEST_ID: "Bridge closed"}
    assert log(database)[-1] == (3, "east", 1, "added")
    assert faults(database) == []


@pytest.mark.unmeasured
def test_an_upgrade_separates_articles_that_took_turns(database: Path) -> None:
    for record in (EAST, replace(WEST, source=EAST.source), EAST, replace(EAST, text="It sails.")):
        load_into(database, [record])
    age(database, bridge="west-example")
    seed(database, "init")
    assert faults(database) == []
    assert log(database) == [
        *((1, "east", 1, "added"), (2, "east", None, "removed"), (2, "west", 2, "added")),
        *((3, "east", 1, "added"), (3, "west", None, "removed"), (4, "east", 3, "updated")),
    ]
    assert titles(database) == {EAST_ID: "Ferry resumes"}
    load_into(database, [])
    assert titles(database) == {EAST_ID: "Ferry resumes", WEST_ID: "Bridge closed"}


@pytest.mark.unmeasured
def test_an_upgrade_keeps_what_the_operator_removed_removed(database: Path) -> None:
    """Both articles; each can be brought back."""
    load_into(database, [EAST])
    load_into(database, [replace(WEST, source=EAST.source)])
    with writing(database) as engine:
        remove(engine, ["1"], reason="a court order")
    age(database, bridge="west-example")
    seed(database, "init")
    assert faults(database) == []
    assert titles(database) == {}
    assert load_into(database, [EAST, WEST]).version is None
    with writing(database) as engine:
        assert undo_removal(engine, [OLD_ID]).articles == (WEST_ID,)
        assert undo_removal(engine, [EAST_ID]).articles == (EAST_ID,)
    assert titles(database) == {EAST_ID: "Ferry resumes", WEST_ID: "Bridge closed"}


@pytest.mark.unmeasured
def test_an_upgrade_publishes_what_was_pending_later(database: Path) -> None:
    """The article of the other source is served until then, and afterwards, too."""
    load_into(database, [EAST])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, [replace(WEST, source=EAST.source)], checkpoint=stop)
    age(database, bridge="west-example")
    seed(database, "init")
    assert faults(database) == []
    assert titles(database) == {EAST_ID: "Ferry resumes"}
    load_into(database, [])
    assert titles(database) == {EAST_ID: "Ferry resumes", WEST_ID: "Bridge closed"}


@pytest.mark.unmeasured
def test_an_upgrade_leaves_one_article_where_the_sources_have_one_page(database: Path) -> None:
    """They are two names of one source."""
    url = "https://east.example/ferry"
    load_into(database, [replace(EAST, url=url)])
    load_into(database, [replace(WEST, source=EAST.source, url=url)])
    age(database, bridge="west-example")
    seed(database, "init")
    assert faults(database) == []
    assert titles(database) == {EAST_ID: "Bridge closed"}
    keys = {row["key"] for row in dump(database)["article_key"]}
    assert {"id:east-example:1", "id:west-example:1", f"formerly:{OLD_ID}"} <= keys


@pytest.mark.unmeasured
def test_an_upgrade_separates_the_pages_of_articles_that_shared_an_id(database: Path) -> None:
    """Each revision had inherited those of the source before it, even as its own."""
    east, west = replace(EAST, url="https://east.example/ferry"), replace(WEST, url="https://west.example/bridge")
    for record in (east, replace(west, source=EAST.source), replace(east, text="The ferry sails.")):
        load_into(database, [record])
    age(database, bridge="west-example")
    seed(database, "init")
    assert faults(database) == []
    load_into(database, [])
    with TestClient(app_for(database)) as client:
        articles = [client.get(f"/v1/articles/{id_}").json() for id_ in (EAST_ID, WEST_ID)]
        lookup = client.post("/v1/articles/lookup", json={"urls": [east.url, west.url]}).json()["items"]
    assert [(item["url"], item["urls"]) for item in articles] == [(east.url, [east.url]), (west.url, [west.url])]
    assert [item["article"]["id"] for item in lookup] == [EAST_ID, WEST_ID]
    assert counts(load_into(database, [west, replace(east, text="The ferry sails.")])) == (0, 0, 2)


@pytest.mark.unmeasured
def test_an_upgrade_keeps_the_pages_of_each_source(database: Path) -> None:
    """One source has several, and the other has none."""
    pages = ("https://west.example/bridge", "https://west.example/old-bridge", "https://west.example/bridges")
    load_into(database, [EAST])
    for page in pages:
        load_into(database, [replace(WEST, source=EAST.source, url=page)])
    load_into(database, [EAST])
    age(database, bridge="west-example")
    seed(database, "init")
    load_into(database, [])
    assert faults(database) == []
    with TestClient(app_for(database)) as client:
        east, west = (client.get(f"/v1/articles/{id_}").json() for id_ in (EAST_ID, WEST_ID))
    assert (east["url"], east["urls"]) == (None, [])
    assert sorted(west["urls"]) == sorted(pages)


def test_an_upgrade_keeps_an_id_that_was_not_made_of_a_given_one(database: Path) -> None:
    """The article was first seen at a URL, or has neither revision nor title any more."""
    url = "https://east.example/ferry"
    load_into(database, [replace(EAST, id=None, url=url)])
    load_into(database, [replace(EAST, url=url)])
    before = dump(database)["article"]
    age(database)
    seed(database, "init")
    assert dump(database)["article"] == before
    assert "id:east-example:1" in {row["key"] for row in dump(database)["article_key"]}


@pytest.mark.unmeasured
def test_an_upgrade_needs_a_source(database: Path) -> None:
    """A key of an article of which nothing else is stored stays as it is."""
    load_into(database, [EAST])
    with writing(database) as engine:
        remove(engine, ["1"])
    seed(database, "compact")
    age(database)
    with driver(database) as connection:
        connection.execute("DELETE FROM article_key WHERE key LIKE 'title:%'")
    seed(database, "init")
    assert [row["key"] for row in dump(database)["article_key"]] == ["id:1"]


@pytest.mark.unmeasured
def test_an_upgrade_finds_the_source_of_a_removed_article_in_its_title(database: Path) -> None:
    load_into(database, [EAST])
    with writing(database) as engine:
        remove(engine, ["1"])
    seed(database, "compact")
    age(database)
    seed(database, "init")
    assert faults(database) == []
    assert [row["article_id"] for row in dump(database)["removal"]] == [EAST_ID]


@pytest.mark.parametrize("act", [remove, undo_removal])
def test_an_id_of_two_sources_needs_its_source(database: Path, act: Callable[..., Any]) -> None:
    """It can be named by id, name or domain."""
    load_into(database, [EAST, WEST, replace(EAST, id="2", title="Tide")])
    expected = "'1' is an id of several sources: expected --source with one of east-example, west-example"
    with writing(database) as engine:
        with pytest.raises(DatelineError, match=expected):
            act(engine, ["1"])
        with pytest.raises(DatelineError, match="--source is 'north': expected the id, name or domain of a source"):
            act(engine, ["1"], source="north")
        with pytest.raises(DatelineError, match="no article is known as '2'"):
            act(engine, ["2"], source="west-example")
        remove(engine, ["1"], source="west.example")
    assert titles(database).keys() == {EAST_ID, public_id("id:east-example:2")}
    assert seed(database, "remove", "1", "--source", "east-example").startswith("1 removed")
    assert seed(database, "remove", "--undo", "1", "--source", "east-example").startswith("1 brought back")


LONG = "The ferry sails again from the eastern quay at noon. " * 5


@pytest.mark.parametrize("record", [EAST, replace(EAST, id=None), replace(EAST, id=None, text=LONG)])
def test_records_of_a_renamed_source_meet_their_articles(database: Path, record: RawArticle) -> None:
    """By id, text and title; the source of an article changes with its next record."""
    other = replace(WEST, id="7", text=LONG.replace("eastern", "western"))
    load_into(database, [record, other])
    renamed = replace(
        RESOURCES, sources=Sources({"east": SourceEntry("east", "Eastern Gazette", domains=("east.example",))})
    )
    before = titles(database).keys()
    assert counts(load_into(database, [record, other], resources=renamed)) == (0, 1, 1)
    assert titles(database).keys() == before
    keys = [row["key"] for row in dump(database)["article_key"]]
    assert [key for key in keys if "east-example" in key] == []
    assert counts(load_into(database, [replace(record, title="Tide")], resources=renamed)) in {(0, 1, 0), (1, 0, 0)}


def test_a_key_of_the_new_source_keeps_its_article(database: Path) -> None:
    """Then both articles stay."""
    load_into(database, [EAST, replace(EAST, source="east")])
    renamed = replace(
        RESOURCES, sources=Sources({"east": SourceEntry("east", "Eastern Gazette", domains=("east.example",))})
    )
    load_into(database, [EAST], resources=renamed)
    assert len(dump(database)["article"]) == 2
    assert len(snapshot_of(database)) == 2
    assert faults(database) == []
