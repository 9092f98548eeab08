"""ETags, conditional requests and cache keys (RFC 9110, 8.8.3 and 13.1.2), and the choice between JSON and JSON-LD."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import Scope

from app import __version__
from app.http.caching.store import Headers, ResponseStore, StoredResponse
from app.http.scope import raw_url, route_path
from app.search.index.snapshot import Snapshot
from app.settings import ServeText

API_PREFIX = "/v1/"
"""The beginning of all paths whose responses depend on URL, release and corpus alone."""

# CORS, which is further out, adds Origin.
VARY = (b"Accept", b"Accept-Encoding")
"""The request headers that every response of the API depends on."""

CACHE_CONTROL = b"public, no-cache"

JSON_TYPE = b"application/json"

JSON_LD_TYPE = b"application/ld+json"

_OPAQUE_TAG = re.compile(rb'(?:W/)?"([^"]*)"')

_QUOTED_STRING = re.compile(rb'"[^"]*"')

_WEIGHT = re.compile(rb"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class CacheLookup:
    """The ETag and the cache key of the 200 to a request, and a response that can be sent without running a handler.

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

    One of our tags can only come from a 200 of the same URL, release and publish token, so comparing it is enough; `*`
    names no tag, so the request has to run to show whether it is a 200. A stored response is sent again to clients
    whose request has the same tag and that accept the same types and encodings.
    """

    def __init__(self, serve_text: ServeText) -> None:
        # The operator's choice of texts changes responses, but neither URL, release nor corpus.
        self._release = f"{__version__} {serve_text}".encode()
        self.store = ResponseStore()

    def look_up(self, scope: Scope, snapshot: Snapshot) -> CacheLookup:
        """Return the tag, the key and, if one can be sent already, the response to a request on a corpus version."""
        headers = _values_by_header(scope)
        json_ld = prefers_json_ld(headers[b"accept"])
        tag = self._tag(snapshot, scope, headers[b"host"], b"ld" if json_ld else b"")
        key = _key(tag, headers[b"accept"], headers[b"accept-encoding"])
        if_none_match = b",".join(headers[b"if-none-match"]).strip()
        if if_none_match and tag in _OPAQUE_TAG.findall(if_none_match):
            not_modified = StoredResponse(not_modified_headers(tag), b"", 304)
            return CacheLookup(tag, key, json_ld, matches_any=False, response=not_modified)
        matches_any = if_none_match == b"*"
        return CacheLookup(tag, key, json_ld, matches_any, None if matches_any else self.store.get(key))

    def _tag(self, snapshot: Snapshot, scope: Scope, hosts: Sequence[bytes], negotiated: bytes) -> bytes:
        # Scheme and host are part of the URL: absolute links in a response use those of the request.
        parts = (self._release, snapshot.token.encode(), negotiated, raw_url(scope), scope["scheme"].encode(), *hosts)
        return blake2b(b"\0".join(parts), digest_size=12).hexdigest().encode()


def _values_by_header(scope: Scope) -> dict[bytes, list[bytes]]:
    """Return the values of the request headers that the cache reads, one per line of each; every cached hit waits."""
    values: dict[bytes, list[bytes]] = {b"accept": [], b"accept-encoding": [], b"host": [], b"if-none-match": []}
    for name, value in scope["headers"]:
        if name in values:
            values[name].append(value)
    return values


def is_cacheable(scope: Scope) -> bool:
    """Return whether a request reads from the API."""
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and route_path(scope).startswith(API_PREFIX)


def not_modified_headers(tag: bytes) -> Headers:
    """Return the headers of a 304."""
    return _caching_headers(tag, VARY)


def with_cache_headers(headers: Iterable[tuple[bytes, bytes]], tag: bytes) -> Headers:
    """Return the headers of a 200 with its caching headers; `Vary` keeps what others have added to it."""
    names = {name: None for key, value in headers if key == b"vary" for name in value.split(b", ")}
    vary = (*VARY, *(name for name in names if name not in VARY))
    others = (pair for pair in headers if pair[0] not in {b"etag", b"cache-control", b"vary"})
    return *others, *_caching_headers(tag, vary)


def _caching_headers(tag: bytes, vary: Iterable[bytes]) -> Headers:
    return (b"etag", b'W/"%b"' % tag), (b"cache-control", CACHE_CONTROL), (b"vary", b", ".join(vary))


def _key(tag: bytes, accept: list[bytes], encodings: list[bytes]) -> bytes:
    """Return the cache key of a response; its size is fixed, because clients may send headers of any length."""
    # No header contains a NUL or a line break.
    parts = (tag, b"\0".join(accept), b"\0".join(encodings))
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
