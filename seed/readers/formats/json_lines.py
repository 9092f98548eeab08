"""JSON Lines: one article per line, with or without its entities."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import article_from_record
from seed.readers.input.decoding import MAX_RECORD_BYTES, decode_utf8, read_lines
from seed.readers.input.json_values import JSON_DECODER, refuse_many_nodes
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, Refusal

DOCUMENT_SUFFIXES = (".json", ".jsonld")
"""The suffixes of JSON documents."""

_OBJECT_START = re.compile(r'\{[ \t]*"')


def matches(text: str, suffix: str) -> bool:
    """Return whether text begins with an object on one line; with the format's suffix the line may be incomplete.

    One line alone in a `.json` file is a document: it may be the list that an API returned.
    """
    first_line, _, more = text.partition("\n")
    if not more.strip() and suffix in DOCUMENT_SUFFIXES:
        return False
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
