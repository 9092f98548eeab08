"""JSON Lines: one article per line, with or without its entities; and the JSON decoder that other formats share."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import article_from_record
from seed.readers.input.decoding import MAX_RECORD_BYTES, decode_utf8, read_lines
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, Refusal

_OBJECT_START = re.compile(r'\{[ \t]*"')


def matches(text: str, suffix: str) -> bool:
    """Return whether text begins with an object on one line; with the format's suffix the line may be incomplete."""
    first_line, _, more = text.partition("\n")
    whole_line = first_line.rstrip().endswith("}") or not more or suffix in {".jsonl", ".ndjson"}
    return whole_line and bool(_OBJECT_START.match(first_line))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """Yield the articles of a JSON Lines file, each line separately; blank lines are skipped."""
    for number, content in read_lines(stream):
        if content is None or content.strip():
            yield _read_line(content, Origin(path, number), context)


def _read_line(content: bytes | None, origin: Origin, context: ReaderContext) -> RawArticle | Refusal:
    if content is None:
        return Refusal(origin, f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line")
    try:
        return article_from_record(origin, _parse_record(decode_utf8(content)), context, strict=True)
    except ValueError as error:
        return Refusal(origin, str(error))
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


def _parse_record(text: str) -> dict[str, object]:
    refuse_many_nodes(text)
    try:
        record = JSON_DECODER.decode(text.rstrip())
    except json.JSONDecodeError as error:
        raise ValueError(
            f"invalid JSON at column {error.colno} ({error.msg}): expected one JSON object per line"
        ) from None
    if not isinstance(record, dict):
        raise WrongValueError("the line", record, "a JSON object")
    return record


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
