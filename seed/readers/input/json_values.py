"""The JSON decoder of all formats: stricter than the grammar, and bounded."""

import json
import re
from itertools import islice
from typing import Any

from seed.readers.validation import WrongValueError


def _to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            raise WrongValueError("a duplicate field", key, "each field once")
        record[key] = value
    return record


def _refuse_constant(name: str) -> object:
    raise WrongValueError("a number", name, "a finite number")


class _Decoder(json.JSONDecoder):
    """A decoder that also raises ValueError for what is wrong apart from the grammar."""

    def raw_decode(self, s: str, idx: int = 0) -> tuple[Any, int]:
        """Return the value that begins at `idx`, and where it ends."""
        try:
            return super().raw_decode(s, idx)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply: expected a flat object") from None
        except (json.JSONDecodeError, WrongValueError):
            raise
        except ValueError:  # Python's own limit on digits; its message names a function of Python.
            raise ValueError("a number has more than 4300 digits: expected a shorter one") from None


MAX_JSON_NODES = 200_000
"""Maximum number of lists, objects and strings in a record; a report with a thousand entities has a tenth."""

_NODE = re.compile(r'[\[{]|"\s*+[:,\]}]')


def refuse_many_nodes(text: str, *, limit: int = MAX_JSON_NODES) -> None:
    """Raise ValueError for JSON of too many nodes: three bytes of it can take two hundred bytes of memory."""
    if len(text) > limit and sum(1 for _ in islice(_NODE.finditer(text), limit + 1)) > limit:
        raise ValueError(f"the JSON has too many nodes: expected at most {MAX_JSON_NODES} lists, objects and strings")


JSON_DECODER = _Decoder(object_pairs_hook=_to_dict, parse_constant=_refuse_constant)
"""Decoder of JSON according to RFC 8259, with unique keys in every object."""
