"""Which of two types a client prefers (RFC 9110, 12.5.1)."""

import re
from collections.abc import Iterator, Sequence

JSON = b"application/json"
JSON_LD = b"application/ld+json"

_QUOTED = re.compile(rb'"[^"]*"')
_WEIGHT = re.compile(rb"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


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
