"""The app over a real connection, for what a test client hides."""

import threading
import time
from collections.abc import Iterator
from gzip import decompress
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from zlib import decompressobj

import pytest

from app.deadline import check_deadline
from app.http.load.admission import SHORT_SECONDS
from app.http.responses import stream_response
from app.http.strict_params import v1_router
from app.settings import Settings
from app.wire.exports.tables import NDJSON_TYPE
from tests.http.frame import Thing, failing_chunks, frame, sample_router
from tests.serving import TIMEOUT_SECONDS, serving


class Gate:
    """Responses that wait for the test: a stream whose second chunk comes later, and one that occupies its thread."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.entered = threading.Event()
        self.released = threading.Event()
        self.stopped = threading.Event()
        self.produced: list[int] = []

    def chunks(self) -> Iterator[bytes]:
        """Yield a row, wait, yield another."""
        yield b'{"n": 1}\n'
        self.opened.wait(TIMEOUT_SECONDS)
        yield b'{"n": 2}\n'

    def checked(self) -> Iterator[bytes]:
        """Yield a row, work until the test opens the gate or the client leaves, yield another."""
        yield b'{"n": 1}\n'
        try:
            while not self.opened.is_set():
                check_deadline()
                time.sleep(0.001)
        finally:
            self.stopped.set()
        yield b'{"n": 2}\n'

    def hold(self) -> Thing:
        """Occupy the thread until the test releases it."""
        self.entered.set()
        self.released.wait(TIMEOUT_SECONDS)
        return Thing(version=0, given={})

    def many(self) -> Iterator[bytes]:
        """Yield more rows than a client would read."""
        for number in range(1_000_000):
            self.produced.append(number)
            yield b"{}\n"


def sparse_chunks() -> Iterator[bytes]:
    """Yield chunks most of which are empty, each after more processor time than a turn has."""
    for chunk in (b"", b'{"n": 1}\n', b"", b"", b'{"n": 2}\n', b""):
        end = time.thread_time() + 2 * SHORT_SECONDS
        while time.thread_time() < end:
            pass
        yield chunk


@pytest.fixture(scope="module")
def gate() -> Gate:
    """Return the gate of the streams."""
    return Gate()


@pytest.fixture(scope="module")
def port(gate: Gate) -> Iterator[int]:
    """Serve the sample routes and some streams on a free port of the loopback."""
    router = v1_router("streams")
    router.add_api_route(
        "/gated", lambda: stream_response(gate.chunks(), NDJSON_TYPE), response_model=None, name="gated"
    )
    router.add_api_route(
        "/checked", lambda: stream_response(gate.checked(), NDJSON_TYPE), response_model=None, name="checked"
    )
    router.add_api_route("/many", lambda: stream_response(gate.many(), NDJSON_TYPE), response_model=None, name="many")
    router.add_api_route(
        "/broken", lambda: stream_response(failing_chunks(), NDJSON_TYPE), response_model=None, name="broken"
    )
    router.add_api_route(
        "/sparse", lambda: stream_response(sparse_chunks(), NDJSON_TYPE), response_model=None, name="sparse"
    )
    router.add_api_route("/held", gate.hold, name="held")
    # One thread: a request that needs one has to wait while another request occupies it.
    app, _ = frame(sample_router(), router, settings=Settings(threads=1))
    with serving(app) as port:
        yield port


def send(port: int, method: str, path: str, **headers: str) -> HTTPResponse:
    """Send one request and return the response, its body unread; closing it closes the connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"Connection": "close", **fields})
    return connection.getresponse()


