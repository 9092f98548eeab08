"""Values of header fields in MIME: encoded words (RFC 2047), parameters (RFC 2045 and 2231), addresses (RFC 5322).

Programs write many of them wrongly, so that each is read as mail programs show it. Patterns are bounded: the time stays
linear in the length of a value.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from seed.readers.input.encoding_labels import codec_of_label, decode_as_browsers

_ENCODED_WORD = re.compile(
    r"=\?(?P<charset>[^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?(?P<encoding>[BbQq])\?(?P<text>.{0,2000}?)(?:\?=|\Z)", re.DOTALL
)
_PARAMETER = re.compile(
    r";\s*(?P<name>[^\s=;\"*]{1,40})(?:\*(?P<number>[0-9]{1,3}))?\*?\s*=\s*"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)(?:\"|\Z)|(?P<token>[^;\s]*))"
)
_VIA = re.compile(r"'(?P<name>[^']{1,200})' via .{1,200}")  # Google Groups: `'Ada Byrne' via Harbour News`.
_ESCAPED = re.compile(r"\\(.)")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_MAILBOX = re.compile(r"(?P<name>[^<>]*)<\s*(?P<address>[^<>]*)>")
_COMMENTED = re.compile(r"(?P<address>\S+(?:\s+at\s+\S+)?)\s+\((?P<name>[^()]{1,500})\)")
_OBSCURED_AT = re.compile(r"\s+at\s+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_MAX_WORDS = 1_000
_MAX_SENDER_LENGTH = 2_000


class ContentType(NamedTuple):
    """A media type in lowercase and its parameters by their names in lowercase."""

    name: str
    parameters: Mapping[str, str]

    @property
    def main(self) -> str:
        """The type before the slash."""
        return self.name.partition("/")[0]


class Mailbox(NamedTuple):
    """A sender: the name that is shown, and the address; each is empty if there is none."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The domain of the address in lowercase."""
        return self.address.rpartition("@")[2].strip(" .").lower()


def parse_content_type(value: str, default: str) -> ContentType:
    """Return the type that a `Content-Type` or `Content-Disposition` states; the default if it states none."""
    name, _, _ = value.partition(";")
    name = "".join(_COMMENT.sub("", name).split()).lower()
    parameters: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        quoted = match["quoted"]
        text = match["token"] if quoted is None else _ESCAPED.sub(r"\1", quoted)
        key = match["name"].lower()
        if match["number"] not in {None, "0"}:
            parameters[key] = parameters.get(key, "") + text  # A long value continues in further parameters.
        else:
            parameters.setdefault(key, text)
    return ContentType(name or default, parameters)


def decode_header(raw: bytes, charset: str | None = None) -> str:
    """Return the text of a header field on one line.

    Bytes outside ASCII are UTF-8, or else in `charset`, that of the message. An encoded word in an unknown encoding
    stays as it is.
    """
    return one_line(decode_words(decode_bytes(raw, charset)))


def decode_bytes(raw: bytes, charset: str | None) -> str:
    """Return the text of bytes that should be UTF-8, and may be in the encoding with this label."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        codec = codec_of_label(charset) if charset else None
        return raw.decode("utf-8", "replace") if codec is None else decode_as_browsers(raw, codec)


def one_line(text: str) -> str:
    """Return a text with single spaces and without characters that control a terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def decode_words(text: str) -> str:
    """Return a header field with its encoded words decoded; spaces between two of them do not count.

    The bytes of adjacent words in one encoding are joined before they are decoded: many programs split characters.
    """
    if "=?" not in text:
        return text
    pieces: list[str | tuple[str, bytes]] = []
    end = 0
    for number, match in enumerate(_ENCODED_WORD.finditer(text)):
        codec = codec_of_label(match["charset"])
        if codec is None or number == _MAX_WORDS:
            continue
        between = text[end : match.start()]
        if between.strip() or not pieces:
            pieces.append(between)
        pieces.append((codec, _word_bytes(match["encoding"], match["text"])))
        end = match.end()
    pieces.append(text[end:])
    return "".join(_joined(pieces))


def _joined(pieces: list[str | tuple[str, bytes]]) -> Iterator[str]:
    codec, content = "ascii", b""
    for piece in [*pieces, ""]:
        if isinstance(piece, tuple) and piece[0] == codec:
            content += piece[1]
            continue
        yield decode_as_browsers(content, codec)
        codec, content = piece if isinstance(piece, tuple) else ("ascii", b"")
        yield piece if isinstance(piece, str) else ""


def _word_bytes(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8")
    return decode_base64(content) if encoding in "Bb" else binascii.a2b_qp(content, header=True)


def decode_base64(content: bytes) -> bytes:
    """Return the bytes of base64, without characters that do not belong to it, and as far as they are complete."""
    pieces = (piece for piece in _NOT_BASE64.sub(b"", content).split(b"=") if len(piece) > 1)
    return b"".join(binascii.a2b_base64(_complete(piece)) for piece in pieces)


def _complete(piece: bytes) -> bytes:
    whole = piece[: len(piece) - (len(piece) % 4 == 1)]
    return whole + b"=" * (-len(whole) % 4)


def parse_mailbox(raw: str) -> Mailbox:
    """Return the first sender in a `From`, whose encoded words are not decoded yet: they may hold any character."""
    raw = raw[:_MAX_SENDER_LENGTH]
    if match := _MAILBOX.search(raw):
        return Mailbox(_display_name(match["name"]), one_line(match["address"]))
    plain = raw.strip()
    if match := _COMMENTED.fullmatch(plain):
        return Mailbox(_display_name(match["name"]), _OBSCURED_AT.sub("@", match["address"]))
    if "@" in plain and " " not in plain:
        return Mailbox("", plain)
    return Mailbox(_display_name(plain), "")


def _display_name(raw: str) -> str:
    """Return a name without the quotes around it, or those that a program added in it, and without `via` a group."""
    name = one_line(raw)
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = _ESCAPED.sub(r"\1", name[1:-1])
    name = one_line(decode_words(name))
    if match := _VIA.fullmatch(name):
        name = match["name"].strip()
    return name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" else name
