"""ETags, conditional requests and cache keys (RFC 9110, 8.8.3 and 13.1.2), and the choice between JSON and JSON-LD."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import Scope

from app import __version__
from app.http.caching.store import ResponseStore, StoredResponse
from app.http.scope import header_values, raw_url, route_path
from app.search.index.snapshot import Snapshot
from app.settings import ServeText

API_PREFIX = "/v1/"
"""Below it, responses depend on URL, release and corpus alone."""

VARY = (b"vary", b"Accept, Accept-Encoding")

CACHE_CONTROL = b"public, no-cache"

JSON_TYPE = b"application/json"

JSON_LD_TYPE = b"application/ld+json"

_OPAQUE_TAG = re.compile(rb'(?:W/)?"([^"]*)"')

_QUOTED_STRING = re.compile(rb'"[^"]*"')

_WEIGHT = re.compile(rb"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class CacheLookup:
    """The ETag of the 200 to a request, the cache key of that response, and a response that can be sent already.

    `matches_any` is true for `If-None-Match: *`: any 200 becomes a 304. `json_ld` is true if the client prefers JSON-LD
    where a resource has both.
    """

    tag: bytes
    key: bytes
    json_ld: bool
    matches_any: bool
    response: StoredResponse | None


class ResponseCache:
    """Answers conditional and repeated requests without running a handler.

    A tag of ours can only come from a 200 of the same URL, release and publish token, so comparing it is enough; `*`
    names no tag, so the request has to run to show whether it is a 200. A stored response is sent again to clients
    that request the same tag and accept the same types and encodings.
    """

    def __init__(self, serve_text: ServeText) -> None:
        # The operator's choice of texts changes responses, but neither URL, release nor corpus.
        self._release = f"{__version__} {serve_text}".encode()
        self.store = ResponseStore()

    def look_up(self, scope: Scope, snapshot: Snapshot) -> CacheLookup:
        """Return tag, key and, if there is one already, the response to a request on a corpus version."""
        accept = header_values(scope, b"accept")
        json_ld = prefers_json_ld(accept)
        tag = self._tag(snapshot, scope, b"ld" if json_ld else b"")
        if_none_match = b",".join(header_values(scope, b"if-none-match")).strip()
        key = _key(tag, accept, header_values(scope, b"accept-encoding"))
        if if_none_match and tag in _OPAQUE_TAG.findall(if_none_match):
            return CacheLookup(tag, key, json_ld, matches_any=False, response=_not_modified(tag))
        matches_any = if_none_match == b"*"
        return CacheLookup(tag, key, json_ld, matches_any, None if matches_any else self.store.get(key))

    def _tag(self, snapshot: Snapshot, scope: Scope, negotiated: bytes) -> bytes:
        # Scheme and host are part of the URL: absolute links in a response use those of the request.
        origin = scope["scheme"].encode(), *header_values(scope, b"host")
        parts = (self._release, snapshot.token.encode(), negotiated, raw_url(scope), *origin)
        return blake2b(b"\0".join(parts), digest_size=12).hexdigest().encode()


def is_cacheable(scope: Scope, methods: Container[str]) -> bool:
    """Return whether a request is for the API and uses one of these methods."""
    return scope["type"] == "http" and scope["method"] in methods and route_path(scope).startswith(API_PREFIX)


def cache_headers(tag: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Return the caching headers of a response; `Vary` is the last one."""
    return (b"etag", b'W/"%b"' % tag), (b"cache-control", CACHE_CONTROL), VARY


def _key(tag: bytes, accept: list[bytes], encodings: list[bytes]) -> bytes:
    """Return the cache key of a response; its size is fixed, because clients may send headers of any length."""
    # No header contains a NUL or a line break.
    parts = (tag, b"\0".join(accept), b"\0".join(encodings))
    return blake2b(b"\n".join(parts), digest_size=16).digest()


def _not_modified(tag: bytes) -> StoredResponse:
    return StoredResponse(cache_headers(tag), b"", 304)


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
