"""Query strings as pairs, with the bytes that later parsers would misread: invalid UTF-8 and NUL."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

# Four times the values that one parameter may have.
MAX_PAIRS = 200
"""Maximum number of pairs in a query."""

QUERY_SAFE = "!$&'()*+,;=:@/?%"
"""Characters that stay unescaped in a query besides letters, digits and `-._~` (RFC 3986, 3.4); `%` is one of them."""

WANTED_UTF8 = "text in percent-encoded UTF-8"
WANTED_NO_NUL = "text without NUL characters"


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
