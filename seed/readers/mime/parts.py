"""The tree of a MIME message (RFC 2045 and 2046), read line by line: texts are kept, attachments are only counted.

No part of a message is nested by recursion, and what is kept is bounded: a message may be as long as its attachments
make it.
"""

import binascii
import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError
from seed.readers.input.encoding_labels import codec_of_label, decode_as_browsers
from seed.readers.mime.headers import ContentType, decode_base64, parse_content_type

MAX_NESTED_PARTS = 30
"""Maximum nesting of parts in a message; forwarded messages in signed ones have five."""

MAX_PARTS = 10_000
"""Maximum number of parts in a message; a saved page has one per picture and style."""

MAX_HEADER_FIELD_BYTES = 20_000
"""Maximum size of a header field in bytes; more is cut. A subject has a hundred."""

MAX_MESSAGE_LINES = 5_000_000
"""Maximum number of lines of a message, which take seconds; 100 MB of attachments have 1,300,000."""

TEXT_TYPES = frozenset({"text/html", "text/plain", "application/xhtml+xml"})
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global"})
_HEADER_NAMES = frozenset(
    {
        *("from", "sender", "subject", "date", "message-id", "list-id", "list-post", "list-unsubscribe", "precedence"),
        *("in-reply-to", "references", "auto-submitted", "x-mozilla-status", "content-language", "mime-version"),
        *("content-type", "content-transfer-encoding", "content-disposition", "content-id", "content-location"),
        *("snapshot-content-location", "x-imap", "x-imapbase"),
    }
)
"""Header fields that are read; the others are only passed."""

_FIELD = re.compile(rb"([!-9;-~]{1,80})[ \t]*:")
_ENVELOPE = (b"From ", b">From ")
_CHUNK_BYTES = 65_536
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})


class MessageError(ValueError):
    """A message that is not read, and why."""


@dataclass(slots=True)
class Part:
    """A message or a part of one: raw header fields, its content type, its own parts, and its body if it is a text."""

    default_type: str = "text/plain"
    depth: int = 0
    headers: dict[str, bytearray] = field(default_factory=dict)
    type: ContentType = field(default_factory=lambda: parse_content_type("", "text/plain"))
    is_attachment: bool = False
    parts: list["Part"] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    def header(self, name: str) -> bytes:
        """Return the raw value of a header field; empty if there is none."""
        return bytes(self.headers.get(name, b"")).strip()

    def line(self, name: str) -> str:
        """Return a header field that has only ASCII."""
        return " ".join(self.header(name).decode("ascii", "replace").split())

    @property
    def encoding(self) -> str:
        """The transfer encoding in lowercase."""
        return self.line("content-transfer-encoding").partition(";")[0].strip("\"' ").lower()

    @property
    def is_plain(self) -> bool:
        """Whether the bytes of the body are those of the file."""
        return self.encoding in _IDENTITY

    @property
    def charset(self) -> str | None:
        """The declared encoding of a text."""
        return self.type.parameters.get("charset", "").strip("'\" ") or None

    def walk(self) -> Iterator["Part"]:
        """Yield the part and all parts in it, in their order."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.parts))


def is_message(part: Part) -> bool:
    """Return whether a part is a message in a message."""
    return part.type.name in _MESSAGE_TYPES


def read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a stream, long ones in several chunks."""
    while chunk := stream.readline(_CHUNK_BYTES):
        yield from chunk.splitlines(keepends=True)


def condense(chunks: Iterable[bytes], max_lines: int = MAX_MESSAGE_LINES) -> bytes:
    """Return a message without what is not read of it: attachments and other header fields.

    One whose texts are too long is cut after the number of bytes at which it is refused. Raise UnreadableError if it
    has too many lines.
    """
    copy = bytearray()
    scanner = _Scanner(copy)
    for number, chunk in enumerate(chunks):
        if number == max_lines:
            raise UnreadableError(f"the message is too long: expected at most {max_lines} lines")
        if len(copy) > MAX_RECORD_BYTES:
            break
        scanner.feed(chunk)
    return bytes(copy)


def condense_stream(stream: BinaryIO) -> bytes:
    """Return the condensed message of a file; one that cannot be read is returned as far as the reason to refuse it."""
    return condense(read_chunks(stream))


def parse_message(content: bytes) -> Part:
    """Return the tree of a condensed message; raise MessageError if it has too many parts, or is nested too deeply."""
    if len(content) > MAX_RECORD_BYTES:
        raise MessageError(f"the texts of the message are too long: expected at most {MAX_RECORD_BYTES} bytes")
    scanner = _Scanner()
    for line in content.splitlines(keepends=True):
        scanner.feed(line)
    scanner.finish()
    if scanner.problem:
        raise MessageError(scanner.problem)
    return scanner.message