def has_stopped(produced: list[int]) -> bool:
    """Return whether a stream soon stops being produced, long before its end."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < end:
        before = len(produced)
        time.sleep(0.1)
        if len(produced) == before:
            return before < 1_000_000
    return False


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
def test_head_has_the_length_of_the_body_that_get_sends(port: int, encoding: str) -> None:
    with send(port, "GET", "/v1/large", Accept_Encoding=encoding) as got:
        body = got.read()
    with send(port, "HEAD", "/v1/large", Accept_Encoding=encoding) as head:
        assert head.headers["Content-Length"] == str(len(body))
        assert head.headers["Content-Encoding"] == got.headers["Content-Encoding"]
        assert head.headers["ETag"] == got.headers["ETag"]


def test_head_of_a_stream_stops_it(port: int, gate: Gate) -> None:
    with send(port, "HEAD", "/v1/many") as head:
        assert (head.status, head.read()) == (200, b"")
    assert has_stopped(gate.produced)


def test_a_row_is_flushed_before_the_next_one_is_produced(port: int, gate: Gate) -> None:
    with send(port, "GET", "/v1/gated", Accept_Encoding="gzip") as response:
        decompressor = decompressobj(31)
        first = b""
        while not first:
            first = decompressor.decompress(response.read1())
        assert (first, gate.opened.is_set()) == (b'{"n": 1}\n', False)
        gate.opened.set()
        assert decompressor.decompress(response.read()) == b'{"n": 2}\n'


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_empty_chunk_is_not_the_end_of_a_stream(port: int, encoding: str) -> None:
    """A writer that compresses has nothing to send for many rows, and gives way to others all the same."""
    with send(port, "GET", "/v1/sparse", Accept_Encoding=encoding) as response:
        body = response.read()
    assert (decompress(body) if encoding == "gzip" else body) == b'{"n": 1}\n{"n": 2}\n'


def test_clients_detect_a_stream_that_breaks_off(port: int) -> None:
    with send(port, "GET", "/v1/broken") as response, pytest.raises(IncompleteRead):
        response.read()


def test_a_304_has_no_body_and_leaves_the_connection_open(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    connection.request("GET", "/v1/large")
    first = connection.getresponse()
    first.read()
    for _ in range(2):
        connection.request("GET", "/v1/large", headers={"If-None-Match": first.headers["ETag"]})
        response = connection.getresponse()
        assert (response.status, response.read()) == (304, b"")
    connection.close()


def test_a_304_does_not_wait_for_a_slow_search(port: int, gate: Gate) -> None:
    with send(port, "GET", "/v1/large") as first:
        first.read()
    slow = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    slow.request("GET", "/v1/held")
    assert gate.entered.wait(TIMEOUT_SECONDS)
    with send(port, "GET", "/v1/large", If_None_Match=first.headers["ETag"]) as response:
        assert (response.status, gate.released.is_set()) == (304, False)
    gate.released.set()
    assert slow.getresponse().read() == b'{"version":0,"given":{}}'
    slow.close()


def test_a_client_that_disconnects_stops_its_stream(port: int, gate: Gate) -> None:
    gate.produced.clear()
    with send(port, "GET", "/v1/many", Accept_Encoding="identity") as response:
        assert response.read(3) == b"{}\n"
    assert has_stopped(gate.produced)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_stream_whose_client_leaves_is_not_sent_to_others(port: int, gate: Gate, method: str, encoding: str) -> None:
    """Its beginning would look like a whole response."""
    gate.opened.clear()
    gate.stopped.clear()
    # Each case has its own place in the cache.
    headers = {"Accept": f"application/x-ndjson, text/{method}", "Accept_Encoding": encoding}
    with send(port, method, "/v1/checked", **headers) as response:
        response.read(1)
    if method == "GET":
        assert gate.stopped.wait(TIMEOUT_SECONDS)
    gate.opened.set()
    with send(port, "GET", "/v1/checked", **headers) as response:
        body = response.read()
    assert (decompress(body) if encoding == "gzip" else body) == b'{"n": 1}\n{"n": 2}\n'


def test_a_body_of_a_get_does_not_disturb_the_next_request(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    for _ in range(2):
        connection.request("GET", "/v1/counts", body=b"{" * 1000)
        response = connection.getresponse()
        assert response.status == 200
        response.read()
    connection.close()


def test_a_url_that_is_too_long_is_a_problem(port: int) -> None:
    with send(port, "GET", "/v1/counts?q=" + "a" * 9000) as response:
        assert (response.status, response.headers["Content-Type"]) == (414, "application/problem+json")


def test_bytes_that_are_not_valid_text_are_a_problem(port: int) -> None:
    for path in ("/v1/things/%ff", "/v1/things?q=%ff", "/v1/things/%00"):
        with send(port, "GET", path) as response:
            assert (response.status, response.headers["Content-Type"]) == (422, "application/problem+json")
