"""JSON Lines: one article a line, with its entities or without."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import mapped_article
from seed.readers.input.decoding import LINE_LIMIT, decoded, lines
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, Refusal

_SIGN = re.compile(r'\{[ \t]*"')


def sign(text: str, suffix: str) -> bool:
    """Whether text begins with an object in one line; under its own suffix the line may be broken."""
    first, _, more = text.partition("\n")
    whole_line = first.rstrip().endswith("}") or not more or suffix in {".jsonl", ".ndjson"}
    return whole_line and bool(_SIGN.match(first))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The articles of a JSON Lines file, each line by itself; blank lines are passed over."""
    for number, content in lines(stream):
        if content is None or content.strip():
            yield _read_line(content, Origin(path, number), context)


def _read_line(content: bytes | None, origin: Origin, context: ReaderContext) -> RawArticle | Refusal:
    if content is None:
        return Refusal(origin, f"the line is too long: wanted at most {LINE_LIMIT} bytes a line")
    try:
        return mapped_article(origin, _record(decoded(content)), context, strict=True)
    except ValueError as error:
        return Refusal(origin, str(error))


def _record(text: str) -> dict[str, object]:
    refuse_many_parts(text)
    try:
        record = DECODER.decode(text.rstrip())
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON at column {error.colno} ({error.msg}): wanted one JSON object a line") from None
    if not isinstance(record, dict):
        raise WrongValueError("the line", record, "a JSON object")
    return record


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise WrongValueError("a field given twice", key, "each field once")
        found[key] = value
    return found


def _no_number(name: str) -> object:
    raise WrongValueError("a number", name, "JSON, which has no such number")


class _Decoder(json.JSONDecoder):
    """What is wrong with JSON beside its grammar is a ValueError, too."""

    def raw_decode(self, s: str, idx: int = 0) -> tuple[Any, int]:
        """The value that begins at `idx`, and where it ends."""
        try:
            return super().raw_decode(s, idx)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply: wanted a flat object") from None
        except (json.JSONDecodeError, WrongValueError):
            raise
        except ValueError:  # Python's own bound, which its message speaks of.
            raise ValueError("a number has more than 4300 digits: wanted a shorter one") from None


MOST_PARTS = 200_000
"""Lists, objects and strings of a record; a report that brings a thousand entities along has a tenth of it."""

_PART = re.compile(r'[\[{]|"\s*+[:,\]}]')


def refuse_many_parts(text: str, *, most: int = MOST_PARTS) -> None:
    """Raises ValueError for JSON of more parts than a record has: three bytes of it can stand for two hundred."""
    if len(text) > most and sum(1 for _ in islice(_PART.finditer(text), most + 1)) > most:
        raise ValueError(f"the JSON has too many parts: wanted at most {MOST_PARTS} lists, objects and strings")


DECODER = _Decoder(object_pairs_hook=_unique, parse_constant=_no_number)
"""JSON as RFC 8259 has it, each key of an object once."""
