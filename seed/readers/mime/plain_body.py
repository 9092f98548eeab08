"""The text of a message in plain text: without flowed line ends (RFC 3676), quoted messages, signatures and armor."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from seed.readers.validation import refuse_long_text

_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[\w-]{1,40}:.*\n){0,10}[ \t]*\n")
_SIGNATURE_START = "\n-----BEGIN PGP SIGNATURE-----"
_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"
_SIGNATURE = "-- "
_MAX_SIGNATURE_LINES = 30
_LIST_FOOTER = re.compile(r"_{30,60}[ \t]*\n[^\n]{1,200}(?:\n[^\n]{1,300}){0,6}\s*\Z")
_MAX_LIST_FOOTER_LENGTH = 3_000
_LINK = re.compile(r"@|://")


class PlainBody(NamedTuple):
    """A text, and notes on what was left out of it."""

    text: str
    notes: tuple[str, ...]


def read_plain(text: str, *, flowed: bool, delsp: bool, is_reply: bool) -> PlainBody:
    """Return the text of a body; raise ValueError if it is encrypted.

    `flowed` and `delsp` are what `Content-Type` says of its lines. Quoted lines are left out of replies only: elsewhere
    they are part of the text.
    """
    refuse_long_text("the text of the message", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip().startswith(_ENCRYPTED):
        raise ValueError("the message is encrypted (PGP): expected its text")
    text = _without_armor(text)
    if flowed:
        text = "\n".join(_unflowed(text.split("\n"), delsp=delsp))
    notes: list[str] = []
    text, signature = _split_signature(text)
    if signature:
        notes.append("a signature was left out")
    if is_reply:
        text, count = _without_quotes(text.split("\n"))
        if count:
            notes.append(f"{count} quoted lines were left out of a reply")
    return PlainBody(text.strip("\n"), tuple(notes))


def _without_armor(text: str) -> str:
    """Return the signed text of PGP, without the dashes that escape others at the beginning of a line."""
    match = _SIGNED.search(text)
    if match is None:
        return text
    signed, _, _ = text[match.end() :].partition(_SIGNATURE_START)
    return text[: match.start()] + re.sub(r"^- ", "", signed, flags=re.MULTILINE)


def _unflowed(lines: list[str], *, delsp: bool) -> Iterator[str]:
    """Yield lines with those joined that end with a space and have the same depth of quotes."""
    joined, depth = "", -1
    for line in lines:
        marks = len(line) - len(line.lstrip(">"))
        content = line[marks:].removeprefix(" ")
        is_flowed = content.endswith(" ") and content != _SIGNATURE
        if depth >= 0 and (depth != marks or content == _SIGNATURE):
            yield joined
            depth = -1
        joined = content if depth < 0 else joined + content
        if depth < 0 and marks:
            joined = f"{'>' * marks} {content}"
        if is_flowed:
            depth = marks
            joined = joined[:-1] if delsp else joined
        else:
            yield joined.rstrip(" ") if content != _SIGNATURE else joined
            depth = -1
    if depth >= 0:
        yield joined


def _split_signature(text: str) -> tuple[str, str]:
    """Return the text before its signature and the footer of a mailing list, and these."""
    tail = max(0, len(text) - _MAX_LIST_FOOTER_LENGTH)
    footer = _LIST_FOOTER.search(text, tail)
    end = footer.start() if footer and _LINK.search(footer[0]) else len(text)
    start = text.rfind(f"\n{_SIGNATURE}\n", 0, end)
    if start >= 0 and text.count("\n", start, end) <= _MAX_SIGNATURE_LINES:
        end = start
    return text[:end].rstrip(), text[end:].strip()


def _without_quotes(lines: list[str]) -> tuple[str, int]:
    """Return the text without quoted lines and the lines that introduce them, and the number of quoted lines."""
    blocks = [(is_quote, [*block]) for is_quote, block in groupby(lines, lambda line: line.startswith(">"))]
    rows: list[str] = []
    count = 0
    for is_quote, block in blocks:
        if is_quote:
            count += len(block)
            _remove_introduction(rows)
        else:
            rows += block
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)), count


def _remove_introduction(rows: list[str]) -> None:
    """Remove the last line, or two, if it ends with a colon, as in `On Monday, Ada Byrne wrote:`."""
    end = len(rows)
    while end and not rows[end - 1].strip():
        end -= 1
    if end and rows[end - 1].rstrip().endswith((":", "：")):
        is_second = end > 1 and rows[end - 2].strip() and (end == 2 or not rows[end - 3].strip())
        del rows[end - 1 - bool(is_second) :]
