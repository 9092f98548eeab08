"""The URL of a request: path and query as sent, the path below the root path, and the query as pairs.

The pairs say which bytes later parsers would misread: invalid UTF-8 and NUL.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from starlette._utils import get_route_path
from starlette.types import Scope

PATH_SAFE = "/!$&'()*+,;=:@%"
"""Characters that stay unescaped in a path besides letters, digits and `-._~` (RFC 3986, 3.3), and the percent sign."""

# Four times the values that one parameter may have.
MAX_PAIRS = 200
"""Maximum number of pairs in a query."""

QUERY_SAFE = "!$&'()*+,;=:@/?%"
"""Characters that stay unescaped in a query besides letters, digits and `-._~` (RFC 3986, 3.4); `%` is one of them."""

# What probes them asks often, by any address of its own network.
HEALTH_PATHS = frozenset(("/livez", "/readyz"))
"""Paths, below the root path, that are answered whatever the `Host` of the request is, and never refused for load."""

WANTED_UTF8 = "text in percent-encoded UTF-8"
WANTED_NO_NUL = "text without NUL characters"


def raw_url(scope: Scope) -> bytes:
    """Return path and query as they came over the wire."""
    path, query = raw_path(scope), scope.get("query_string", b"")
    return path + b"?" + query if query else path


def raw_path(scope: Scope) -> bytes:
    """Return the path as it came over the wire; servers keep it next to the decoded one."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path


def route_path(scope: Scope) -> str:
    """Return the path below the root path: the one that routes match."""
    # Starlette's own function, although it is private: a second rule could disagree with its router.
    return get_route_path(scope)


def with_root_path(scope: Scope, public_root: str = "") -> Scope:
    """Return a scope whose path begins with its root path exactly once, as ASGI requires.

    The root path is that of the public URL, or else that of the server. Proxies that strip it and some servers leave it
    out of the path. Uvicorn adds it to every path, so that it is there twice if the proxy does not strip it.
    """
    if scope["type"] != "http":
        return scope
    server_root: str = scope.get("root_path", "")
    root = public_root or _normal_root(server_root)
    if not root and not server_root:
        return scope
    # The server's root path and the proxy's; longer repetitions are not ours to interpret.
    prefixes = (server_root, root)
    below, raw = _below(prefixes, scope["path"]), scope.get("raw_path")
    changes: dict[str, str | bytes] = {"root_path": root, "path": root + below}
    if raw:
        raw_below = _below([quote(prefix, safe=PATH_SAFE) for prefix in prefixes], raw.decode("latin-1"))
        # Somebody may have escaped letters of the prefix.
        if unquote(raw_below) != below:
            raw_below = quote(below, safe=PATH_SAFE)
        changes["raw_path"] = (quote(root, safe=PATH_SAFE) + raw_below).encode("latin-1")
    return {**scope, **changes}


def _normal_root(root: str) -> str:
    """Return a root path decoded, with a slash at its beginning and none at its end, however the operator wrote it."""
    stripped = unquote(root).strip("/")
    return f"/{stripped}" if stripped else ""


def _below(prefixes: Iterable[str], path: str) -> str:
    for prefix in prefixes:
        if path.startswith(f"{prefix}/"):
            path = path.removeprefix(prefix)
    return path


class QueryPair(NamedTuple):
    """One `name=value`, decoded; if it is not valid text, `wanted` says what was expected and both stay encoded."""

    name: str
    value: str
    wanted: str | None = None


def parse_pairs(query: bytes) -> list[QueryPair]:
    """Return the pairs of an application/x-www-form-urlencoded string in order, without empty ones (`&&`)."""
    return [_parse_pair(piece) for piece in query.split(b"&") if piece]


def requested_query(scope: Scope) -> bytes:
    """Return the query as the client sent it, with days that count from today."""
    query: bytes = scope.get("state", {}).get("requested_query", scope.get("query_string", b""))
    return query


def with_parameter(query: bytes, name: str, value: str) -> str:
    """Return a query in which a parameter has only this value; the others stay unchanged. It is valid in a header."""
    return quote(b"&".join((*_other_pairs(query, name), f"{name}={quote(value)}".encode())), safe=QUERY_SAFE)


def without_parameters(query: bytes, *names: str) -> str:
    """Return a query without these parameters; the others stay unchanged. It is valid in a URL."""
    return quote(b"&".join(_other_pairs(query, *names)), safe=QUERY_SAFE)


def _other_pairs(query: bytes, *names: str) -> Iterator[bytes]:
    return (piece for piece in query.split(b"&") if piece and _decode(piece.partition(b"=")[0]) not in names)


def _parse_pair(piece: bytes) -> QueryPair:
    name, _, value = piece.partition(b"=")
    try:
        pair = QueryPair(_decode(name), _decode(value))
    except UnicodeDecodeError:
        return QueryPair(name.decode("ascii", "replace"), value.decode("ascii", "replace"), WANTED_UTF8)
    return QueryPair(pair.name, pair.value, WANTED_NO_NUL) if "\0" in pair.name + pair.value else pair


def _decode(encoded: bytes) -> str:
    # FastAPI reads bytes outside ASCII as Latin-1: unless they are percent-encoded, they would be misread.
    text = encoded.decode("ascii")
    # Most names and values have nothing to decode, and that takes a tenth of the time.
    return (
        text if "%" not in text and "+" not in text else unquote_to_bytes(encoded.replace(b"+", b" ")).decode("utf-8")
    )
