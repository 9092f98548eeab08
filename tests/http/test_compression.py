"""Compressed responses."""

import pytest
import zstandard
from fastapi.testclient import TestClient

from tests.http.frame import LINES

LARGE = "/v1/large"


def fetch(client: TestClient, path: str, encoding: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body as it came over the wire."""
    with client.stream("GET", path, headers={"Accept-Encoding": encoding}) as response:
        return dict(response.headers), b"".join(response.iter_raw())


def decompressed(client: TestClient, path: str, encoding: str) -> bytes:
    """Return the body as a client reads it; the test client decodes gzip and br itself."""
    if encoding != "zstd":
        return client.get(path, headers={"Accept-Encoding": encoding}).content
    return zstandard.ZstdDecompressor().decompressobj().decompress(fetch(client, path, encoding)[1])


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("path", [LARGE, "/v1/things.ndjson", "/openapi.json", "/docs/swagger-ui.css"])
def test_a_response_is_compressed_as_the_client_accepts(client: TestClient, path: str, encoding: str) -> None:
    plain = client.get(path).content
    headers, body = fetch(client, path, encoding)
    assert headers["content-encoding"] == encoding
    assert len(body) < len(plain) / 2
    assert decompressed(client, path, encoding) == plain


def test_a_small_response_is_not_compressed(client: TestClient) -> None:
    headers, body = fetch(client, "/v1/counts", "gzip")
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept, Accept-Encoding, Origin"
    assert headers["content-length"] == str(len(body))


def test_a_long_problem_is_compressed(client: TestClient) -> None:
    headers, _ = fetch(client, "/v1/things?" + "&".join(["x=1"] * 100), "br")
    assert (headers["content-type"], headers["content-encoding"]) == ("application/problem+json", "br")


def test_one_weak_tag_serves_all_encodings(client: TestClient) -> None:
    tags = {fetch(client, LARGE, encoding)[0]["etag"] for encoding in ("identity", "gzip", "br", "zstd")}
    assert len(tags) == 1
    assert tags.pop().startswith("W/")


def test_a_stream_has_no_length(client: TestClient) -> None:
    headers, body = fetch(client, "/v1/things.ndjson", "identity")
    assert "content-length" not in headers
    assert body == b'{"n": 1}\n' * 10 * LINES
