"""One request and its answer, within bounds of time and size."""

import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import httpcore
import httpx

from app import __version__
from seed.fetch.body import whole_body
from seed.fetch.clock import Budget
from seed.fetch.dns import Resolve, addresses, system_addresses
from seed.fetch.errors import UnreachedError
from seed.fetch.guard import Guard, host_of, port_of

ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/jsonl, application/json, text/markdown, text/plain, */*;q=0.1"
)

REDIRECTS = frozenset({301, 302, 303, 307, 308})

Options = Iterable[httpcore.SOCKET_OPTION]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and times; `whole` is what an address may take on the network, `wait` what is waited for a host.

    A page of news is ready in a second or two and has a tenth of a megabyte; feeds and exports have a few.
    """

    connect: float = 10.0
    read: float = 10.0
    whole: float = 30.0
    wait: float = 60.0
    body: int = 20_000_000
    attempts: int = 3
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host answered; only an answer of status 200 has a body."""

    status: int
    headers: httpx.Headers
    body: bytes = b""

    @property
    def target(self) -> str | None:
        """Where a redirect leads; None for any other answer, and for a redirect that does not say."""
        return self.headers.get("location") if self.status in REDIRECTS else None


def user_agent(contact: str | None) -> str:
    """Who asks, and whom to write to about it."""
    return f"Dateline/{__version__}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True)
class Exchange:
    """Asks hosts. Nothing is kept between two requests: no connection, no cookie; no proxy and no password is known."""

    guard: Guard
    agent: str
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = system_addresses

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def ask(self, url: httpx.URL, headers: Mapping[str, str], *, budget: Budget, limit: int) -> Reply:
        """The answer to one GET, of at most `limit` bytes; raises UnreachedError, ForbiddenError or NotFetchedError."""
        with budget:
            connection = httpcore.HTTPConnection(
                httpcore.Origin(url.raw_scheme, url.raw_host, port_of(url)),
                ssl_context=self._tls if url.scheme == "https" else None,
                network_backend=CheckedAddresses(self._addresses(url, budget), budget),
            )
            try:
                with connection:
                    return _reply(connection, self._request(url, headers), limit)
            except httpcore.TimeoutException as error:
                raise UnreachedError(f"did not answer in time ({_said(error)})") from None
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise UnreachedError(f"the connection failed ({_said(error)})") from None

    def _addresses(self, url: httpx.URL, budget: Budget) -> tuple[str, ...]:
        host = host_of(url)
        seconds = min(self.limits.connect, budget.left())
        return self.guard.permitted(host, addresses(host, port_of(url), resolve=self.resolve, seconds=seconds))

    def _request(self, url: httpx.URL, headers: Mapping[str, str]) -> httpcore.Request:
        own = {"Host": url.netloc.decode("ascii"), "User-Agent": self.agent, "Accept": ACCEPT}
        sent = {**own, "Accept-Encoding": "gzip", "Connection": "close", **headers}
        return httpcore.Request(
            b"GET",
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path),
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in sent.items()],
            extensions={
                "timeout": {"connect": self.limits.connect, "read": self.limits.read, "write": self.limits.read}
            },
        )


def _said(error: Exception) -> str:
    """What an error says, short: some quote what the host sent."""
    return str(error)[:200] or type(error).__name__


def _reply(connection: httpcore.HTTPConnection, request: httpcore.Request, limit: int) -> Reply:
    response = connection.handle_request(request)
    try:
        headers = httpx.Headers(response.headers)
        if response.status != httpx.codes.OK:
            return Reply(response.status, headers)
        coding = headers.get("content-encoding", "").strip().lower()
        return Reply(response.status, headers, whole_body(response.iter_stream(), coding=coding, limit=limit))
    finally:
        response.close()


class CheckedAddresses(httpcore.NetworkBackend):
    """Connects to these addresses, the first that answers; the name of the host is for TLS and HTTP only."""

    def __init__(self, addresses: Sequence[str], budget: Budget) -> None:
        self._addresses = addresses
        self._budget = budget
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._addresses
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(
        self, address: str, port: int, timeout: float | None, local: str | None, options: Options | None
    ) -> httpcore.NetworkStream:
        seconds = within(self._budget, timeout, httpcore.ConnectTimeout)
        stream = self._network.connect_tcp(address, port, seconds, local, options)
        return BudgetedStream(stream, self._budget)


class BudgetedStream(httpcore.NetworkStream):
    """A stream that ends with its budget: no other timeout ends what comes one byte at a time."""

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, within(self._budget, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, within(self._budget, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = within(self._budget, timeout, httpcore.ConnectTimeout)
        return BudgetedStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._budget)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def within(budget: Budget, timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
    """The seconds that the next step may take; raises `error` if none are left."""
    left = budget.left()
    if left <= 0:
        raise error(f"{budget.seconds:g} s were over")
    return left if timeout is None else min(left, timeout)
