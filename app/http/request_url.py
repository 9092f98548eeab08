"""The URL of a request: path and query as sent, the path below the root path, and the query as pairs.

The pairs say which bytes later parsers would misread: invalid UTF-8 and NUL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from starlette._utils import get_route_path
from starlette.types import Scope

PATH_SAFE = "/!$&'()*+,;=:@%"
"""Characters that stay unescaped in a path besides letters, digits and `-._~` (RFC 3986, 3.3), and the percent sign."""

# Four times the values that one parameter may have.
MAX_PAIRS = 200
"""Maximum number of pairs in a query."""

QUERY_SAFE = "!$&'()*+,;=:@/?%"
"""Characters that stay unescaped in a query besides letters, digits and `-._~` (RFC 3986, 3.4); `%` is one of them."""

WANTED_UTF8 = "text in percent-encoded UTF-8"
WANTED_NO_NUL = "text without NUL characters"


def raw_url(scope: Scope) -> bytes:
    """Return path and query as they came over the wire; servers keep them next to the decoded path."""
    path = raw_path(scope)
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


def raw_path(scope: Scope) -> bytes:
    """Return the path as it came over the wire."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path


def route_path(scope: Scope) -> str:
    """Return the path below the root path: the one that routes match."""
    # Starlette's own function, although it is private: a second rule could disagree with its router.
    return get_route_path(scope)


def with_root_path(scope: Scope) -> Scope:
    """Return a scope whose path begins with the root path exactly once, as ASGI requires.

    Some servers leave the root path out. Uvicorn adds it to every path, so that it is there twice if the proxy in front
    does not strip it.
    """
    root: str = scope.get("root_path", "")
    if not root or scope["type"] != "http":
        return scope
    paths: dict[str, str | bytes] = {"path": root + _below(root, scope["path"])}
    if scope.get("raw_path"):
        raw_root, raw_path = quote(root, safe=PATH_SAFE), scope["raw_path"].decode("latin-1")
        paths["raw_path"] = (raw_root + _below(raw_root, raw_path)).encode("latin-1")
    return {**scope, **paths}


def _below(root: str, path: str) -> str:
    # The server's root path and the proxy's; longer repetitions are not ours to interpret.
    for _ in range(2):
        if path.startswith(f"{root}/"):
            path = path.removeprefix(root)
    return path


@dataclass(frozen=True, slots=True)
class QueryPair:
    """One `name=value`, decoded; if it is not valid text, `wanted` says what was expected and both stay encoded."""

    name: str
    value: str
    wanted: str | None = None


def parse_pairs(query: bytes) -> list[QueryPair]:
    """Return the pairs of an application/x-www-form-urlencoded string in order, without empty ones (`&&`)."""
    return [_parse_pair(piece) for piece in query.split(b"&") if piece]


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
    encoded.decode("ascii")
    return unquote_to_bytes(encoded.replace(b"+", b" ")).decode("utf-8")
