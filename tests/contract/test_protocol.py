"""Every route supports ETags, HEAD, CORS and caching."""

import re
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import Literal

import pytest
from starlette.testclient import TestClient

from app.models import TextKind
from tests.conftest import app_for, load_jsonl
from tests.contract.conftest import twelve
from tests.contract.shelf import SEARCH_FIELDS, World, json_lines
from tests.contract.strategies import FACETS

pytestmark = pytest.mark.unmeasured

ORIGIN = {"Origin": "https://frontend.example"}
TABLES = ("articles", "statements", "entities", "sources", "timeline", "compare", "network")
PARQUET = [f"/v1/{view}.parquet" for view in TABLES] if find_spec("pyarrow") else []
"""Exports that have a 200 where pyarrow is installed."""

EVERY_GET = (
    "/v1/articles",
    "/v1/articles?q=ships&facet=actor&limit=3",
    "/v1/articles.csv",
    "/v1/articles.ndjson?actor=vellandia",
    "/v1/articles.csv?fields=id,text,mentions&bom=true",
    "/v1/articles.xlsx?members=true&actor=vellandia",
    "/v1/statements.csv",
    "/v1/statements.ndjson?offsets=utf16",
    "/v1/statements.xlsx?q=ships",
    "/v1/entities.csv?type=person",
    "/v1/entities.ndjson",
    "/v1/entities.xlsx?sort=lift",
    "/v1/sources.csv",
    "/v1/sources.ndjson?fields=id",
    "/v1/sources.xlsx",
    "/v1/articles.atom?limit=1",
    "/v1/articles.rss?actor=vellandia",
    "/v1/articles.jsonfeed?q=ships",
    "/v1/articles/{article}",
    "/v1/articles/{article}.jsonld",
    "/v1/articles/{article}/annotations",
    "/v1/articles/{article}.ftm.ndjson",
    "/v1/articles.ftm.ndjson?actor=vellandia",
    "/v1/entities.ftm.ndjson",
    "/v1/articles/{article}/citation",
    "/v1/articles/citation?actor=vellandia&style=ris",
    "/v1/articles/{article}?offsets=utf16",
    "/v1/articles/{article}?fields=id",
    "/v1/articles/{article}/similar?limit=2",
    "/v1/articles/{article}?as_of=1",
    "/v1/articles/{article}/versions",
    "/v1/sources",
    "/v1/sources/alpha-courier",
    "/v1/source-groups",
    "/v1/entities?type=person",
    "/v1/entities/vellandia",
    "/v1/entities/vellandia/related?sort=npmi",
    "/v1/entities/vellandia/history",
    "/v1/corrections?limit=3",
    "/v1/statements?limit=1",
    "/v1/statements/counts?by=pair&limit=1",
    "/v1/timeline?by=actor",
    "/v1/compare?limit=2",
    "/v1/network?nodes=5",
    *(f"/v1/{view}.{format_}" for view in ("timeline", "compare", "network") for format_ in ("csv", "ndjson", "xlsx")),
    "/v1/network.graphml?nodes=5",
    "/v1/places.geojson?bbox=35,32,43,38",
    *PARQUET,
    "/v1/suggest?prefix=ams",
    "/v1/corpus",
    "/v1/corpus/versions",
    "/v1/changes?limit=3",
)
WEAK_TAG = re.compile(r'W/"[!#-~]+"')


@pytest.fixture(params=EVERY_GET)
def url(request: pytest.FixtureRequest, world: World) -> str:
    """Return a URL of each route under /v1."""
    return str(request.param).format(article=world.records[0]["public_id"])


def test_the_table_names_every_route(reader: TestClient) -> None:
    """A new route must be added to these tests, or this test fails."""
    described = reader.get("/openapi.json").json()["paths"].items()
    paths = [path for path, methods in described if path.startswith("/v1") and "get" in methods]
    patterns = [re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))) for path in paths]
    tested = [*(url.split("?")[0] for url in EVERY_GET), *(f"/v1/{view}.parquet" for view in TABLES)]
    assert [
        path for path, pattern in zip(paths, patterns, strict=True) if not any(map(pattern.fullmatch, tested))
    ] == []


def test_a_200_has_a_weak_etag_and_may_be_cached_with_revalidation(reader: TestClient, url: str) -> None:
    """`no-cache` lets a client cache the response and requires revalidation."""
    answer = reader.get(url, headers=ORIGIN)
    assert answer.status_code == 200, answer.text
    assert WEAK_TAG.fullmatch(answer.headers["etag"])
    assert answer.headers["cache-control"] == "public, no-cache"
    assert {"accept", "accept-encoding"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}
    assert reader.get(url).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize("form", ["{tag}", '"other", {tag}', "{strong}", '{tag} , W/"x"'])
