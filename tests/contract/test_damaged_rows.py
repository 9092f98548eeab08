"""Rows that differ from what was published: every view answers 503, and none shows them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session
from starlette.testclient import TestClient

from app.errors import UnavailableError
from app.search.index.snapshot import Snapshot
from app.search.sql.rows import contents, revisions, titles_and_openings
from app.stores import store_of
from seed.publish.publish import rebuild_outdated_index
from tests.conftest import app_for
from tests.databases import url_of
from tests.seed.loading import load_into, report, writing
from tests.seed.maintenance.test_verify import faults

TEXT = "Captain Jo Lindqvall left the harbour of Amsel. “We sail,” Lindqvall said. " + "The ferry followed it. " * 9

VIEWS = {
    "UPDATE revision SET title = 'Another'": (
        "articles?fields=title",
        "articles.csv",
        "articles.atom",
        "articles/{id}",
    ),
    "UPDATE revision SET text = 'Another.'": ("articles?q=ferry&highlight=true", "articles.atom", "articles/{id}"),
    "DELETE FROM statement": ("statements", "articles/{id}"),
    "UPDATE mention SET text = 'Another'": ("statements", "articles/{id}"),
    "UPDATE revision SET authors = '{'": ("articles?fields=authors",),
    "UPDATE revision SET digest = '', other_urls = '{'": ("articles/{id}",),
    "UPDATE revision SET digest = '', details = '[1]'": ("articles/{id}",),
    "UPDATE revision SET digest = '', details = '{\"pge\":\"4\"}'": ("articles/{id}",),
    "UPDATE revision SET digest = 'no checksum'": ("articles/{id}?as_of=1",),
    "DELETE FROM change WHERE version = 2": ("articles/{id}/versions", "changes", "changes?since=1", "changes?limit=1"),
    "UPDATE change SET kind = 'removed' WHERE version = 1": ("changes", "changes?since=1"),
    "UPDATE change SET reason = 'Another' WHERE version = 2": ("changes?since=1",),
    "INSERT INTO change VALUES (1, 'zzzzzzzzzzzz', 1, 'added', NULL)": ("changes",),
    "UPDATE publish SET added = 7 WHERE version = 1": ("corpus/versions", "changes"),
    "UPDATE publish SET published_at = 7 WHERE version = 1": ("corpus/versions", "changes"),
    "DELETE FROM publish WHERE version = 1": ("corpus/versions", "changes"),
}
"""Views that must not be answered, by what damages the rows."""


@pytest.fixture
def article(database: Path) -> str:
    """Return the id of an article of two revisions, the second of which is served."""
    load_into(database, [report("Ferry", id="1", text="It sailed.")])
    load_into(database, [report("Ferry", id="1", text=TEXT)])
    with TestClient(app_for(database)) as client:
        id_: str = client.get("/v1/articles").json()["items"][0]["id"]
    return id_


def damage(database: Path, statement: str) -> None:
    """Run a statement that no command of ours would run."""
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(("statement", "view"), [(how, view) for how, views in VIEWS.items() for view in views])
def test_what_differs_is_never_shown(database: Path, article: str, statement: str, view: str) -> None:
    damage(database, statement)
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        response = client.get(f"/v1/{view.format(id=article)}")
    assert response.status_code == 503
    assert response.json()["type"] == "urn:dateline:problem:damaged"
    assert response.headers["Retry-After"]


@pytest.mark.unmeasured
@pytest.mark.parametrize("block", [1, 2, 256])
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_log_is_the_same_in_blocks_of_any_size(
    database: Path, monkeypatch: pytest.MonkeyPatch, block: int, limit: int
) -> None:
    """Every change comes once, in order, however few are checked together."""
    for module in ("seed.publish.publish", "app.search.sql.history"):
        monkeypatch.setattr(f"{module}.MAX_BLOCK_ROWS", block)
    for count in (5, 1, 3):
        load_into(database, [report(f"Ferry {n}", id=str(n), text=f"It sailed {count} times.") for n in range(count)])
    with TestClient(app_for(database)) as client:
        for since in range(4):
            expected = client.get(f"/v1/changes?since={since}").json()
            items, path = [], f"/v1/changes?since={since}&limit={limit}"
            while path:
                page = client.get(path).json()
                items += page["items"]
                path = f"/v1/changes?since={since}&limit={limit}&cursor={page['next']}" if page["next"] else ""
                assert page["total"] == expected["total"]
            assert items == expected["items"]
            assert len(items) == (9, 4, 3, 0)[since]
    assert list(faults(database)) == []


def test_a_verification_reads_the_log(database: Path, article: str) -> None:
    damage(database, "UPDATE publish SET changed = 7 WHERE version = 1")
    assert faults(database) == ["log: publishes or changes differ from what was published"]


def test_a_statement_that_is_missing_without_a_checksum_is_damage(database: Path, article: str) -> None:
    """A revision that is older than checksums, as the index knows it."""
    damage(database, "UPDATE revision SET digest = ''")
    damage(database, "UPDATE snapshot_part SET data = 'outdated' WHERE name = 'format'")
    with writing(database) as engine, engine.begin() as connection:
        rebuild_outdated_index(connection)
        connection.execute(text("DELETE FROM statement"))
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        assert client.get("/v1/statements").status_code == 503


def test_a_damaged_text_is_not_compared(database: Path) -> None:
    load_into(database, [report(f"Putin in {place}", id=place, text="Putin sailed.") for place in ("Rome", "Oslo")])
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        id_ = client.get("/v1/articles?fields=id&limit=1").json()["items"][0]["id"]
        damage(database, "UPDATE revision SET text = 'Another.'")
        assert client.get(f"/v1/articles/{id_}/similar").json()["type"] == "urn:dateline:problem:damaged"


@pytest.mark.parametrize(
    "read", [revisions, contents, partial(revisions, lead_kinds={"full"}), partial(titles_and_openings, length=10)]
)
def test_a_revision_that_is_gone_says_to_ask_again(database: Path, read: Callable[..., object]) -> None:
    with Session(store_of(url_of(database)).reader_engine()) as session, pytest.raises(UnavailableError):
        read(session, Snapshot.unpublished(), [7])