class _Scanner:
    """Builds the tree of a message from its lines; `problem` says why it is not read."""

    def __init__(self, copy: bytearray | None = None) -> None:
        self.message = Part()
        self.problem = ""
        self._copy = copy
        self._part = self.message
        self._field: bytearray | None = None
        self._in_header = True
        self._in_text = False
        self._starts_line = True
        self._has_begun = False
        self._count = 1
        self._open: list[tuple[Part, bytes]] = []
        self._levels: dict[bytes, int] = {}

    def feed(self, line: bytes) -> None:
        """Read the next line, or a piece of it."""
        starts, self._starts_line = self._starts_line, line.endswith((b"\n", b"\r"))
        if not self._has_begun:
            line = line.removeprefix(codecs.BOM_UTF8)
            self._has_begun = bool(line.strip())
        if self.problem or not self._has_begun:
            return
        if starts and self._levels and line.startswith(b"--") and self._end_part(line.rstrip()[2:]):
            self._keep(line)
        elif not self._in_header:
            if self._in_text:
                self._part.body += line
                self._keep(line)
        elif starts and not line.strip(b"\r\n"):
            self._keep(line)
            self._end_header()
        else:
            self._read_header(line, starts=starts)

    def finish(self) -> None:
        """Read the end of the message."""
        if self._in_header and not self.problem:
            self._end_header()

    def _keep(self, line: bytes) -> None:
        if self._copy is not None:
            self._copy += line

    def _read_header(self, line: bytes, *, starts: bool) -> None:
        if starts and not line.startswith((b" ", b"\t")):
            match = _FIELD.match(line)
            if match is None:
                self._read_no_field(line)
                return
            name = match[1].decode("ascii").lower()
            is_new = name in _HEADER_NAMES and name not in self._part.headers
            self._field = self._part.headers.setdefault(name, bytearray()) if is_new else None
            line_value = line[match.end() :]
        else:
            line_value = line
        if self._field is not None and len(self._field) < MAX_HEADER_FIELD_BYTES:
            self._field += line_value[:MAX_HEADER_FIELD_BYTES]
            self._keep(line)

    def _read_no_field(self, line: bytes) -> None:
        """Read a line in a header that is no field: the line above a message in a mailbox, or the text begins here."""
        if line.startswith(_ENVELOPE):
            return
        self._keep(b"\n")
        self._end_header()
        self._starts_line = True
        self.feed(line)

    def _end_header(self) -> None:
        part = self._part
        part.type = parse_content_type(part.header("content-type").decode("latin-1"), part.default_type)
        disposition = parse_content_type(part.header("content-disposition").decode("latin-1"), "inline")
        part.is_attachment = disposition.name == "attachment"
        self._in_header = self._in_text = False
        self._field = None
        boundary = part.type.parameters.get("boundary", "").rstrip()
        if part.type.main == "multipart" and boundary:
            self._open.append((part, boundary.encode("latin-1", "replace")))
            self._number_levels()
        elif part.type.main == "multipart":
            self.problem = "the message has several parts, but no boundary between them: expected an intact message"
        elif part.type.name in _MESSAGE_TYPES and part.is_plain:
            self._begin_part(part, "text/plain")
        else:
            is_encoded_message = part.type.name in _MESSAGE_TYPES
            self._in_text = is_encoded_message or (part.type.name in TEXT_TYPES and not part.is_attachment)

    def _begin_part(self, parent: Part, default_type: str) -> None:
        self._count += 1
        if parent.depth == MAX_NESTED_PARTS:
            self.problem = f"the message is nested too deeply: expected at most {MAX_NESTED_PARTS} nested parts"
        elif self._count > MAX_PARTS:
            self.problem = f"the message has too many parts: expected at most {MAX_PARTS}"
        self._part = Part(default_type, parent.depth + 1)
        parent.parts.append(self._part)
        self._in_header = True
        self._field = None

    def _end_part(self, boundary: bytes) -> bool:
        """Return whether a line is a boundary; then end what it ends, and begin the next part unless it is the last."""
        level, is_last = self._levels.get(boundary), False
        if level is None and boundary.endswith(b"--"):
            level, is_last = self._levels.get(boundary[:-2]), True
        if level is None:
            return False
        if self._in_header:
            self._end_header()
        parent = self._open[level][0]
        del self._open[level + (not is_last) :]
        self._number_levels()
        if is_last:
            self._in_header = self._in_text = False
        else:
            self._begin_part(parent, "message/rfc822" if parent.type.name == "multipart/digest" else "text/plain")
        return True

    def _number_levels(self) -> None:
        self._levels = {boundary: level for level, (_, boundary) in enumerate(self._open)}


def body_bytes(part: Part) -> bytes:
    """Return the decoded body of a text; raise MessageError if its transfer encoding is unknown."""
    if part.is_plain:
        return bytes(part.body)
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(bytes(part.body))
    if part.encoding == "base64":
        return decode_base64(bytes(part.body))
    raise MessageError(f"the encoding {part.encoding[:40]!r} is not read: expected quoted-printable, base64 or none")


def decode_text(content: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    """Return a text in its declared encoding and notes about it; raise MessageError if that is no text encoding.

    UTF-8 is tried first unless the declared encoding has characters outside ASCII in its ASCII, or zeros: nothing else
    is valid UTF-8 by chance.
    """
    codec = codec_of_label(charset or "utf-8")
    if codec is None:
        raise MessageError(f"the message declares {str(charset)[:40]!r}, which is not a text encoding")
    is_wide = codec.startswith(("utf-16", "utf-32", "iso2022", "hz"))
    if not is_wide:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        else:
            is_other = not content.isascii() and not codec.startswith("utf") and codec != "cp1252"
            return text, (f"the message declares {charset}, but is UTF-8",) if is_other else ()
    text = decode_as_browsers(content, codec)
    lost = text.count("\ufffd")
    return text, (f"{lost} bytes are not valid {charset or 'UTF-8'}, the encoding of the message",) if lost else ()
