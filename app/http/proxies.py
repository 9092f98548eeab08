"""The client and the scheme of a request that came through a reverse proxy, and whom an address stands for.

A proxy that is trusted says both in `X-Forwarded-For` and `X-Forwarded-Proto`, or in `Forwarded` (RFC 7239). Headers of
all others are ignored: every client can send them.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network

MAX_HOPS = 16
"""Forwarded addresses that are read, from the last; a longer chain of trusted proxies names no client."""

# Providers assign at least a network of this size to each customer (RFC 6177).
CLIENT_PREFIX = 64
"""Length of the prefix that identifies an IPv6 client, in bits."""

SCHEMES = {b"http": "http", b"https": "https"}

_FORWARDED_HEADERS = frozenset((b"forwarded", b"x-forwarded-for", b"x-forwarded-proto"))


class ProxyMiddleware:
    """Gives a request the client and the scheme that a trusted proxy forwards."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self.app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; `state["client"]` identifies its client, or is None if the address does not."""
        if scope["type"] == "http":
            peer = scope["client"][0] if scope.get("client") else ""
            scope.setdefault("state", {})["client"] = _peer_client(peer, self._trusted)
            headers = _forwarded_headers(scope["headers"])
            if headers and _is_trusted(_address(peer), self._trusted):
                scope["state"]["client"] = forwarded_client(headers, self._trusted)
                scope = {**scope, "scheme": forwarded_scheme(headers) or scope["scheme"]}
        return await self.app(scope, receive, send)


def _forwarded_headers(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Return the headers of proxies; several lines of one are a list."""
    values: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _FORWARDED_HEADERS:
            values[name] = values[name] + b"," + value if name in values else value
    return values


@lru_cache(maxsize=1024)
def _peer_client(peer: str, trusted: tuple[Network, ...]) -> str | None:
    """Return the client that a peer is; None for a proxy, and for addresses that many clients may share."""
    address = _address(peer)
    return None if address is None or not address.is_global or _is_trusted(address, trusted) else _client(address)


def forwarded_client(headers: Mapping[bytes, bytes], trusted: Sequence[Network]) -> str | None:
    """Return the client that trusted proxies forward: the last address that is not one of theirs.

    Return None if there is none, or if an entry before it is not an address.
    """
    for entry in reversed(_last_entries(headers)):
        address = _address(entry)
        if address is None:
            return None
        if not _is_trusted(address, trusted):
            return _client(address)
    return None


def forwarded_scheme(headers: Mapping[bytes, bytes]) -> str | None:
    """Return the scheme that the nearest proxy forwards, None if it forwards none that is known."""
    proto = headers.get(b"x-forwarded-proto")
    if proto is None:
        proto = _pair(headers.get(b"forwarded", b"").rpartition(b",")[2], b"proto")
    return SCHEMES.get(proto.rpartition(b",")[2].strip().lower())


def _last_entries(headers: Mapping[bytes, bytes]) -> list[str]:
    values = headers.get(b"x-forwarded-for", headers.get(b"forwarded", b"")).rsplit(b",", MAX_HOPS)[-MAX_HOPS:]
    if b"x-forwarded-for" not in headers:
        values = [_pair(value, b"for") for value in values]
    return [value.decode("latin-1") for value in values]


def _pair(element: bytes, name: bytes) -> bytes:
    """Return the value of a pair of a `Forwarded` element, empty if it has none."""
    for pair in element.split(b";"):
        key, _, value = pair.partition(b"=")
        if key.strip().lower() == name:
            return value.strip().strip(b'"')
    return b""


def _address(entry: str) -> IPv4Address | IPv6Address | None:
    """Return the address in an entry, without brackets, port and zone; None if there is none."""
    host = entry.strip().strip('"')
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_trusted(address: IPv4Address | IPv6Address | None, trusted: Iterable[Network]) -> bool:
    return address is not None and any(address in network for network in trusted)


def _client(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, CLIENT_PREFIX), strict=False))
