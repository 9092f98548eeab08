"""JSON documents: an array of articles, read one by one, or one object."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import article_from_record
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.input.json_values import JSON_DECODER, MAX_JSON_NODES, refuse_many_nodes
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, Refusal

LIST_KEYS = ("articles", "items", "results", "records", "data", "docs", "hits", "stories")
"""Keys under which API responses commonly hold their articles."""

_CHUNK_LENGTH = 262_144
_DOCUMENT_START = re.compile(r"\[\s*(?:\{|\]\s*$)|\{\s*\"")
_SPACE = re.compile(r"[ \t\r\n]*")
_CUT_LENGTH = 12  # Characters of a literal or escape that the end of a chunk may have cut.


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins with an array of objects, or with an object."""
    return bool(_DOCUMENT_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """Yield the articles of a document, with their positions (from 1) as lines of origin; invalid JSON ends it."""
    number = 0
    try:
        for value in _values(_JsonText(stream)):
            number += 1
            yield _article(value, Origin(path, number), context)
    except ValueError as error:
        yield Refusal(Origin(path, number + 1), str(error))


def _article(value: object, origin: Origin, context: ReaderContext) -> RawArticle | Refusal:
    if not isinstance(value, dict):
        return Refusal(origin, str(WrongValueError("the item", value, "a JSON object")))
    try:
        return article_from_record(origin, value, context, strict=True)
    except ValueError as error:
        return Refusal(origin, str(error))
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


class _JsonText:
    """The text of a stream, buffered only as far as the current value needs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text = ""
        self.position = 0
        self.at_end = False

    def fill(self) -> None:
        """Drop consumed text and read at least as much again as remains; raise ValueError above the record limit."""
        remaining = self.text[self.position :]
        if len(remaining) > MAX_RECORD_BYTES:
            raise ValueError(f"the record is too long: expected at most {MAX_RECORD_BYTES} bytes per record")
        content = self._stream.read(max(_CHUNK_LENGTH, len(remaining)))
        self.at_end = not content
        try:
            self.text, self.position = remaining + self._decoder.decode(content, final=self.at_end), 0
        except UnicodeDecodeError as error:
            raise ValueError(f"byte 0x{error.object[error.start]:02x} is not UTF-8: expected text in UTF-8") from None
        if len(remaining) > _CHUNK_LENGTH:  # The value that began in it is at least half of the text.
            refuse_many_nodes(self.text, limit=2 * MAX_JSON_NODES)

    def peek(self) -> str:
        """Return the next character that is not white space without consuming it; empty at the end."""
        while True:
            spaces = _SPACE.match(self.text, self.position)
            self.position = self.position if spaces is None else spaces.end()
            if self.position < len(self.text):
                return self.text[self.position]
            if self.at_end:
                return ""
            self.fill()

    def value(self) -> object:
        """Return the JSON value that begins here; raise ValueError if it is invalid."""
        while True:
            try:
                value, end = JSON_DECODER.raw_decode(self.text, self.position)
                if end < len(self.text) or self.at_end:
                    self.position = end
                    return value
            except json.JSONDecodeError as error:
                if self.at_end or not self._may_be_cut(error):
                    raise ValueError(
                        f"invalid JSON ({error.msg}): expected an array of objects, or one object"
                    ) from None
            self.fill()

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated string") or error.pos > len(self.text) - _CUT_LENGTH


def _values(text: _JsonText) -> Iterator[object]:
    if text.peek() != "[":
        yield from _api_articles(text.value())
    else:
        text.position += 1
        yield from _array_items(text)
    if text.peek():
        raise ValueError("more text after the JSON: expected one document")


def _api_articles(value: object) -> Iterator[object]:
    """Yield the articles of an API response, or the object itself."""
    if isinstance(value, Mapping) and "title" not in value:
        for key in LIST_KEYS:
            if isinstance(value.get(key), list):
                yield from value[key]
                return
    yield value


def _array_items(text: _JsonText) -> Iterator[object]:
    if text.peek() == "]":
        text.position += 1
        return
    while True:
        text.peek()
        yield text.value()
        mark = text.peek()
        text.position += 1
        if mark == "]":
            return
        if mark != ",":
            raise ValueError("no ',' or ']' after an item: expected a complete array of objects")
