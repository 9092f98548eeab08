"""The API under a root path, as behind a proxy that serves Dateline below a prefix."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from app.http.request_url import with_root_path
from tests.conftest import app_for
from tests.serving import TIMEOUT_SECONDS, serving

ROOT = "/news"
ENDPOINTS = (
    "/v1/articles?actor=putin&limit=2",
    "/v1/articles.csv?actor=putin",
    "/v1/articles.atom?actor=putin",
    "/v1/sources",
    "/v1/entities?limit=3",
    "/v1/entities/vladimir-putin",
    "/v1/statements?limit=1",
    "/v1/timeline",
    "/v1/suggest?prefix=put",
    "/v1/corpus",
)

PREFIXES = {"in the path": ROOT, "not in the path": "", "twice in the path": ROOT + ROOT}
"""The prefix of the path of a route: as ASGI requires, as some servers send it, and as Uvicorn sends it behind a proxy
that does not strip the root path."""


@pytest.fixture(scope="module")
def shipped(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the shipped collection."""
    return Path(shutil.copy(initialized, tmp_path_factory.mktemp("root") / "dateline.db"))


@pytest.fixture(scope="module")
def plain(shipped: Path) -> Iterator[TestClient]:
    """Yield a client of the API without a root path."""
    with TestClient(app_for(shipped)) as client:
        yield client


