"""The cache middleware: ETag, 304, and one snapshot per request."""

import pytest
from fastapi import Response
from fastapi.testclient import TestClient

from app.errors import UnavailableError
from app.http.cache import SnapshotDep
from app.http.strict_params import v1_router
from app.settings import Settings
from app.stores.store import UnusableError
from tests.http.frame import Shelf, Thing, client_of, frame

URL = "/v1/things?actor=a"
VARY = "Accept, Accept-Encoding, Origin"
ID = {"x-request-id": "a-test"}
SECURITY = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def tag_of(client: TestClient, url: str = URL) -> str:
    """Return the ETag of a 200."""
    response = client.get(url)
    assert response.status_code == 200
    return response.headers["ETag"]


def status_with(client: TestClient, tags: str, url: str = URL) -> int:
    """Return the status for a client that has these ETags."""
    return client.get(url, headers={"If-None-Match": tags}).status_code


def test_a_200_has_a_weak_tag_and_may_be_cached(client: TestClient) -> None:
    headers = client.get(URL).headers
    assert headers["ETag"].startswith('W/"')
    assert headers["Cache-Control"] == "public, no-cache"
    assert headers["Vary"] == VARY


def test_a_tag_stays_while_url_and_corpus_stay(client: TestClient) -> None:
    assert tag_of(client) == tag_of(client)


@pytest.mark.parametrize("url", ["/v1/things?actor=b", "/v1/things", "/v1/things/actor=a", "/v1/counts"])
def test_another_url_has_another_tag(client: TestClient, url: str) -> None:
    assert tag_of(client, url) != tag_of(client)


@pytest.mark.parametrize("host", ["http://other.example", "http://testserver:8000", "https://testserver"])
def test_another_scheme_or_host_has_another_tag(client: TestClient, host: str) -> None:
    """A response may contain links to the host of its request."""
    assert tag_of(client, host + URL) != tag_of(client)
    assert tag_of(client, "http://testserver" + URL) == tag_of(client)


def test_clients_that_prefer_json_ld_get_another_tag(client: TestClient) -> None:
    def tag(accept: str) -> str:
        return client.get(URL, headers={"Accept": accept}).headers["ETag"]

    assert tag("application/ld+json") == tag("application/ld+json, */*;q=0.1") != tag("*/*")
    assert tag("application/json") == tag("application/ld+json;q=0.5, application/json") == tag("*/*")


def test_a_publish_changes_the_tag(client: TestClient, shelf: Shelf) -> None:
    before = tag_of(client)
    shelf.publish("second")
    assert tag_of(client) != before
    assert status_with(client, before) == 200


def test_withholding_texts_changes_the_tag() -> None:
    tags = {tag_of(client_of(frame(settings=Settings(serve_text=kind))[0])) for kind in ("full", "digest", "none")}
    assert len(tags) == 3


@pytest.mark.parametrize("form", ["{}", '"other", {}', 'W/"a,b" , {}, "c"', '"", {},'])
def test_a_client_that_has_the_response_gets_304(client: TestClient, form: str) -> None:
    assert status_with(client, form.format(tag_of(client))) == 304


def test_tags_are_compared_weakly(client: TestClient) -> None:
    assert status_with(client, tag_of(client).removeprefix("W/")) == 304


def test_tags_in_two_header_lines_are_one_list(client: TestClient) -> None:
    headers = [("If-None-Match", '"other"'), ("If-None-Match", tag_of(client))]
    assert client.get(URL, headers=headers).status_code == 304


@pytest.mark.parametrize("tags", ['"other"', "W/", '"', "", '"*"', "tag"])
def test_a_client_with_other_tags_gets_the_response(client: TestClient, tags: str) -> None:
    assert status_with(client, tags) == 200


def test_a_304_has_the_headers_of_the_200_and_no_body(client: TestClient) -> None:
    origin = {"Origin": "https://pages.example"}
    tag = client.get(URL).headers["ETag"]
    response = client.get(URL, headers={"If-None-Match": tag, **origin})
    assert response.content == b""
    assert dict(response.headers) == {
        "etag": tag,
        "cache-control": "public, no-cache",
        "vary": VARY,
        **ID,
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "Link, ETag, Content-Disposition, Content-Location, Retry-After, X-Request-ID",
        **SECURITY,
    }


