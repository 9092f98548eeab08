"""Choose the text of a message among its parts: HTML before plain text, attachments counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from seed.readers.mime.newsletter_text import html_paragraphs
from seed.readers.mime.parts import TEXT_TYPES, MessageError, Part, body_bytes, decode_text, is_message
from seed.readers.mime.plain_body import read_plain

_BLANK_LINES = re.compile(r"\n[ \t\u00a0]*+\n")
_ENCRYPTED = "the message is encrypted ({}): expected its text"
_HIDDEN_TEXT = "the message is signed in a form that hides its text (S/MIME): expected it saved as text or HTML"
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNATURE_TYPES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


@dataclass(slots=True)
class MessageBody:
    """The paragraphs of a message, the language that its HTML declares, notes, and the number of attachments."""

    paragraphs: list[str] = field(default_factory=list)
    language: str | None = None
    notes: list[str] = field(default_factory=list)
    attachments: int = 0

    def add(self, other: "MessageBody") -> None:
        """Append another part of the message."""
        self.paragraphs += other.paragraphs
        self.language = self.language or other.language
        self.notes += other.notes
        self.attachments += other.attachments


def html_parts(message: Part) -> Iterator[Part]:
    """Yield the parts of a message, and of those in it, that are read as HTML."""
    return (part for part in message.walk() if part.type.name in TEXT_TYPES - {"text/plain"} and not part.is_attachment)


def part_text(part: Part, *, is_utf8: bool) -> tuple[str, tuple[str, ...]]:
    """Return the decoded text of a part, and notes; `is_utf8` says that the file was decoded before."""
    charset = "utf-8" if is_utf8 and part.is_plain else part.charset
    return decode_text(body_bytes(part), charset)


def read_body(part: Part, *, is_reply: bool, is_utf8: bool) -> MessageBody:
    """Return what a message says; raise ValueError if it is encrypted, or in an unknown encoding.

    Messages in a message are not part of its body. Parts are nested up to the limit of `parse_message`.
    """
    kind = part.type.name
    if kind == "multipart/encrypted":
        raise MessageError(_ENCRYPTED.format("PGP"))
    if kind in _SEALED_TYPES:
        sealed = part.type.parameters.get("smime-type", "").lower()
        raise MessageError(_HIDDEN_TEXT if sealed == "signed-data" else _ENCRYPTED.format("S/MIME"))
    if is_message(part):
        return MessageBody()
    if kind == "multipart/alternative":
        return _best(part, is_reply=is_reply, is_utf8=is_utf8)
    if part.type.main == "multipart":
        body = MessageBody()
        for child in _read_parts(part):
            body.add(read_body(child, is_reply=is_reply, is_utf8=is_utf8))
        return body
    if kind not in TEXT_TYPES or part.is_attachment:
        return MessageBody(attachments=kind not in _SIGNATURE_TYPES)
    return _read_text(part, is_reply=is_reply, is_utf8=is_utf8)


def _read_parts(part: Part) -> list[Part]:
    """Return the parts that are read: of related ones the root, of signed ones the text."""
    if part.type.name == "multipart/related":
        start = part.type.parameters.get("start", "").strip("<> ")
        named = [child for child in part.parts if start and child.line("content-id").strip("<> ") == start]
        return (named or part.parts)[:1]
    return part.parts[:1] if part.type.name == "multipart/signed" else part.parts


def _best(part: Part, *, is_reply: bool, is_utf8: bool) -> MessageBody:
    """Return the best of alternatives that has a text: HTML, or else the first of the others."""
    problem: ValueError | None = None
    best = MessageBody()
    for child in sorted(part.parts, key=lambda child: next(html_parts(child), None) is None):
        try:
            body = read_body(child, is_reply=is_reply, is_utf8=is_utf8)
        except ValueError as error:
            problem = problem or error
            continue
        if body.paragraphs and not best.paragraphs:
            best.add(body)
        else:
            best.attachments += body.attachments if child.type.main == "multipart" else 0
    if problem and not best.paragraphs:
        raise problem
    if problem:
        best.notes.append(f"another form of the text was not read: {problem}")
    return best


def _read_text(part: Part, *, is_reply: bool, is_utf8: bool) -> MessageBody:
    text, notes = part_text(part, is_utf8=is_utf8)
    if part.type.name != "text/plain":
        paragraphs, language, html_notes = html_paragraphs(text, is_reply=is_reply)
        return MessageBody(paragraphs, language, [*notes, *html_notes])
    parameters = part.type.parameters
    plain = read_plain(
        text,
        flowed=parameters.get("format", "").lower() == "flowed",
        delsp=parameters.get("delsp", "").lower() == "yes",
        is_reply=is_reply,
    )
    return MessageBody(split_paragraphs(plain.text), None, [*notes, *plain.notes])


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text, without those that have neither letters nor digits."""
    paragraphs = (paragraph.strip("\n") for paragraph in _BLANK_LINES.split(text))
    return [paragraph for paragraph in paragraphs if any(map(str.isalnum, paragraph))]
