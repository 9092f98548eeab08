"""Hosts and the public URL: valid values and their normal forms, for settings and requests (RFC 3986, 3.2 and 3.3)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

PORT_OF_SCHEME = {"http": 80, "https": 443}

ANY_HOST = "*"
"""The pattern that every host matches."""

# Names in private networks, such as those of containers, may contain underscores.
_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?!.{{254}}){_LABEL}(?:\.{_LABEL})*")

_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]{0,5}))?")

_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*", re.ASCII)
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


class Authority(NamedTuple):
    """Host and port of a URL; `text` has both, or just the host if the port is the default one of the scheme."""

    host: str
    text: str


# A server is reached by few hosts; what is invalid raises, and takes no room.
@lru_cache(maxsize=1024)
def parse_authority(text: str, scheme: str) -> Authority:
    """Return the normal form of `host` or `host:port`; raise ValueError if it is invalid or has a user."""
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise ValueError("not a host with an optional port")
    port = int(match[2]) if match[2] else None
    if port is not None and not 1 <= port <= 65_535:
        raise ValueError("the port is out of range")
    host = normal_host(match[1])
    return Authority(host, host if port in {None, PORT_OF_SCHEME.get(scheme)} else f"{host}:{port}")


def normal_host(host: str) -> str:
    """Return a host in lower case and without a trailing dot; raise ValueError if it is invalid or not ASCII."""
    if host.startswith("[") and host.endswith("]") and "%" not in host:
        return f"[{IPv6Address(host[1:-1])}]"
    name = host.lower().removesuffix(".")
    if not host.isascii() or not _NAME.fullmatch(name):
        raise ValueError("not a valid host")
    return name


def normal_host_pattern(pattern: str) -> str:
    """Return the normal form of `example.org`, `*.example.org`, an IP address or `*`; raise ValueError otherwise."""
    if pattern == ANY_HOST:
        return pattern
    host = _ascii(pattern.removeprefix("*."))
    is_bare_ipv6 = host.count(":") > 1 and not host.startswith("[")
    normal = normal_host(f"[{host}]" if is_bare_ipv6 else host)
    if pattern.startswith("*.") and normal.startswith("["):
        raise ValueError("an address has no subdomains")
    return f"*.{normal}" if pattern.startswith("*.") else normal


def is_host_in(host: str, patterns: Iterable[str]) -> bool:
    """Return whether a host matches one of the patterns; `*.example.org` matches all its subdomains, but not itself."""
    return any(
        pattern in {ANY_HOST, host} or (pattern.startswith("*.") and host.endswith(pattern[1:])) for pattern in patterns
    )


def normal_public_url(url: str) -> str:
    """Return an http or https URL of host, optional port and optional path, without a slash at its end.

    Raise ValueError for any other URL.
    """
    # `urlsplit` drops line breaks and tabs, and an empty query or fragment.
    if not url.isprintable() or set(" ?#") & set(url):
        raise ValueError("spaces, queries and fragments are not allowed")
    parts = urlsplit(url)
    path = _NON_ASCII.sub(lambda match: quote(match[0]), parts.path.rstrip("/"))
    if parts.scheme not in PORT_OF_SCHEME or not _PATH.fullmatch(path):
        raise ValueError("not an http or https URL with a plain path")
    return f"{parts.scheme}://{parse_authority(_ascii(parts.netloc), parts.scheme).text}{path}"


def _ascii(host: str) -> str:
    """Return an internationalized host in ASCII (IDNA 2003, as Python implements it)."""
    return host if host.isascii() else host.encode("idna").decode("ascii")