def test_headers_that_a_response_varies_by_stay() -> None:
    router = v1_router("varied")

    @router.get("/varied")
    def varied(response: Response) -> Thing:
        response.headers["Vary"] = "Accept, Accept-Language"
        return Thing(version=0, given={})

    vary = client_of(frame(router)[0]).get("/v1/varied").headers["Vary"]
    assert vary == "Accept, Accept-Encoding, Accept-Language, Origin"


def test_the_memory_of_a_replaced_snapshot_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for each snapshot that is opened."""
    app, shelf = frame()
    scheduled: list[int] = []
    monkeypatch.setattr(app.state.admission.trimmer, "schedule", lambda: scheduled.append(shelf.snapshot.version))
    client = client_of(app)
    first = shelf.snapshot.version
    for _ in range(2):
        client.get(URL)
    shelf.publish("another")
    for _ in range(2):
        client.get(URL)
    assert scheduled == [first, first + 1]


def test_an_unexpected_failure_to_open_the_corpus_is_an_internal_error() -> None:
    app, shelf = frame()
    shelf.failure = RuntimeError("secret")
    response = client_of(app).get(URL, headers={"Origin": "https://pages.example"})
    assert (response.status_code, response.json()["type"]) == (500, "urn:dateline:problem:internal-error")
    assert "secret" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_database_that_cannot_be_used_is_unavailable() -> None:
    app, shelf = frame()
    shelf.failure = UnusableError("disk I/O error")
    response = client_of(app).get(URL, headers={"Origin": "https://pages.example"})
    assert (response.status_code, response.headers["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["detail"] == "the database cannot be used (disk I/O error)"
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("OPTIONS", "/v1/counts", 204),
        ("DELETE", "/v1/counts", 405),
        ("POST", "/v1/nothing", 404),
        ("GET", f"/v1/things?q={'x' * 9000}", 414),
    ],
)
def test_what_needs_no_corpus_is_answered_without_one(method: str, url: str, status: int) -> None:
    app, shelf = frame()
    shelf.failure = UnavailableError("")
    assert client_of(app).request(method, url).status_code == status


def test_a_304_runs_no_handler() -> None:
    runs: list[int] = []
    router = v1_router("runs")

    @router.get("/runs")
    def run() -> Thing:
        runs.append(1)
        return Thing(version=0, given={})

    client = client_of(frame(router)[0])
    assert status_with(client, tag_of(client, "/v1/runs"), "/v1/runs") == 304
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("url", "status"), [(URL, 304), ("/v1/things?limit=0", 422), ("/v1/things/none", 404), ("/v1/nothing", 404)]
)
def test_a_star_is_304_only_where_get_is_200(client: TestClient, url: str, status: int) -> None:
    response = client.get(url, headers={"If-None-Match": "*"})
    assert response.status_code == status
    assert bool(response.content) is (status != 304)


def test_a_star_for_a_stream_has_the_headers_of_any_304(client: TestClient) -> None:
    tag = tag_of(client, "/v1/things.ndjson")
    response = client.get("/v1/things.ndjson", headers={"If-None-Match": "*"})
    assert (response.status_code, response.content) == (304, b"")
    caching = {"etag": tag, "cache-control": "public, no-cache", "vary": VARY}
    assert dict(response.headers) == {**caching, **ID, **SECURITY}


@pytest.mark.parametrize("url", ["/v1/things?limit=0", "/v1/things/none", "/v1/nothing"])
def test_an_error_has_no_tag(client: TestClient, url: str) -> None:
    headers = client.get(url).headers
    assert "ETag" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_no_tag_makes_an_error_a_304(client: TestClient) -> None:
    tag = tag_of(client)
    assert status_with(client, tag, "/v1/things?actor=a&limit=0") == 422


def test_a_write_is_not_conditional(client: TestClient) -> None:
    assert client.post(URL, headers={"If-None-Match": tag_of(client)}).status_code == 405


def test_other_paths_do_not_use_the_corpus(client: TestClient, shelf: Shelf) -> None:
    shelf.failure = UnavailableError("")
    assert client.get("/docs").status_code == 200
    assert shelf.requests == 0


def test_a_request_keeps_its_snapshot_when_a_publish_happens_meanwhile() -> None:
    router = v1_router("slow")

    @router.get("/slow")
    def slow(snapshot: SnapshotDep) -> Thing:
        shelf.publish("second")
        return Thing(version=snapshot.version, given={})

    app, shelf = frame(router)
    client = client_of(app)
    before = client.get("/v1/slow")
    assert (before.json()["version"], shelf.requests) == (0, 1)
    assert client.get("/v1/slow").headers["ETag"] != before.headers["ETag"]
