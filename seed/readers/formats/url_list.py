"""A list of addresses: a text file with one a line. What lies there is not read here."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.input.decoding import LINE_LIMIT, decoded, lines
from seed.readers.validation import WrongValueError, shown
from seed.records import Link, Origin, Refusal

NAME = "urls"
"""What the format is called."""

_CUT = 8_000
"""Characters of a beginning of which the last line may be cut off, and so says nothing."""

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def sign(text: str, _suffix: str) -> bool:
    """Whether the first lines are addresses and comments, one address at least."""
    rows = text.splitlines()
    whole = rows if len(text) < _CUT else rows[:-1]
    written = [row.strip() for row in whole if row.strip() and not row.lstrip().startswith("#")]
    return bool(written) and all(map(_ADDRESS.fullmatch, written))


def read(stream: BinaryIO, path: str, _context: ReaderContext) -> Iterator[Link | Refusal]:
    """The addresses of a list; blank lines and those that begin with `#` are passed over, unless they are too many."""
    for number, content in lines(stream, blank=_says_nothing):
        origin = Origin(path, number)
        try:
            address = _address(content)
        except ValueError as error:
            yield Refusal(origin, str(error))
        else:
            if address:
                yield Link(origin, address)


def _says_nothing(line: bytes) -> bool:
    return line.strip()[:1] in {b"", b"#"}


def _address(content: bytes | None) -> str | None:
    if content is None:
        raise ValueError(f"the line is too long: wanted at most {LINE_LIMIT} bytes a line")
    row = decoded(content).strip()
    if not row or row.startswith("#"):
        return None
    if not _ADDRESS.fullmatch(row) or not row.isprintable():
        raise WrongValueError("the line", row, "an http or https URL, or # and a comment")
    return row


def link_of(place: str) -> Link | None:
    """The link that a word of a command is, None if it names a file."""
    if not re.match(r"[a-z][a-z0-9+.-]*://", place, re.IGNORECASE):
        return None
    return Link(Origin(place if place.isprintable() else shown(place)), place)