@pytest.fixture(scope="module")
def rooted(shipped: Path) -> Iterator[TestClient]:
    """Yield a client of the API below the root path."""
    with TestClient(app_for(shipped), root_path=ROOT, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def article(plain: TestClient) -> str:
    """Return the path of one article."""
    id_ = plain.get("/v1/articles?limit=1").json()["items"][0]["id"]
    return f"/v1/articles/{id_}"


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.unmeasured
def test_every_endpoint_has_tag_and_vary(plain: TestClient, rooted: TestClient, prefix: str, path: str) -> None:
    expected, response = plain.get(path), rooted.get(prefix + path)
    assert response.status_code == 200
    assert response.headers["Vary"] == expected.headers["Vary"] == "Accept, Accept-Encoding, Origin"
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert response.headers["ETag"].startswith('W/"')
    assert response.headers.keys() == expected.headers.keys()
    assert response.text.replace(f"http://testserver{ROOT}/", "http://testserver/") == expected.text


@pytest.mark.unmeasured
@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_client_that_has_the_response_gets_304(rooted: TestClient, prefix: str, path: str) -> None:
    first = rooted.get(ROOT + path)
    response = rooted.get(prefix + path, headers={"If-None-Match": first.headers["ETag"]})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == first.headers["ETag"]
    assert response.headers["Vary"] == "Accept, Accept-Encoding, Origin"


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
@pytest.mark.parametrize("accept", ["application/json", "application/ld+json"])
def test_an_article_is_json_or_json_ld(
    plain: TestClient, rooted: TestClient, article: str, prefix: str, accept: str
) -> None:
    headers = {"Accept": accept}
    expected, response = plain.get(article, headers=headers), rooted.get(prefix + article, headers=headers)
    assert (response.status_code, response.headers["Content-Type"]) == (200, expected.headers["Content-Type"])
    assert response.text.replace(f"{ROOT}/v1", "/v1") == expected.text
    unmodified = rooted.get(prefix + article, headers={**headers, "If-None-Match": response.headers["ETag"]})
    assert unmodified.status_code == 304
    assert rooted.head(prefix + article, headers=headers).headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_links_lead_through_the_proxy(rooted: TestClient, prefix: str) -> None:
    pages = rooted.get(f"{prefix}/v1/articles?limit=2")
    assert pages.headers["Link"].startswith(f"<http://testserver{ROOT}/v1/articles?limit=2&cursor=")
    feed = rooted.get(f"{prefix}/v1/articles.jsonfeed?limit=2").json()
    assert feed["feed_url"] == f"http://testserver{ROOT}/v1/articles.jsonfeed?limit=2"
    assert feed["next_url"].startswith(f"http://testserver{ROOT}/v1/articles.jsonfeed?limit=2&cursor=")


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_an_unknown_path_names_the_nearest_under_the_root_path(rooted: TestClient, prefix: str) -> None:
    response = rooted.get(f"{prefix}/v1/artciles")
    assert response.status_code == 404
    assert response.json()["detail"] == f"There is no {ROOT}/v1/artciles; the nearest is {ROOT}/v1/articles."
    assert rooted.get(f"{prefix}/login.php").json()["detail"].endswith(f"; {ROOT}/docs lists all paths.")


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
@pytest.mark.unmeasured
def test_paths_outside_the_api_are_served_without_tag_of_the_corpus(rooted: TestClient, prefix: str) -> None:
    assert rooted.get(f"{prefix}/readyz").json()["status"] == "ok"
    assert "Vary" in rooted.get(f"{prefix}/").headers
    assert rooted.get(f"{prefix}/openapi.json").json()["servers"][0] == {"url": ROOT}


@pytest.mark.parametrize("path", ["/newsroom/v1/articles", "/news", "/news/v1x", "/"])
def test_a_similar_path_is_not_below_the_root_path(path: str) -> None:
    scope = {"type": "http", "root_path": ROOT, "path": path, "raw_path": path.encode()}
    below = path.removeprefix("/news") if path == "/news/v1x" else path
    assert with_root_path(scope) == {**scope, "path": ROOT + below, "raw_path": (ROOT + below).encode()}


def test_a_third_prefix_is_part_of_the_path() -> None:
    scope = {"type": "http", "root_path": ROOT, "path": ROOT * 3 + "/v1/corpus"}
    assert with_root_path(scope)["path"] == ROOT * 2 + "/v1/corpus"


@pytest.mark.parametrize("prefix", ["", "/%D0%BC", "/%D0%BC/%D0%BC"])
def test_a_root_path_is_escaped_in_the_raw_path(prefix: str) -> None:
    path = prefix.replace("%D0%BC", "м") + "/v1"
    scope = {"type": "http", "root_path": "/м", "path": path, "raw_path": f"{prefix}/v1".encode()}
    assert with_root_path(scope) == {**scope, "path": "/м/v1", "raw_path": b"/%D0%BC/v1"}


@pytest.mark.parametrize("raw_path", [b"/%6Eews/v1/a%20b", b"/news/%6Eews/v1/a%20b", b"/news/v1/a%20b"])
def test_letters_of_the_prefix_may_be_escaped(raw_path: bytes) -> None:
    scope = {"type": "http", "root_path": ROOT, "path": unquote(raw_path.decode()), "raw_path": raw_path}
    assert with_root_path(scope) == {**scope, "path": "/news/v1/a b", "raw_path": b"/news/v1/a%20b"}


def test_a_server_that_keeps_no_raw_path_gets_none() -> None:
    scope = {"type": "http", "root_path": ROOT, "path": "/v1/corpus"}
    assert with_root_path(scope) == {**scope, "path": "/news/v1/corpus"}


@pytest.mark.parametrize("scope", [{"type": "lifespan"}, {"type": "websocket", "root_path": ROOT, "path": "/v1"}])
def test_other_scopes_stay_as_they_are(scope: dict[str, Any]) -> None:
    assert with_root_path(scope) is scope


@pytest.mark.parametrize("prefix", ["", ROOT], ids=["proxy strips the root path", "proxy keeps the root path"])
@pytest.mark.unmeasured
def test_a_real_server_under_a_root_path(shipped: Path, article: str, prefix: str) -> None:
    with (
        serving(app_for(shipped), root_path=ROOT) as port,
        closing(HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)) as connection,
    ):
        for path in (article, "/v1/articles?limit=1"):
            connection.request("GET", prefix + path)
            response = connection.getresponse()
            body = json.loads(response.read())
            assert response.status == 200
            assert "title" in body or body["items"]
            assert response.headers["Vary"] == "Accept, Accept-Encoding, Origin"
            connection.request("GET", prefix + path, headers={"If-None-Match": response.headers["ETag"]})
            unmodified = connection.getresponse()
            assert (unmodified.status, unmodified.read()) == (304, b"")
