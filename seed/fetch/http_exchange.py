"""Send one request and receive its response, within limits of time and size."""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import httpcore
import httpx

from app import __version__
from seed.fetch.body import decompressed_body
from seed.fetch.clock import TimeBudget
from seed.fetch.errors import NotFetchedError, UnreachedError
from seed.fetch.guard import Guard, host_of, port_of

ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/jsonl, application/json, text/markdown, text/plain, */*;q=0.1"
)

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})

SocketOptions = Iterable[httpcore.SOCKET_OPTION]

Resolve = Callable[[str, int], tuple[str, ...]]
"""Returns the IP addresses of a host and port in the order in which to try them; raises OSError."""


def resolve_with_system(host: str, port: int) -> tuple[str, ...]:
    """Return the distinct addresses from the system's resolver; an address in any notation resolves to itself."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in entries))


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in seconds, bytes and counts; `total` is network time per URL, `wait` the time to wait for a host.

    A news page loads in a second or two and has a tenth of a megabyte; feeds and exports have a few.
    """

    connect: float = 10.0
    read: float = 10.0
    whole: float = 30.0
    wait: float = 60.0
    body: int = 20_000_000
    attempts: int = 3
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The response of a host; only one of status 200 has a body."""

    status: int
    headers: httpx.Headers
    body: bytes = b""

    @property
    def target(self) -> str | None:
        """The target of a redirect; None for any other response, and for a redirect without one."""
        return self.headers.get("location") if self.status in REDIRECT_STATUSES else None


def user_agent(contact: str | None) -> str:
    """Return the User-Agent header, with the operator's contact if it is set."""
    return f"Dateline/{__version__}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True)
class Exchange:
    """Sends requests; nothing is shared between them: no connections, no cookies, no proxies and no passwords."""

    guard: Guard
    agent: str
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = resolve_with_system

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def request(self, url: httpx.URL, headers: Mapping[str, str], *, budget: TimeBudget, limit: int) -> HttpResponse:
        """Return the response to a GET of at most `limit` bytes; raise NotFetchedError or a subclass."""
        with budget:
            connection = httpcore.HTTPConnection(
                httpcore.Origin(url.raw_scheme, url.raw_host, port_of(url)),
                ssl_context=self._tls if url.scheme == "https" else None,
                network_backend=CheckedAddresses(self._addresses(url, budget), budget),
            )
            try:
                with connection:
                    return _receive(connection, self._request(url, headers), limit)
            except httpcore.TimeoutException as error:
                raise UnreachedError(f"did not answer in time ({_describe(error)})") from None
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise UnreachedError(f"the connection failed ({_describe(error)})") from None

    def _addresses(self, url: httpx.URL, budget: TimeBudget) -> tuple[str, ...]:
        host = host_of(url)
        seconds = min(self.limits.connect, budget.left())
        return self.guard.check_addresses(host, resolve_host(host, port_of(url), resolve=self.resolve, seconds=seconds))

    def _request(self, url: httpx.URL, headers: Mapping[str, str]) -> httpcore.Request:
        default_headers = {"Host": url.netloc.decode("ascii"), "User-Agent": self.agent, "Accept": ACCEPT}
        all_headers = {**default_headers, "Accept-Encoding": "gzip", "Connection": "close", **headers}
        return httpcore.Request(
            b"GET",
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path),
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in all_headers.items()],
            extensions={
                "timeout": {"connect": self.limits.connect, "read": self.limits.read, "write": self.limits.read}
            },
        )


def _describe(error: Exception) -> str:
    """Return a short description of an error: some quote what the host sent."""
    return str(error)[:200] or type(error).__name__


def _receive(connection: httpcore.HTTPConnection, request: httpcore.Request, limit: int) -> HttpResponse:
    response = connection.handle_request(request)
    try:
        headers = httpx.Headers(response.headers)
        if response.status != httpx.codes.OK:
            return HttpResponse(response.status, headers)
        coding = headers.get("content-encoding", "").strip().lower()
        return HttpResponse(
            response.status, headers, decompressed_body(response.iter_stream(), coding=coding, limit=limit)
        )
    finally:
        response.close()


class CheckedAddresses(httpcore.NetworkBackend):
    """Connects to the first of the checked addresses that answers; the host name serves only TLS and HTTP."""

    def __init__(self, addresses: Sequence[str], budget: TimeBudget) -> None:
        self._addresses = addresses
        self._budget = budget
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        *others, last = self._addresses
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(
        self, address: str, port: int, timeout: float | None, local: str | None, options: SocketOptions | None
    ) -> httpcore.NetworkStream:
        seconds = remaining_timeout(self._budget, timeout, httpcore.ConnectTimeout)
        stream = self._network.connect_tcp(address, port, seconds, local, options)
        return BudgetedStream(stream, self._budget)


class BudgetedStream(httpcore.NetworkStream):
    """A stream that ends with its time budget: no other timeout stops a host that sends one byte at a time."""

    def __init__(self, stream: httpcore.NetworkStream, budget: TimeBudget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within the budget."""
        return self._stream.read(max_bytes, remaining_timeout(self._budget, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within the budget."""
        self._stream.write(buffer, remaining_timeout(self._budget, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Start TLS within the budget."""
        seconds = remaining_timeout(self._budget, timeout, httpcore.ConnectTimeout)
        return BudgetedStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._budget)

    def get_extra_info(self, info: str) -> object:
        """Return information about the underlying stream."""
        return self._stream.get_extra_info(info)


def remaining_timeout(budget: TimeBudget, timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
    """Return the timeout of the next step in seconds; raise `error` if no time is left."""
    left = budget.left()
    if left <= 0:
        raise error(f"after {budget.seconds:g} s")
    return left if timeout is None else min(left, timeout)


def resolve_host(host: str, port: int, *, resolve: Resolve, seconds: float) -> tuple[str, ...]:
    """Return the addresses of a host; raise UnreachedError after the timeout, NotFetchedError if there are none.

    The system's resolver has no timeout of its own: a daemon thread runs it and is abandoned when time is up.
    """
    answers: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, ValueError) as error:  # ValueError: an invalid DNS name
            answers.put(error)

    threading.Thread(target=look_up, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise UnreachedError(f"the addresses of {host} were not found within {seconds:.0f} s") from None
    if isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN:
        raise UnreachedError(f"the addresses of {host} cannot be found at present ({answer.strerror})")
    if isinstance(answer, Exception) or not answer:
        raise NotFetchedError(f"{host} has no address ({answer or 'none found'})")
    return answer
