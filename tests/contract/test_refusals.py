"""Invalid requests are refused with parameter, value, what was expected, and the nearest known values."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.errors import ErrorCode
from app.stores import store_of
from tests.conftest import app_for
from tests.contract.shelf import World
from tests.databases import url_of

MANY_ROWS = (
    "WITH RECURSIVE number(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM number LIMIT 20000) "
    "INSERT INTO article_text(rowid, title, text) SELECT n, 'Ships', 'Ships' FROM number"
)

LONG_NAME = "x" * 201
MANY_ACTORS = "&".join(["actor=vera-lindqvall"] * 51)

BAD_REQUESTS = [
    # path and query, the parameter at fault, its value, one of the nearest values or None
    ("articles?sorce=alpha-courier", "sorce", "alpha-courier", "source"),
    ("articles?Actor=vera-lindqvall", "Actor", "vera-lindqvall", "actor"),
    ("articles?form=2015", "form", "2015", "from"),
    ("articles?from_=2015", "from_", "2015", "from"),
    ("articles?langauge=en", "langauge", "en", "language"),
    ("articles?page=2", "page", "2", None),
    ("articles?offset=20", "offset", "20", None),
    ("articles?highlight=perhaps", "highlight", "perhaps", None),
    ("articles?offsets=utf-16", "offsets", "utf-16", "utf16"),
    ("articles/000000000000?offsets=bytes", "offsets", "bytes", None),
    ("statements?offsets=utf8", "offsets", "utf8", None),
    ("articles?fields=titel", "fields", "titel", "title"),
    ("articles?fields=id,,title", "fields", "", None),
    ("articles?fields=text", "fields", "text", None),
    ("articles?fields=id&fields=title", "fields", "id, title", None),
    ("articles/{article}?fields=mention", "fields", "mention", "mentions"),
    ("articles.csv?fields=id,entity_count", "fields", "entity_count", "entity_counts"),
    ("articles.csv?fields=source_name,published", "fields", "published", None),
    ("articles.ndjson?fields=source_name", "fields", "source_name", None),
    ("articles.ndjson?fields=mention", "fields", "mention", "mentions"),
    ("articles.xlsx?fields=", "fields", "", None),
    ("articles.xlsx?bom=true", "bom", "true", None),
    ("articles.xlsx?limit=5", "limit", "5", None),
    ("articles.csv?bom=yes%20please", "bom", "yes please", None),
    ("statements.csv?fields=speker", "fields", "speker", "speaker"),
    ("statements.xlsx?speaker=velandia", "speaker", "velandia", "vellandia"),
    ("statements.csv?facet=speaker", "facet", "speaker", None),
    ("entities.csv?type=animal", "type", "animal", None),
    ("entities.ndjson?fields=id,lifts", "fields", "lifts", "lift"),
    ("entities.xlsx?q=%22", "q", '"', None),
    ("sources.csv?nam=alpha", "nam", "alpha", "name"),
    ("sources.xlsx?country=atlantis", "country", "atlantis", None),
    ("articles?filters=x", "filters", "x", None),
    ("articles?limit=0", "limit", "0", None),
    ("articles?limit=101", "limit", "101", None),
    ("articles?limit=-1", "limit", "-1", None),
    ("articles?limit=ten", "limit", "ten", None),
    ("articles?limit=1.5", "limit", "1.5", None),
    ("articles?limit=9223372036854775808", "limit", "9223372036854775808", None),
    ("articles?limit=", "limit", "", None),
    ("articles?limit", "limit", "", None),
    ("articles?limit=5&limit=6", "limit", "5, 6", None),
    ("articles?q=ships&q=port", "q", "ships, port", None),
    ("articles?from=2015&from=2016", "from", "2015, 2016", None),
    ("articles?sort=published&sort=-published", "sort", "published, -published", None),
    ("articles?q=", "q", "", None),
    ("articles?q=%20%09", "q", " \t", None),
    ("articles?q=%C2%A0", "q", "\xa0", None),
    ("articles?q=---", "q", "---", None),
    ("articles?q=%22%22", "q", '""', None),
    (f"articles?q={'x' * 501}", "q", "x" * 501, None),
    ("articles?q=a%00b", "q", "a\0b", None),
    ("articles?q=%FF", "q", "%FF", None),
    ("articles?q=%ED%A0%80", "q", "%ED%A0%80", None),
    ("articles?from=0", "from", "0", None),
    ("articles?from=0000", "from", "0000", None),
    ("articles?from=-2015", "from", "-2015", None),
    ("articles?from=2015-13", "from", "2015-13", None),
    ("articles?from=2015-02-29", "from", "2015-02-29", None),
    ("articles?from=2015-1-1", "from", "2015-1-1", None),
    ("articles?from=20151131", "from", "20151131", None),
    ("articles?from=-0d", "from", "-0d", None),
    ("articles?from=-7d&tz=Europe/Berlim", "tz", "Europe/Berlim", "Europe/Berlin"),
    ("articles?tz=localtime", "tz", "localtime", None),
    ("articles?from=05/06/2015", "from", "05/06/2015", "2015-06-05"),
    ("articles?from=1447977600", "from", "1447977600", None),
    ("articles?from=%EF%BC%92%EF%BC%90%EF%BC%91%EF%BC%95", "from", "２０１５", None),
    ("articles?from=2015-11-20T25:00Z", "from", "2015-11-20T25:00Z", None),
    ("articles?to=2015-11-31", "to", "2015-11-31", None),
    ("articles?to=9999-12-32", "to", "9999-12-32", None),
    ("articles?to=10000", "to", "10000", None),
    ("articles?source=alpha-courie", "source", "alpha-courie", "alpha-courier"),
    ("articles?source=Bay%20Gazete", "source", "Bay Gazete", "bay-gazette"),
    ("articles?exclude_source=elm-moniter", "exclude_source", "elm-moniter", "elm-monitor"),
    ("articles?source=", "source", "", None),
    (f"articles?source={LONG_NAME}", "source", LONG_NAME, None),
    ("articles?actor=Vera%20Lindqval", "actor", "Vera Lindqval", "vera-lindqvall"),
    ("articles?any_actor=velandia", "any_actor", "velandia", "vellandia"),
    ("articles?exclude_actor=Otto%20Brandhal", "exclude_actor", "Otto Brandhal", "otto-brandthal"),
    ("articles?place=Port%20Amsell", "place", "Port Amsell", "port-amsel"),
    ("articles?weapon=kestrele-9", "weapon", "kestrele-9", "kestrelle-9"),
    ("articles?actor=Q990000999", "actor", "Q990000999", None),
    ("articles?actor=vera-lindqvall&actor=%20", "actor", " ", None),
    ("articles?actor=vera%00lindqvall", "actor", "vera\0lindqvall", None),
    ("articles?language=en_US", "language", "en_US", None),
    ("articles?precision=hour", "precision", "hour", None),
    ("articles?sort=newest", "sort", "newest", None),
    ("articles?sort=relevance", "sort", "relevance", None),
    ("articles?facet=editor", "facet", "editor", None),
    ("articles?language=pt_BR", "language", "pt_BR", None),
    ("articles?language=%C3%A9n", "language", "én", None),
    ("articles?facet=source&facet=any_actor", "facet", "any_actor", None),
    ("articles?facet_size=0", "facet_size", "0", None),
    ("articles?facet_size=101", "facet_size", "101", None),
    ("articles?cursor=", "cursor", "", None),
    ("articles?cursor=garbage", "cursor", "garbage", None),
    ("articles.csv?limit=5", "limit", "5", None),
    ("articles.csv?cursor=x", "cursor", "x", None),
    ("articles.ndjson?facet=source", "facet", "source", None),
    ("articles.ndjson?sort=relevance", "sort", "relevance", None),
    ("articles.csv?actor=velandia", "actor", "velandia", "vellandia"),
    ("articles/000000000000?q=x", "q", "x", None),
    ("sources?nam=alpha", "nam", "alpha", "name"),
    ("sources?limit=0", "limit", "0", None),
    ("sources/alpha-courier?limit=1", "limit", "1", None),
    ("entities?type=animal", "type", "animal", None),
    ("entities?name=%20", "name", " ", None),
    ("entities?sort=published", "sort", "published", None),
    ("entities?actor=velandia", "actor", "velandia", "vellandia"),
    ("entities/vellandia?q=x", "q", "x", None),
    ("entities?sort=npmi", "sort", "npmi", None),
    ("entities/vellandia/related?sort=name", "sort", "name", None),
    ("entities/vellandia/related?type=animal", "type", "animal", None),
    ("entities/vellandia/related?limit=101", "limit", "101", None),
    ("entities/vellandia/related?name=x", "name", "x", None),
    ("entities/vellandia/related?cursor=garbage", "cursor", "garbage", None),
    ("entities/vellandia/related?place=Port%20Amsell", "place", "Port Amsell", "port-amsel"),
    ("network?nodes=0", "nodes", "0", None),
    ("network?nodes=201", "nodes", "201", None),
    ("network?edges=-1", "edges", "-1", None),
    ("network?edges=2001", "edges", "2001", None),
    ("network?edges=10&edges=20", "edges", "10, 20", None),
    ("network?type=animal", "type", "animal", None),
    ("network?limit=5", "limit", "5", None),
    ("network?actor=velandia", "actor", "velandia", "vellandia"),
    ("suggest?prefix=", "prefix", "", None),
    ("suggest?prefix=%20-", "prefix", " -", None),
    ("suggest?prefix=%E2%80%99", "prefix", "’", None),
    (f"suggest?prefix={'x' * 101}", "prefix", "x" * 101, None),
    ("suggest?prefix=a&prefix=b", "prefix", "a, b", None),
    ("suggest?prefix=a&type=sorce", "type", "sorce", "source"),
    ("suggest?prefix=a&limit=51", "limit", "51", None),
    ("suggest?prefix=a&cursor=x", "cursor", "x", None),
    ("suggest?prefix=a&actor=velandia", "actor", "velandia", "vellandia"),
    ("corpus?verbose=1", "verbose", "1", None),
    ("articles/000000000000?as_of=0", "as_of", "0", None),
    ("articles/000000000000?as_of=2", "as_of", "2", "1"),
    ("articles/000000000000?as_of=9223372036854775808", "as_of", "9223372036854775808", "1"),
    ("articles/000000000000?as_of=now", "as_of", "now", None),
    ("articles/000000000000/versions?as_of=1", "as_of", "1", None),
    ("corpus/versions?limit=101", "limit", "101", None),
    ("changes?since=2", "since", "2", "1"),
    ("changes?since=9223372036854775808", "since", "9223372036854775808", "1"),
    ("changes?since=-1", "since", "-1", None),
    ("changes?since=v1", "since", "v1", None),
    ("changes?since=", "since", "", None),
    ("changes?limit=1001", "limit", "1001", None),
    ("changes?cursor=garbage", "cursor", "garbage", None),
]


def assert_problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Check the shape of an error, which all errors share, and return the body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    body: dict[str, Any] = answer.json()
    assert body.keys() == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    assert body["type"].startswith("urn:dateline:problem:")
    assert body["title"].strip()
    assert body["detail"].strip()
    for error in body["errors"]:
        assert error.keys() == {"parameter", "value", "code", "wanted", "nearest", "candidates"}
        assert error["code"] in set(ErrorCode)
        assert all(candidate.keys() == {"id", "name", "type"} for candidate in error["candidates"])
        assert error["wanted"].strip()
    return body


@pytest.mark.parametrize(
    ("target", "parameter", "value", "near"), BAD_REQUESTS, ids=[row[0][:60] for row in BAD_REQUESTS]
)
def test_a_bad_request_is_refused_by_name(
    reader: TestClient, world: World, target: str, parameter: str, value: str, near: str | None
) -> None:
    """Each cause has one entry: the parameter, its value, what was expected, and the nearest known values."""
    path = target.replace("{article}", world.records[0]["public_id"])
    body = assert_problem(reader.get(f"/v1/{path}"), 422)
    assert [(error["parameter"], error["value"]) for error in body["errors"]] == [(parameter, value)]
    assert near is None or near in body["errors"][0]["nearest"]


def test_the_first_ten_errors_are_listed(reader: TestClient) -> None:
    """The names of a long list are not all compared with the known ones."""
    names = [f"unknown-{number}" for number in range(12)]
    body = assert_problem(reader.get("/v1/articles", params={"source": names}), 422)
    assert [(error["parameter"], error["value"]) for error in body["errors"]] == [
        ("source", name) for name in names[:10]
    ]


def test_a_missing_parameter_is_named(reader: TestClient) -> None:
    """It has no value, and the entry says that one is required."""
    body = assert_problem(reader.get("/v1/suggest"), 422)
    assert [(error["parameter"], error["value"]) for error in body["errors"]] == [("prefix", None)]
    assert body["detail"] == "prefix is missing: expected a value: this parameter is required"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=2016&to=2015", {"from", "to"}),
        ("from=2015-11-02&to=2015-11-01", {"from", "to"}),
        (MANY_ACTORS, {"actor"}),
        ("q=" + "%20".join(["ships"] * 33), {"q"}),
        ("facet=source" + "&facet=actor" * 11, {"facet"}),
    ],
)
def test_excess_and_contradiction_are_refused(reader: TestClient, query: str, named: set[str]) -> None:
    """The parameters at fault are named."""
    body = assert_problem(reader.get(f"/v1/articles?{query}"), 422)
    assert {error["parameter"] for error in body["errors"]} <= named
    assert body["errors"]


def test_all_causes_are_named_together(reader: TestClient) -> None:
    """A client with three bad names needs only one request to see them."""
    body = assert_problem(reader.get("/v1/articles?actor=velandia&place=Port%20Amsell&source=alpha-courie"), 422)
    assert {error["parameter"] for error in body["errors"]} == {"actor", "place", "source"}


@pytest.mark.parametrize(
    ("parameter", "value", "right"),
    [
        ("actor", "port-amsel", "place"),
        ("any_actor", "Kestrelle 9", "weapon"),
        ("exclude_actor", "Q990000005", "place"),
        ("place", "vera-lindqvall", "actor"),
        ("weapon", "Vellandia", "actor"),
        ("place", "kestrelle-9", "weapon"),
        ("weapon", "port-amsel", "place"),
    ],
)
def test_a_name_of_the_wrong_type_names_the_parameter_that_takes_it(
    reader: TestClient, parameter: str, value: str, right: str
) -> None:
    """The name is known, so calling it unknown would be misleading."""
    body = assert_problem(reader.get("/v1/articles", params={parameter: value}), 422)
    assert [(error["parameter"], error["value"]) for error in body["errors"]] == [(parameter, value)]
    assert right in body["errors"][0]["wanted"]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "path",
    ["/v1/articles/000000000000", "/v1/articles/nothing", "/v1/articles/1", "/v1/articles/ZZZZZZZZZZZZ",
     "/v1/sources/nothing", "/v1/entities/nothing", "/v1/entities/Q990000999", "/v1/entities/nothing/related",
     "/v1/nothing", "/v1/", "/v1", "/v2/articles", "/v1/articles/", "/v1/articles.pdf", "/nothing", "/page/"],
)  # fmt: skip
def test_an_unknown_path_or_id_is_a_problem(reader: TestClient, path: str) -> None:
    """Both are answered 404."""
    assert_problem(reader.get(path), 404)


@pytest.mark.parametrize("path", ["/v1/articles/%00", "/v1/sources/%FF", "/v1/entities/%20"])
def test_an_undecodable_id_is_a_problem(reader: TestClient, path: str) -> None:
    """It is refused or not found, and never a server error."""
    answer = reader.get(path)
    assert answer.status_code in {404, 422}
    assert_problem(answer, answer.status_code)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/000000000000", "/v1/corpus", "/livez"])
def test_dateline_is_read_only(reader: TestClient, method: str, path: str) -> None:
    """Other methods are answered 405 with the allowed ones."""
    answer = reader.request(method, path)
    assert_problem(answer, 405)
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/nothing", "/livez"])
def test_a_url_that_is_too_long_is_a_problem(reader: TestClient, path: str) -> None:
    """The maximum is 8,192 bytes."""
    assert_problem(reader.get(f"{path}?q={'x' * 8192}"), 414)


def test_an_error_carries_cors(reader: TestClient) -> None:
    """A frontend on another origin can read the reason."""
    for path in ("/v1/articles?limit=0", "/v1/articles/nothing", "/nothing", f"/v1/articles?q={'x' * 9000}"):
        assert (
            reader.get(path, headers={"Origin": "https://frontend.example"}).headers["access-control-allow-origin"]
            == "*"
        )


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "path", ["/v1/articles", "/v1/articles.csv", "/v1/corpus", "/v1/sources", "/v1/entities", "/readyz"]
)
@pytest.mark.parametrize("kind", ["absent", "empty"])
def test_an_unmigrated_database_is_503_and_names_the_command(tmp_path: Path, path: str, kind: str) -> None:
    """The operator learns which command to run."""
    database = tmp_path / "dateline.db"
    if kind == "empty":
        database.touch()
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        assert "`dateline " in assert_problem(client.get(path), 503)["detail"]
        assert client.get("/livez").status_code == 200


@pytest.mark.sqlite
def test_a_text_search_beyond_its_time_limit_is_503(own_world: World) -> None:
    """No partial result is returned, and the response says when to retry."""
    fill(own_world.database)
    with TestClient(app_for(own_world.database, text_search_seconds=1e-9), raise_server_exceptions=False) as client:
        for path in ("/v1/articles", "/v1/articles.csv", "/v1/articles.ndjson", "/v1/entities"):
            answer = client.get(f"{path}?q=ships")
            assert_problem(answer, 503)
            assert int(answer.headers["retry-after"]) > 0
        assert client.get("/v1/articles").json()["total"] == 12


def fill(database: Path) -> None:
    """Add many rows to the text index that belong to no article: they match, cost time and are not served."""
    engine = store_of(url_of(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text(MANY_ROWS))
    engine.dispose()


@pytest.mark.parametrize(
    "value",
    ["AND", "NEAR(a b)", '"', '"""', "*", "ships*", "title:ships", "a OR b", "{}", "^ships", "-", "--", "a-", "(",
     "'", ";", "\\", "𝒳", "\u200b", "\ufeff", "“”", "„ships“", "+", "%", "ships\n\tport", "☃"],
)  # fmt: skip
def test_no_query_is_a_syntax_error(reader: TestClient, value: str) -> None:
    """A query without words is refused and is not an error of the server."""
    answer = reader.get(f"/v1/articles?q={quote(value)}")
    if any(character.isalnum() for character in value):
        assert answer.status_code == 200, answer.text
    else:
        assert_problem(answer, 422)
