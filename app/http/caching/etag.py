"""What a request asks for, by URL and publish, and the answer if there is one already (RFC 9110, 8.8.3 and 13.1.2)."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import Scope

from app import __version__
from app.http.caching.store import Answer, Kept
from app.http.scope import raw_url, route_path, values
from app.search.index.snapshot import Snapshot
from app.settings import ServeText

PREFIX = "/v1/"
"""Where answers depend on URL, release and corpus alone."""

VARY = (b"vary", b"Accept, Accept-Encoding")

CACHE_CONTROL = b"public, no-cache"

_OPAQUE = re.compile(rb'(?:W/)?"([^"]*)"')

JSON = b"application/json"

JSON_LD = b"application/ld+json"

_QUOTED = re.compile(rb'"[^"]*"')

_WEIGHT = re.compile(rb"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: the tag of its 200, the key of that answer, and the answer if there is one already.

    `any_answer` tells whether the client has some answer, whichever (`If-None-Match: *`), `json_ld` whether it prefers
    JSON-LD to JSON where there are both.
    """

    tag: bytes
    key: bytes
    json_ld: bool
    any_answer: bool
    answer: Answer | None


class Answers:
    """What can be answered without any work.

    A tag of ours can only come from a 200 of the same URL, release and publish token, so it is compared without
    looking further; `*` names no answer, so the request is run to learn whether there is one. An answer that is kept
    goes out again to whoever asks for the same tag and accepts the same types and codings.
    """

    def __init__(self, serve_text: ServeText) -> None:
        # The operator's choice of texts changes answers, but neither URL, release nor corpus.
        self._release = f"{__version__} {serve_text}".encode()
        self.kept = Kept()

    def asked(self, scope: Scope, snapshot: Snapshot) -> Asked:
        """Return what a request asks of a corpus version."""
        accept = values(scope, b"accept")
        json_ld = prefers_json_ld(accept)
        tag = self._tag(snapshot, scope, b"ld" if json_ld else b"")
        known = b",".join(values(scope, b"if-none-match")).strip()
        key = _key(tag, accept, values(scope, b"accept-encoding"))
        if known and tag in _OPAQUE.findall(known):
            return Asked(tag, key, json_ld, any_answer=False, answer=_not_modified(tag))
        any_answer = known == b"*"
        return Asked(tag, key, json_ld, any_answer, None if any_answer else self.kept.get(key))

    def _tag(self, snapshot: Snapshot, scope: Scope, negotiated: bytes) -> bytes:
        # Scheme and host are part of the URL: what holds absolute links holds those of whoever asks.
        place = scope["scheme"].encode(), *values(scope, b"host")
        parts = (self._release, snapshot.token.encode(), negotiated, raw_url(scope), *place)
        return blake2b(b"\0".join(parts), digest_size=12).hexdigest().encode()


def is_validated(scope: Scope, methods: Container[str]) -> bool:
    """Tell whether a request is one of these methods to the API."""
    return scope["type"] == "http" and scope["method"] in methods and route_path(scope).startswith(PREFIX)


def validators(tag: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that validate an answer; `Vary` is the last one."""
    return (b"etag", b'W/"%b"' % tag), (b"cache-control", CACHE_CONTROL), VARY


def _key(tag: bytes, accept: list[bytes], encodings: list[bytes]) -> bytes:
    """Return what tells this answer from others; of a fixed size, for a client may send headers as long as it likes."""
    # No header holds a NUL or a line break.
    parts = (tag, b"\0".join(accept), b"\0".join(encodings))
    return blake2b(b"\n".join(parts), digest_size=16).digest()


def _not_modified(tag: bytes) -> Answer:
    return Answer(validators(tag), b"", 304)


def prefers_json_ld(accept: Sequence[bytes]) -> bool:
    """Tell whether these values of `Accept` name JSON-LD and want it no less than JSON.

    Who does not name it gets JSON, the type of all other answers. A profile makes no difference: there is one form.
    """
    if not any(b"ld+json" in value.lower() for value in accept):
        return False
    # In order of weight: of a range that is named twice the greater one stays.
    weights = dict(sorted(_ranges(b",".join(accept))))
    named = weights.get(JSON_LD, 0.0)
    other = next((weights[range_] for range_ in (JSON, b"application/*", b"*/*") if range_ in weights), 0.0)
    return named > 0 and named >= other


def _ranges(accept: bytes) -> Iterator[tuple[bytes, float]]:
    """Yield each range of types and its weight; a weight that is none is taken for 1."""
    # A quoted profile may hold what separates ranges.
    for part in _QUOTED.sub(b"", accept).lower().split(b","):
        range_, *parameters = (piece.strip() for piece in part.split(b";"))
        weights = [float(match[1]) for match in map(_WEIGHT.fullmatch, parameters) if match]
        yield range_, weights[-1] if weights else 1.0
