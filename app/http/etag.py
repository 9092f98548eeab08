"""ETags, conditional requests and cache keys (RFC 9110, 8.8.3 and 13.1.2), and the choice between JSON and JSON-LD."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import Scope

from app.http.request_url import raw_url

JSON_TYPE = b"application/json"

JSON_LD_TYPE = b"application/ld+json"

_OPAQUE_TAG = re.compile(rb'(?:W/)?"([^"]*)"')

_QUOTED_STRING = re.compile(rb'"[^"]*"')

_WEIGHT = re.compile(rb"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class Validators:
    """The ETag and the cache key of the 200 to a request, and what the client says that it has.

    One of our tags can only come from a 200 of the same URL, release and publish token: `has_tag` is true if the client
    has it. `has_any` is true for `If-None-Match: *`, which names no tag, so that the request has to run to show whether
    it is a 200. `json_ld` is true if the client prefers JSON-LD where a resource has both.
    """

    tag: bytes
    key: bytes
    json_ld: bool
    has_tag: bool
    has_any: bool


def validators(scope: Scope, release: bytes, token: str) -> Validators:
    """Return the validators of a request to a release about the corpus with this publish token."""
    headers = _values_by_header(scope)
    json_ld = prefers_json_ld(headers[b"accept"])
    # Scheme and host are part of the URL: absolute links in a response use those of the request.
    origin = (scope["scheme"].encode(), *headers[b"host"])
    parts = (release, token.encode(), b"ld" if json_ld else b"", raw_url(scope), *origin)
    tag = blake2b(b"\0".join(parts), digest_size=12).hexdigest().encode()
    if_none_match = b",".join(headers[b"if-none-match"]).strip()
    has_tag = bool(if_none_match) and tag in _OPAQUE_TAG.findall(if_none_match)
    # Links to the feed itself keep the days that the client sent.
    requested = scope.get("state", {}).get("requested_query", b"")
    key = _key(tag, headers[b"accept"], headers[b"accept-encoding"], requested)
    return Validators(tag, key, json_ld, has_tag, if_none_match == b"*")


def _values_by_header(scope: Scope) -> dict[bytes, list[bytes]]:
    """Return the values of the request headers that the cache reads, one per line of each; every cached hit waits."""
    values: dict[bytes, list[bytes]] = {b"accept": [], b"accept-encoding": [], b"host": [], b"if-none-match": []}
    for name, value in scope["headers"]:
        if name in values:
            values[name].append(value)
    return values


def _key(tag: bytes, accept: list[bytes], encodings: list[bytes], requested: bytes) -> bytes:
    """Return the cache key of a response; its size is fixed, because clients may send headers of any length."""
    # No header contains a NUL or a line break.
    parts = (tag, b"\0".join(accept), b"\0".join(encodings), requested)
    return blake2b(b"\n".join(parts), digest_size=16).digest()


def prefers_json_ld(accept: Sequence[bytes]) -> bool:
    """Return whether these values of `Accept` name JSON-LD and weight it no lower than JSON.

    Clients that do not name it get JSON, the type of all other responses. A profile makes no difference: there is one
    form.
    """
    if not any(b"ld+json" in value.lower() for value in accept):
        return False
    # In order of weight, so that the greater weight of a range that is named twice wins.
    weights = dict(sorted(_media_ranges(b",".join(accept))))
    json_ld = weights.get(JSON_LD_TYPE, 0.0)
    json = next((weights[range_] for range_ in (JSON_TYPE, b"application/*", b"*/*") if range_ in weights), 0.0)
    return json_ld > 0 and json_ld >= json


def _media_ranges(accept: bytes) -> Iterator[tuple[bytes, float]]:
    """Yield each media range and its weight; an invalid weight counts as 1."""
    # A quoted profile may contain the separators of ranges.
    for item in _QUOTED_STRING.sub(b"", accept).lower().split(b","):
        range_, *parameters = (piece.strip() for piece in item.split(b";"))
        weights = [float(match[1]) for match in map(_WEIGHT.fullmatch, parameters) if match]
        yield range_, weights[-1] if weights else 1.0
