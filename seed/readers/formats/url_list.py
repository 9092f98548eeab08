"""A list of URLs: a text file with one per line. The documents at the URLs are not read here."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.input.decoding import MAX_RECORD_BYTES, decode_utf8, read_lines
from seed.readers.validation import WrongValueError, preview
from seed.records import Link, Origin, Refusal

URL_LIST = "urls"
"""Name of the format."""

_MAX_COMPLETE_LENGTH = 8_000
"""Characters: the last line of a longer beginning may be cut off and is not considered."""

_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def matches(text: str, _suffix: str) -> bool:
    """Return whether the first lines are URLs and comments, with at least one URL."""
    rows = text.splitlines()
    complete = rows if len(text) < _MAX_COMPLETE_LENGTH else rows[:-1]
    non_blank = [row.strip() for row in complete if row.strip() and not row.lstrip().startswith("#")]
    return bool(non_blank) and all(map(_URL.fullmatch, non_blank))


def read(stream: BinaryIO, path: str, _context: ReaderContext) -> Iterator[Link | Refusal]:
    """Yield the links of a list; blank lines and those that begin with `#` are skipped, up to a maximum number."""
    for number, content in read_lines(stream, is_blank=_is_blank):
        origin = Origin(path, number)
        try:
            address = _parse_line(content)
        except ValueError as error:
            yield Refusal(origin, str(error))
        else:
            if address:
                yield Link(origin, address)


def _is_blank(line: bytes) -> bool:
    return line.strip()[:1] in {b"", b"#"}


def _parse_line(content: bytes | None) -> str | None:
    if content is None:
        raise ValueError(f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line")
    text = decode_utf8(content).strip()
    if not text or text.startswith("#"):
        return None
    if not _URL.fullmatch(text) or not text.isprintable():
        raise WrongValueError("the line", text, "an http or https URL, or # and a comment")
    return text


def parse_link(argument: str) -> Link | None:
    """Return the link that a command-line argument is, None if it names a file."""
    if not re.match(r"[a-z][a-z0-9+.-]*://", argument, re.IGNORECASE):
        return None
    return Link(Origin(argument if argument.isprintable() else preview(argument)), argument)
