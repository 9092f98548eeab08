"""Decode JSON: stricter than the grammar and bounded, and from a stream of any length one value after another."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from seed.readers.input.decoding import MAX_RECORD_BYTES, suggest_encoding
from seed.readers.input.json_extras import begins_comment, blank_extras, comment_end, is_extra
from seed.readers.validation import WrongValueError

_CHUNK_LENGTH = 262_144
_SAMPLE_LENGTH = 200  # Characters around a bad byte from which its encoding is guessed for a message.
_CUT_LENGTH = 12  # Characters of a literal or escape that the end of a chunk may have cut.
# Between values: white space, the record separators of RFC 7464, and the byte order marks of concatenated files.
_SPACE = re.compile("[ \t\r\n\x1e\ufeff]*")
_MARK = re.compile(r'["{}\[\],]')
_STRING_REST = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = rf'(?:[^"{{}}\[\]]++|{_STRING})*+'
# What needs no count of brackets: everything but objects and arrays that have others in them.
_SIMPLE = re.compile(rf'(?:[^"{{}}\[\]]++|{_STRING}|\{{{_FLAT}\}}|\[{_FLAT}\])*+', re.DOTALL)
_NEXT_OBJECT = re.compile(r"\n(?=\{)")
_STRAY_TEXT = re.compile(r'[^"{\n]{1,200}(?=\{)')
_MAX_VAIN_ATTEMPTS = 100  # To find comments in invalid values: each takes as long as a chunk.
_SKIPPED_LENGTH = 40  # Characters shown of skipped text.
_MAX_DEPTH = 1_000  # The decoder takes a little less.
_COLON = re.compile(r"\s*:")
_SPACED_COLON = re.compile(r'"[ \t\r\n]+:')
_BAD_BYTE = re.compile("[\udc80-\udcff]")


def _to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        if key in record:
            raise WrongValueError("a duplicate field", key, "each field once")
        record[key] = value
    return record


def _refuse_constant(name: str) -> object:
    raise WrongValueError("a number", name, "a finite number")


def _to_null(_name: str) -> None:
    """Return None for NaN and the infinities, with which programs write missing values."""


class JsonDecoder(json.JSONDecoder):
    """A decoder that also raises ValueError for what is wrong apart from the grammar."""

    def __init__(self, parse_constant: Callable[[str], object]) -> None:
        super().__init__(object_pairs_hook=_to_dict, parse_constant=parse_constant)
        self._unchecked = json.JSONDecoder(parse_constant=parse_constant)

    def decode_record(self, text: str) -> Any:  # noqa: ANN401 - any value of JSON
        """Return the value that is a whole text, as `decode` does; most records take half of the time."""
        # A key cannot be lost where as many were decoded as the text can have.
        if _SPACED_COLON.search(text) is None:
            try:
                value = self._unchecked.decode(text)
            except (ValueError, RecursionError):
                return self.decode(text)  # It says why.
            count = text.count('":')
            if _count_outer_keys(value) == count or _count_keys(value) == count:
                return value
        return self.decode(text)

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


def _count_keys(value: object) -> int:
    """Return how many keys all objects of a value have."""
    count, values = 0, [value]
    while values:
        item = values.pop()
        if type(item) is dict:
            count += len(item)
            values += item.values()
        elif type(item) is list:
            values += item
    return count


def _count_outer_keys(value: object) -> int:
    """Return how many keys an object and the objects in its lists have: most records have no others."""
    if type(value) is not dict:
        return 0
    count = len(value)
    for items in value.values():
        if type(items) is list:
            count += sum([len(item) for item in items if type(item) is dict])
    return count


class TooLargeError(ValueError):
    """A JSON value that is too long, or has too many nodes, to be decoded in one piece."""


MAX_JSON_NODES = 200_000
"""Maximum number of lists, objects and strings in a record; a report with a thousand entities has a tenth."""

_NODE = re.compile(r'[\[{]|"\s*+[:,\]}]')


def refuse_many_nodes(text: str, *, limit: int = MAX_JSON_NODES) -> None:
    """Raise TooLargeError for JSON of too many nodes: three bytes of it can take two hundred bytes of memory."""
    if len(text) <= limit or text.count("[") + text.count("{") + text.count('"') <= limit:
        return
    if sum(1 for _ in islice(_NODE.finditer(text), limit + 1)) > limit:
        raise TooLargeError(
            f"the JSON has too many nodes: expected at most {MAX_JSON_NODES} lists, objects and strings"
        )


STRICT_DECODER = JsonDecoder(_refuse_constant)
"""Decoder of JSON according to RFC 8259, with unique keys in every object."""

JSON_DECODER = JsonDecoder(_to_null)
"""The same, but NaN and the infinities are null."""


class JsonText:
    """The text of a stream, buffered only as far as the current value needs.

    Bytes that are not UTF-8 cost only the value that has them.
    """

    def __init__(
        self,
        stream: BinaryIO,
        decoder: json.JSONDecoder = JSON_DECODER,
        *,
        limit: int = MAX_RECORD_BYTES,
        chunk: int = _CHUNK_LENGTH,
    ) -> None:
        self._stream = stream
        self._json = decoder
        self._limit = limit
        self._chunk = chunk
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._has_bad_bytes = False
        self._unread = ""
        self._unread_position = 0
        self._lines = self._columns = 0  # What was consumed before the text: whole lines, and characters of its line.
        self.text = ""
        self.position = 0
        self.at_end = False
        self.is_cut = False
        """Whether the text ended inside a value that was skipped."""
        self._vain_attempts = 0
        self._next_object: int | None = None
        self.has_comments = False
        """Whether comments were skipped."""

    def fill(self) -> None:
        """Drop consumed text and read at least as much again as remains; raise TooLargeError above the record limit."""
        remaining = self.text[self.position :]
        if len(remaining) > self._limit:
            raise TooLargeError(f"the record is too long: expected at most {self._limit} bytes per record")
        self._lines += self.text.count("\n", 0, self.position)
        self._columns = self._column(self.position) - 1
        count = max(self._chunk, min(len(remaining), self._limit + 1 - len(remaining)))
        added = self._unread[self._unread_position : self._unread_position + count]
        self._unread_position += len(added)
        if not added:
            self._unread, self._unread_position = "", 0
            content = self._stream.read(count)
            self.at_end = not content
            added = self._decoder.decode(content, final=self.at_end)
        self.text, self.position = remaining + added, 0
        self._has_bad_bytes = self._has_bad_bytes or (not added.isascii() and bool(_BAD_BYTE.search(added)))
        if len(remaining) > _CHUNK_LENGTH:  # The value that began in it is at least half of the text.
            refuse_many_nodes(self.text, limit=2 * MAX_JSON_NODES)

    def peek(self) -> str:
        """Return the next character that is not white space without consuming it; empty at the end."""
        while True:
            spaces = _SPACE.match(self.text, self.position)
            self.position = self.position if spaces is None else spaces.end()
            if self.position < len(self.text):
                if self.text[self.position] != "/" or not self._skip_comment():
                    return self.text[self.position]
                continue
            if self.at_end:
                return ""
            self.fill()

    def value(self) -> object:
        """Return the JSON value that begins here; raise ValueError, at the same position, if it is invalid."""
        self._next_object = None
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.position)
                if end < len(self.text) or self.at_end:
                    self._refuse_bad_bytes(end)
                    self.position = end
                    return value
            except json.JSONDecodeError as error:
                if self._blank_extras(error.pos):
                    continue
                if self.at_end or not self._may_be_cut(error):
                    self._next_object = error.pos if self.text.startswith("\n{", error.pos - 1) else None
                    raise ValueError(
                        f"invalid JSON ({error.msg}) at {self.place(error.pos)}: "
                        "expected an array of objects, or one object"
                    ) from None
            try:
                self.fill()
            except TooLargeError:
                self._shrink()
                raise

    def skip_cut_object(self) -> bool:
        """Skip a value that could not be decoded, if the next object begins a line where the error is."""
        if self._next_object is None:
            return False
        self.position, self._next_object = self._next_object, None
        return True

    def _skip_comment(self) -> bool:
        """Skip the comment that begins here; return whether there is one."""
        if len(self.text) < self.position + 2 and not self.at_end:
            self.fill()
        if self._json is STRICT_DECODER or not begins_comment(self.text, self.position):
            return False
        while (end := comment_end(self.text, self.position, at_end=self.at_end)) is None:
            self.fill()
        self.position = end
        self.has_comments = True
        return True

    def _blank_extras(self, position: int) -> bool:
        """Replace comments and superfluous commas with spaces if the decoder failed at one; return whether it did."""
        if (
            self._json is STRICT_DECODER
            or self._vain_attempts >= _MAX_VAIN_ATTEMPTS
            or not is_extra(self.text, position)
        ):
            return False
        text, has_comments = blank_extras(self.text, self.position)
        is_changed = text != self.text
        self.text = text
        self.has_comments = self.has_comments or has_comments
        self._vain_attempts += not is_changed
        return is_changed

    def skip_to_object(self) -> str:
        """Skip to the next object at the beginning of a line, or after a short text; return what was skipped."""
        start, sample = self.place(self.position), ""
        match = _STRAY_TEXT.match(self.text, self.position)
        while match is None and (match := _NEXT_OBJECT.search(self.text, self.position)) is None and not self.at_end:
            sample = sample or self.text[self.position :]
            self.position = max(self.position, len(self.text) - 1)  # It may be a line end before an object.
            self.fill()
        sample = sample or self.text[self.position : None if match is None else match.end()]
        self.position = len(self.text) if match is None else match.end()
        end = "the end of the file" if match is None else self.place(self.position)
        return f"; skipped {sample[:_SKIPPED_LENGTH]!r} and so on, from {start} to {end}"

    def _shrink(self) -> None:
        """Keep only the next chunk of the text buffered, so that the values in it are bounded, too."""
        end = self.position + self._chunk
        self._unread, self._unread_position = self.text[end:] + self._unread[self._unread_position :], 0
        self.text, self.at_end = self.text[:end], False

    def place(self, position: int) -> str:
        """Return line and column of a position of the text."""
        line = self._lines + self.text.count("\n", 0, position) + 1
        return f"line {line}, column {self._column(position)}"

    def _column(self, position: int) -> int:
        end = self.text.rfind("\n", 0, position)
        return position - end if end >= 0 else self._columns + position + 1

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if error.msg.startswith("Unterminated string") or error.pos > len(self.text) - _CUT_LENGTH:
            return True
        has_cut_comment = begins_comment(self.text, error.pos) and comment_end(self.text, error.pos) is None
        return has_cut_comment and self._vain_attempts < _MAX_VAIN_ATTEMPTS

    def _refuse_bad_bytes(self, end: int) -> None:
        bad = _BAD_BYTE.search(self.text, self.position, end) if self._has_bad_bytes else None
        if bad is not None:
            place = self.place(bad.start())
            start = max(0, bad.start() - _SAMPLE_LENGTH)
            before, after = (
                self.text[part].encode("utf-8", "surrogateescape")
                for part in (slice(start, bad.start()), slice(bad.start(), bad.start() + _SAMPLE_LENGTH))
            )
            wanted = f"expected text in UTF-8{suggest_encoding(before + after, len(before))}"
            raise ValueError(f"byte 0x{after[0]:02x} is not UTF-8, at {place}: {wanted}")

    def skip_value(self) -> bool:
        """Skip the value that begins here, as its brackets and quotes show; return False if the text ends before."""
        depth = 0
        while True:
            if depth:
                rest = _SIMPLE.match(self.text, self.position)
                self.position = self.position if rest is None else rest.end()
            match = _MARK.search(self.text, self.position)
            string = None if match is None or match[0] != '"' else _STRING_REST.match(self.text, match.end())
            if match is None or (match[0] == '"' and string is None):
                self.position = len(self.text) if match is None else match.start()
                if self.at_end:
                    self.position = len(self.text)
                    self.is_cut = True
                    return False
                self.fill()
                continue
            if depth == 0 and match[0] in ",]}":
                self.position = match.start()
                return True
            self.position = match.end() if string is None else string.end()
            depth += (match[0] in "{[") - (match[0] in "}]")
            if depth == 0:
                return True

    def object_keys(self) -> list[str]:
        """Return the keys of the object that begins here, even if it is invalid; none of one that is too long."""
        keys: list[str] = []
        try:
            while True:
                keys, is_complete = _object_keys(self.text, self.position)
                if is_complete or self.at_end:
                    return keys
                self.fill()
        except TooLargeError:
            return []
        finally:
            self._shrink()

    def items(self) -> Iterator[object]:
        """Yield the items of the array that begins here, and a ValueError in place of each that is invalid.

        Raise ValueError where nobody knows where the next item begins.
        """
        self.position += 1
        if self.peek() == "]":
            self.position += 1
            return
        while True:
            try:
                if (mark := self.peek()) == "]":
                    break  # After a comma that separates nothing.
                yield self.value()
            except ValueError as error:
                yield error
                if not self.skip_value():
                    return
            mark = self.peek()
            if mark not in ("{", ","):
                break
            # Two objects without a comma between them are two items.
            self.position += mark == ","
        self.position += 1
        if mark != "]":
            raise ValueError("no ',' or ']' after an item: expected a complete array of objects")

    def members(self) -> Iterator[str]:
        """Yield the key of each member of the object that begins here; the caller consumes its value before the next.

        Raise ValueError where nobody knows where the next member begins.
        """
        self.position += 1
        while self.peek() == '"':
            key = str(self.value())
            if self.peek() != ":":
                break
            self.position += 1
            self.peek()
            yield key
            if self.peek() != ",":
                break
            self.position += 1
        if self.peek() == "}":
            self.position += 1
        elif not self.is_cut:
            raise ValueError(f"invalid JSON at {self.place(self.position)}: expected the next key of an object")


def _object_keys(text: str, start: int) -> tuple[list[str], bool]:
    """Return the keys of an object, and whether its end is in the text."""
    keys: list[str] = []
    depth, position = 0, start
    while True:
        rest = _SIMPLE.match(text, position) if depth > 1 else None
        match = _MARK.search(text, position if rest is None else rest.end())
        if match is None:
            break
        position = match.end()
        if match[0] == '"':
            string = _STRING_REST.match(text, position)
            if string is None:
                break
            position = string.end()
            if depth == 1 and _COLON.match(text, position):
                keys.append(string[0][:-1])
        depth += (match[0] in "{[") - (match[0] in "}]")
        if not 0 < depth < _MAX_DEPTH:
            return keys, True
    return keys, False
