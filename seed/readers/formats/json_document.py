"""JSON documents: an array of articles, read one by one, or one object."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import mapped_article
from seed.readers.formats.json_lines import DECODER, MOST_PARTS, refuse_many_parts
from seed.readers.input.decoding import LINE_LIMIT
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle, Refusal

LISTS = ("articles", "items", "results", "records", "data", "docs", "hits", "stories")
"""Keys under which the answer of an API commonly holds its articles."""

_CHUNK = 262_144
_SIGN = re.compile(r"\[\s*(?:\{|\]\s*$)|\{\s*\"")
_SPACE = re.compile(r"[ \t\r\n]*")
_NEAR_END = 12  # Characters of a literal or an escape that the end of a chunk may have cut.


def sign(text: str, _suffix: str) -> bool:
    """Whether text begins with an array of objects, or with an object."""
    return bool(_SIGN.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The articles of a document, named by their places from 1; what is no JSON ends the reading."""
    number = 0
    try:
        for value in _values(_Text(stream)):
            number += 1
            yield _article(value, Origin(path, number), context)
    except ValueError as error:
        yield Refusal(Origin(path, number + 1), str(error))


def _article(value: object, origin: Origin, context: ReaderContext) -> RawArticle | Refusal:
    try:
        if not isinstance(value, dict):
            raise WrongValueError("the item", value, "a JSON object")
        return mapped_article(origin, value, context, strict=True)
    except ValueError as error:
        return Refusal(origin, str(error))


class _Text:
    """The text of a stream, as much of it as the value being read needs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text = ""
        self.place = 0
        self.ended = False

    def more(self) -> None:
        """Drop what was read, and get at least as much again as is left; raises ValueError if it is too much."""
        rest = self.text[self.place :]
        if len(rest) > LINE_LIMIT:
            raise ValueError(f"the record is too long: wanted at most {LINE_LIMIT} bytes a record")
        content = self._stream.read(max(_CHUNK, len(rest)))
        self.ended = not content
        try:
            self.text, self.place = rest + self._decoder.decode(content, final=self.ended), 0
        except UnicodeDecodeError as error:
            raise ValueError(f"byte 0x{error.object[error.start]:02x} is not UTF-8: wanted text in UTF-8") from None
        if len(rest) > _CHUNK:  # What began in it is at least half of the text.
            refuse_many_parts(self.text, most=2 * MOST_PARTS)

    def next(self) -> str:
        """The next character that is no space, which stays; empty at the end."""
        while True:
            found = _SPACE.match(self.text, self.place)
            self.place = self.place if found is None else found.end()
            if self.place < len(self.text):
                return self.text[self.place]
            if self.ended:
                return ""
            self.more()

    def value(self) -> object:
        """The JSON value that begins here; raises ValueError if there is none."""
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.place)
                if end < len(self.text) or self.ended:
                    self.place = end
                    return value
            except json.JSONDecodeError as error:
                if self.ended or not self._may_be_cut(error):
                    raise ValueError(f"no JSON ({error.msg}): wanted an array of objects, or one object") from None
            self.more()

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated string") or error.pos > len(self.text) - _NEAR_END


def _values(text: _Text) -> Iterator[object]:
    if text.next() != "[":
        yield from _listed(text.value())
    else:
        text.place += 1
        yield from _items(text)
    if text.next():
        raise ValueError("more text behind the JSON: wanted one document")


def _listed(value: object) -> Iterator[object]:
    """The articles in the answer of an API, or the object itself."""
    if isinstance(value, Mapping) and "title" not in value:
        for key in LISTS:
            if isinstance(value.get(key), list):
                yield from value[key]
                return
    yield value


def _items(text: _Text) -> Iterator[object]:
    if text.next() == "]":
        text.place += 1
        return
    while True:
        text.next()
        yield text.value()
        mark = text.next()
        text.place += 1
        if mark == "]":
            return
        if mark != ",":
            raise ValueError("no ',' or ']' behind an item: wanted an array of objects that ends")
