"""The number of SQL statements of a request does not grow with the number of rows."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from starlette.testclient import TestClient

from tests.contract.conftest import twelve
from tests.contract.shelf import serve_records

REQUESTS = (
    "/v1/articles?limit=100",
    "/v1/articles?limit=100&q=ships&sort=relevance",
    "/v1/articles?limit=100&facet=source&facet=actor&facet=place&facet=weapon&facet=language&facet=precision",
    "/v1/articles?actor=vellandia&from=2015-11&source=alpha-courier&limit=100",
    "/v1/articles?exclude_actor=vellandia&limit=100",
    "/v1/articles?limit=100&fields=id",
    "/v1/articles.csv",
    "/v1/articles.ndjson?q=ships",
    "/v1/articles.csv?fields=id,text,mentions,statements",
    "/v1/articles.xlsx?actor=vellandia&members=true",
    "/v1/statements.csv",
    "/v1/entities.csv",
    "/v1/sources.xlsx",
    "/v1/articles.atom",
    "/v1/articles/{article}",
    "/v1/articles/{article}.jsonld",
    "/v1/articles/{article}/annotations",
    "/v1/articles/{article}/citation",
    "/v1/articles/{article}?offsets=utf16",
    "/v1/articles/{article}/similar?limit=50",
    "/v1/articles?actor=vellandia&explain=true&highlight=true&offsets=utf16&limit=100",
    "/v1/articles?q=ships&actor=vellandia&highlight=true&limit=100",
    "/v1/articles/{article}?as_of=1",
    "/v1/articles/{article}/versions",
    "/v1/entities?limit=100",
    "/v1/entities?q=ships&limit=100",
    "/v1/entities/vellandia",
    "/v1/entities/vellandia/related?q=ships&limit=100",
    "/v1/network?q=ships",
    "/v1/suggest?prefix=amsl&q=ships",
    "/v1/sources",
    "/v1/sources/alpha-courier",
    "/v1/timeline?by=source",
    "/v1/compare",
    "/v1/corpus",
    "/v1/corpus/versions",
    "/v1/changes?limit=100",
)


def statements(migrated: Path, size: int) -> dict[str, list[str]]:
    """Return the SQL statements of each request over a corpus of `size` records."""
    with serve_records(migrated, [record for part in range(size // 12) for record in twelve(first=12 * part)]) as world:
        return {
            request: _statements_of(world.app, request.format(article=world.records[0]["public_id"]))
            for request in REQUESTS
        }


def _statements_of(app: FastAPI, url: str) -> list[str]:
    heard: list[str] = []

    def record_statement(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    client = TestClient(app)
    client.get("/v1/corpus")  # The first request opens the snapshot.
    engine = app.state.corpus.current().engine
    event.listen(engine, "before_cursor_execute", record_statement)
    try:
        client.get(url)
    finally:
        event.remove(engine, "before_cursor_execute", record_statement)
    return heard


@pytest.fixture(scope="module")
def few(migrated: Path) -> dict[str, list[str]]:
    """Return the SQL statements over 12 articles."""
    return statements(migrated, 12)


@pytest.fixture(scope="module")
def many(migrated: Path) -> dict[str, list[str]]:
    """Return the SQL statements over 48 articles."""
    return statements(migrated, 48)


@pytest.mark.unmeasured
@pytest.mark.parametrize("request_", REQUESTS)
def test_more_rows_need_no_more_statements(
    few: dict[str, list[str]], many: dict[str, list[str]], request_: str
) -> None:
    """Four times the rows take the same number of statements, and never more than ten."""
    assert len(few[request_]) == len(many[request_]), (few[request_], many[request_])
    assert len(many[request_]) <= 10


def test_statements_are_recorded(many: dict[str, list[str]]) -> None:
    """Every request needs at least one."""
    assert any("SELECT" in statement for statement in many["/v1/articles?limit=100"])