def test_an_unmodified_response_is_not_sent_again(reader: TestClient, url: str, form: str) -> None:
    """A 304 has the validators and no body; ETags are compared weakly, and the header may be a list."""
    tag = reader.get(url).headers["etag"]
    headers = {"If-None-Match": form.format(tag=tag, strong=tag.removeprefix("W/")), **ORIGIN}
    answer = reader.get(url, headers=headers)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "public, no-cache"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("tag", ['W/"other"', '""', "garbage", "W/", '"'])
def test_another_etag_gets_the_whole_response(reader: TestClient, url: str, tag: str) -> None:
    """Only an unmodified response is left out."""
    assert reader.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_each_url_has_its_own_etag(reader: TestClient, world: World) -> None:
    """An ETag never stands for another response."""
    urls = [url.format(article=world.records[0]["public_id"]) for url in EVERY_GET]
    assert len({reader.get(url).headers["etag"] for url in urls}) == len(urls)


@pytest.mark.parametrize("tag", ["*", "{tag}"])
@pytest.mark.parametrize(("path", "status"), [("/v1/articles?limit=0", 422), ("/v1/articles/nothing", 404)])
def test_an_error_is_never_unmodified(reader: TestClient, path: str, status: int, tag: str) -> None:
    """An error stays an error, whatever ETag the client sends."""
    known = reader.get("/v1/articles").headers["etag"]
    assert reader.get(path, headers={"If-None-Match": tag.format(tag=known)}).status_code == status


def test_a_publish_changes_every_etag(own_world: World, own_reader: TestClient) -> None:
    """A response of an older corpus version is sent again."""
    urls = [url.format(article=own_world.records[0]["public_id"]) for url in EVERY_GET]
    before = {url: own_reader.get(url).headers["etag"] for url in urls}
    load_jsonl(own_world.database, json_lines(twelve(first=100)[:1]))
    for url in urls:
        answer = own_reader.get(url, headers={"If-None-Match": before[url]})
        assert answer.status_code == 200
        assert answer.headers["etag"] != before[url]


def test_loading_the_same_again_keeps_every_etag(own_world: World, own_reader: TestClient) -> None:
    """Nothing is published if nothing changed."""
    before = own_reader.get("/v1/corpus")
    load_jsonl(own_world.database, json_lines(own_world.records))
    assert own_reader.get("/v1/corpus").json() == before.json()
    assert own_reader.get("/v1/corpus", headers={"If-None-Match": before.headers["etag"]}).status_code == 304


def test_head_is_get_without_a_body(reader: TestClient, url: str) -> None:
    """Status and headers are the same."""
    get, head = reader.get(url), reader.head(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "cache-control", "vary", "link", "content-length"):
        assert head.headers.get(name) == get.headers.get(name), name


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/articles?limit=0", 422), ("/v1/articles/nothing", 404), ("/livez", 200), ("/readyz", 200)],
)
def test_head_has_the_status_of_get(reader: TestClient, path: str, status: int) -> None:
    """This includes errors."""
    answer = reader.head(path)
    assert (answer.status_code, answer.content) == (status, b"")


def test_any_origin_may_read(reader: TestClient, url: str) -> None:
    """No credentials are allowed, and the headers that a frontend needs are exposed."""
    headers = reader.get(url, headers=ORIGIN).headers
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers
    exposed = {name.strip().lower() for name in headers["access-control-expose-headers"].split(",")}
    assert {"link", "etag", "retry-after", "x-request-id"} <= exposed


