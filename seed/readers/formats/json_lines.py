"""JSON Lines: one article per line, with or without its entities."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import IgnoredKeys
from seed.readers.fields.prepared_annotation import take_annotation, with_annotation
from seed.readers.fields.wrappers import ArticleFinder
from seed.readers.formats.json_document import WrapperNotes, read_value
from seed.readers.input.decoding import MAX_RECORD_BYTES, decode_utf8, read_lines
from seed.readers.input.json_values import JSON_DECODER, STRICT_DECODER, JsonDecoder, refuse_many_nodes
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, ReadItem, Refusal

DOCUMENT_SUFFIXES = (".json", ".jsonld")
"""The suffixes of JSON documents."""

_MAX_SINGLE_LENGTH = 8_000  # Characters of a line that may go on after the beginning of the file.
_OBJECT_START = re.compile(r'\{[ \t]*"')


def matches(text: str, suffix: str) -> bool:
    """Return whether text begins with an object on one line; with the format's suffix the line may be incomplete.

    One line alone, in a `.json` file or a long one, is a document: it may be the list that an API returned.
    """
    first_line, _, more = text.partition("\n")
    is_lines = suffix in {".jsonl", ".ndjson"}
    if not more.strip() and (suffix in DOCUMENT_SUFFIXES or (len(text) > _MAX_SINGLE_LENGTH and not is_lines)):
        return False
    whole_line = first_line.rstrip().endswith("}") or is_lines
    return whole_line and bool(_OBJECT_START.match(first_line))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a JSON Lines file, each line separately; blank lines are skipped."""
    ignored, finder = IgnoredKeys(), ArticleFinder(context)
    notes = WrapperNotes(finder)
    decoder = STRICT_DECODER if context.strict else JSON_DECODER
    for number, content in read_lines(stream):
        if content is None or content.strip():
            origin = Origin(path, number)
            try:
                record = parse_record(content, decoder)
            except ValueError as error:
                yield Refusal(origin, str(error))
                continue
            annotation = take_annotation(record)
            for value in (record,) if "title" in record else finder.articles_of_item(record):
                item = read_value(value, origin, context, ignored, notes.new())
                if annotation is not None and value is record and isinstance(item, RawArticle):
                    item = with_annotation(item, annotation)
                yield item


def parse_record(content: bytes | None, decoder: JsonDecoder) -> dict[str, object]:
    """Return the object of a line, None for one that is too long; raise ValueError with what was expected."""
    if content is None:
        raise ValueError(f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line")
    text = decode_utf8(content)
    refuse_many_nodes(text)
    try:
        # Lines that were cut out of an array end in a comma; records of RFC 7464 begin with a separator.
        record = decoder.decode_record(text.removeprefix("\x1e").rstrip().removesuffix(","))
    except json.JSONDecodeError as error:
        raise ValueError(
            f"invalid JSON at column {error.colno} ({error.msg}): expected one JSON object per line"
        ) from None
    if not isinstance(record, dict):
        raise WrongValueError("the line", record, "a JSON object")
    return record
