"""The limit on URLs."""

import pytest
from fastapi.testclient import TestClient

from app.http.request_url import raw_url


@pytest.mark.parametrize(("length", "status"), [(8192, 422), (8193, 414)])
def test_a_url_has_at_most_8192_bytes(client: TestClient, length: int, status: int) -> None:
    url = "/v1/counts?q="
    assert client.get(url + "a" * (length - len(url))).status_code == status


def test_a_path_that_is_too_long_is_refused_on_every_route(client: TestClient) -> None:
    response = client.get("/" + "a" * 9000)
    assert response.json() == {
        "type": "urn:dateline:problem:url-too-long",
        "title": "The URL is too long",
        "status": 414,
        "detail": "The URL has 9,001 bytes; the limit is 8,192.",
        "errors": [],
    }


def test_a_body_of_a_get_is_ignored(client: TestClient) -> None:
    response = client.request("GET", "/v1/counts", content=b"{" * 100_000)
    assert response.status_code == 200


def test_without_a_raw_path_the_url_is_made_of_the_decoded_one() -> None:
    assert raw_url({"path": "/m\u00fcnchen", "query_string": b"a=1"}) == b"/m\xc3\xbcnchen?a=1"