def test_a_preflight_is_answered(reader: TestClient, url: str) -> None:
    """A browser sends a preflight request before one with If-None-Match."""
    headers = {**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    answer = reader.options(url, headers=headers)
    assert answer.status_code in {200, 204}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "GET" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize("served", ["digest", "none"])
def test_a_withheld_text_is_null_and_marked_as_withheld(
    reader: TestClient, world: World, served: Literal["digest", "none"]
) -> None:
    """Mentions and all other fields stay; the response differs, and so does its ETag."""
    url = f"/v1/articles/{world.records[1]['public_id']}"
    whole = reader.get(url)
    with TestClient(app_for(world.database, serve_text=served)) as client:
        answer = client.get(url)
        assert answer.json() == {**whole.json(), "lead": None, "text": None, "text_withheld": True}
        assert answer.headers["etag"] != whole.headers["etag"]
        assert client.get("/v1/articles?q=ships").json()["total"] == 12


LEAD = "Gen. Lee sailed at noon."


@pytest.mark.parametrize(
    ("serve", "leads"),
    [("full", dict.fromkeys(TextKind, LEAD)), ("digest", {"full": None, "digest": LEAD}), ("none", {})],
)
def test_a_lead_is_the_first_sentence_of_a_text_that_is_served(
    database: Path, serve: Literal["full", "digest", "none"], leads: dict[str, str]
) -> None:
    """In lists, whatever explains them, in lookups, similar articles, and alone."""
    article = {"source": "Gazette", "text": f"{LEAD} Then it rained.\n\nLater it did not."}
    entity = {"id": "lee", "name": "Lee", "type": "person", "mentions": [[5, 8]]}
    load_jsonl(database, [{**article, "title": kind, "text_kind": kind, "entities": [entity]} for kind in TextKind])
    client = TestClient(app_for(database, serve_text=serve))
    items = client.get("/v1/articles").json()["items"]
    assert {item["title"]: item["lead"] for item in items} == {kind.value: leads.get(kind) for kind in TextKind}
    for query in ("q=noon&explain=true&offsets=utf16", "actor=lee&highlight=true", "members=true", "fields=title,lead"):
        explained = client.get(f"/v1/articles?{query}").json()["items"]
        assert [(item["title"], item["lead"]) for item in explained] == [(i["title"], i["lead"]) for i in items]
    found = client.post("/v1/articles/lookup", json={"ids": [item["id"] for item in items]}).json()["items"]
    assert [result["article"] for result in found] == items
    for item in items:
        assert client.get(f"/v1/articles/{item['id']}").json()["lead"] == item["lead"]
        similar = [other["article"] for other in client.get(f"/v1/articles/{item['id']}/similar").json()["items"]]
        others = [other for other in items if other is not item]
        assert sorted(similar, key=itemgetter("id")) == sorted(others, key=itemgetter("id"))


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_checks_are_never_cached(reader: TestClient, path: str) -> None:
    """They report the present state."""
    answer = reader.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_an_unpublished_database_is_ready_and_empty(client: TestClient) -> None:
    """It is migrated and has no articles: every list is present and empty."""
    assert client.get("/readyz").status_code == 200
    body = client.get("/v1/articles?facet=source").json()
    assert body == {
        "total": 0,
        "understood": None,
        "notes": [],
        "ranked": None,
        "items": [],
        "next": None,
        "facets": {**dict.fromkeys(FACETS), "source": []},
        "distinct": {"source": 0},
        "overlapping": [],
        "empty": {"without": [], "first_day": None, "last_day": None},
        **SEARCH_FIELDS,
        "corpus_version": 0,
    }
    assert client.get("/v1/articles.ndjson").content == b""
    assert client.get("/v1/articles.csv").text.count("\r\n") == 1
    assert client.get("/v1/sources").json()["total"] == 0


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_compression_changes_nothing_but_the_bytes(reader: TestClient, url: str, encoding: str) -> None:
    """Body and ETag are the same once the client has decoded them, which it does for zstd from Python 3.14 on."""
    plain = reader.get(url, headers={"Accept-Encoding": "identity"})
    packed = reader.get(url, headers={"Accept-Encoding": encoding})
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/v1/articles", "application/json"),
        ("/v1/articles.csv", "text/csv; charset=utf-8; header=present"),
        ("/v1/articles.ndjson", "application/x-ndjson"),
        ("/v1/articles.atom", "application/atom+xml"),
        ("/v1/articles.rss", "application/rss+xml"),
        ("/v1/articles.jsonfeed", "application/feed+json"),
        ("/openapi.json", "application/json"),
        ("/docs", "text/html; charset=utf-8"),
    ],
)
def test_each_suffix_has_its_media_type(reader: TestClient, path: str, media_type: str) -> None:
    """The suffix alone determines it."""
    assert reader.get(path).headers["content-type"] == media_type


def test_the_docs_need_no_network(reader: TestClient) -> None:
    """No script, style or image comes from another host."""
    page = reader.get("/docs").text
    found = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert found
    assert not [target for target in found if target.startswith(("http:", "https:", "//"))]
    assert all(reader.get(target).status_code == 200 for target in found)
