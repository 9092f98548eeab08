"""A query string, pair by pair, with what no later reader would notice: bytes that are no text."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

MOST_PAIRS = 200
"""Four times the values that one parameter may have."""

QUERY = "!$&'()*+,;=:@/?%"
"""What stands in a query as it is beside letters, digits and `-._~` (RFC 3986, 3.4), and the sign of escapes."""

NOT_TEXT = "text in percent-encoded UTF-8"
NUL = "text without NUL characters"


@dataclass(frozen=True, slots=True)
class Pair:
    """One `name=value`, decoded; `fault` says what was wanted where it is no text, and both stay as they came."""

    name: str
    value: str
    fault: str | None = None


def read_pairs(query: bytes) -> list[Pair]:
    """Return the pairs of an application/x-www-form-urlencoded string in order; empty ones (`&&`) are none."""
    return [_read(piece) for piece in query.split(b"&") if piece]


def with_parameter(query: bytes, name: str, value: str) -> str:
    """Return a query, fit for a header, in which a parameter has this value alone; the others stay as they came."""
    return quote(b"&".join((*_others(query, name), f"{name}={quote(value)}".encode())), safe=QUERY)


def without(query: bytes, *names: str) -> str:
    """Return a query, fit for a URL, without these parameters; the others stay as they came."""
    return quote(b"&".join(_others(query, *names)), safe=QUERY)


def _others(query: bytes, *names: str) -> Iterator[bytes]:
    return (piece for piece in query.split(b"&") if piece and _decoded(piece.partition(b"=")[0]) not in names)


def _read(piece: bytes) -> Pair:
    name, _, value = piece.partition(b"=")
    try:
        pair = Pair(_decoded(name), _decoded(value))
    except UnicodeDecodeError:
        return Pair(name.decode("ascii", "replace"), value.decode("ascii", "replace"), NOT_TEXT)
    return Pair(pair.name, pair.value, NUL) if "\0" in pair.name + pair.value else pair


def _decoded(part: bytes) -> str:
    # FastAPI reads bytes outside ASCII as Latin-1: they must come percent-encoded or they would be misread.
    part.decode("ascii")
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8")
