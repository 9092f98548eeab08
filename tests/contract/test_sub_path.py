"""A handful of the contract below a prefix, behind both kinds of proxies; `make test-stores` runs all of it there."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.databases import url_of
from tests.proxy import Mount, ProxyKind, mounted

pytestmark = pytest.mark.unmeasured

PATHS = (
    "/v1/articles?limit=2&facet=source",
    "/v1/articles.csv",
    "/v1/articles.atom?limit=2",
    "/v1/articles.rss?limit=2",
    "/v1/articles.jsonfeed?limit=2",
    "/v1/articles/xcx40nxes912",
    "/v1/articles/xcx40nxes912.jsonld",
    "/v1/articles/xcx40nxes912/annotations",
    "/v1/articles/xcx40nxes912.ftm.ndjson",
    "/v1/articles/xcx40nxes912/citation?style=csl",
    "/v1/articles/citation?actor=putin",
    "/v1/articles/xcx40nxes912/versions?limit=1",
    "/v1/entities?limit=2",
    "/v1/entities/vladimir-putin/related?limit=2",
    "/v1/statements?limit=2",
    "/v1/statements/counts?limit=2",
    "/v1/changes?limit=2",
    "/v1/articels",
    "/v1/articles?limit=0",
    "/livez",
    "/docs",
    "/",
    "/page/main.js",
)


@pytest.fixture(scope="module")
def shipped(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the shipped collection."""
    return Path(shutil.copy(initialized, tmp_path_factory.mktemp("below") / "dateline.db"))


@pytest.fixture(scope="module")
def plain(shipped: Path) -> Iterator[TestClient]:
    """Yield a client without a proxy."""
    with TestClient(create_app(Settings(database_url=url_of(shipped)))) as client:
        yield client


@pytest.fixture(scope="module", params=get_args(ProxyKind))
def below(shipped: Path, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """Yield a client behind a proxy, which checks every URL."""
    app = create_app(Settings(database_url=url_of(shipped)))
    with TestClient(mounted(app, Mount("/news", request.param))) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_a_response_differs_in_the_prefix_of_its_urls_alone(plain: TestClient, below: TestClient, path: str) -> None:
    expected = plain.get(path, headers={"Accept-Encoding": "identity"})
    for method in ("GET", "HEAD"):
        response = below.request(method, path)
        assert response.status_code == expected.status_code
        assert response.text == (expected.text if method == "GET" else "")
        assert response.headers.get("Link") == expected.headers.get("Link")
        # The documentation has the hash of its script, which names the document.
        ignored = {"etag", "x-request-id"} | ({"content-security-policy"} if path == "/docs" else set())
        assert {k: v for k, v in response.headers.items() if k not in ignored} == {
            k: v for k, v in expected.headers.items() if k not in ignored
        }
    if "ETag" in expected.headers:
        tag = below.get(path).headers["ETag"]
        assert below.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_cursors_lead_through_the_prefix(below: TestClient) -> None:
    first = below.get("/v1/articles?limit=2")
    second = below.get(first.links["next"]["url"])
    assert second.json() == below.get(f"/v1/articles?limit=2&cursor={first.json()['next']}").json()


def test_the_document_names_the_prefix_as_its_server(below: TestClient) -> None:
    assert below.get("/openapi.json").json()["servers"] == [{"url": "/news"}]


@pytest.mark.parametrize("body", ["/v1/articles", "http://a.example/v1/entities", "/news/news/v1/articles"])
def test_the_proxy_notices_a_wrong_prefix(body: str) -> None:
    app = FastAPI(openapi_url=None)
    app.add_api_route("/v1/wrong", lambda: Response(body), response_model=None)
    with pytest.raises(AssertionError, match="prefix"):
        TestClient(mounted(app, Mount("/news", "strips"))).get("/v1/wrong")
