"""Pages that browsers save as MHTML (RFC 2557): the page itself through the reader of HTML, without its pictures."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.formats.html_page import read_page
from seed.readers.html_markup.tree import decode_page
from seed.readers.input.decoding import read_bytes
from seed.readers.input.sandbox import read_sandboxed
from seed.readers.mime.headers import decode_words
from seed.readers.mime.parts import TEXT_TYPES, Part, body_bytes, decode_text, parse_message
from seed.readers.mime.recognition import header_of
from seed.readers.validation import check_url
from seed.records import Origin, RawArticle, ReadItem, Refusal

MAX_FRAMES = 10
"""Maximum number of frames of a page in which its article is looked for."""

_REPORT_LENGTH = 200  # Characters: a shorter text may be the label of a frame, or a teaser.
_SUFFIXES = (".mhtml", ".mht")
_HTML_TYPES = TEXT_TYPES - {"text/plain"}
_SENT = frozenset({"message-id", "received", "to", "return-path", "list-id"})
_FRAMESET = re.compile(r"<frameset[\s>]", re.IGNORECASE)
_CONTENT_ID = re.compile(r"<?([^<>\s]+)>?")


def matches(text: str, suffix: str) -> bool:
    """Return whether text begins like a saved page: no sender with an address, and where the page comes from."""
    header = header_of(text)
    if header is None:
        return False
    has_sender = "@" in header.get("from", "") or not _SENT.isdisjoint(header)
    is_page = "snapshot-content-location" in header or (
        not has_sender
        and "content-type" in header
        and ("content-location" in header or "multipart/related" in header["content-type"].lower())
    )
    return is_page or (suffix in _SUFFIXES and "mime-version" in header)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the one article of a saved page."""
    try:
        message = parse_message(read_bytes(stream))
        pages = [part for part in message.walk() if part.type.name in _HTML_TYPES and not part.is_attachment]
        root = _root(message, pages)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))
        return
    items = _read_part(root, message, path, context)
    frames = [page for page in pages if page is not root]
    if frames:
        items = _with_frames(items, frames, message, path, context)
    yield from items


def _read_part(part: Part, message: Part, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return what a part in HTML is as a page: its article, or a refusal."""
    try:
        text, notes = _text(part, context)
        base = _location(message, part) or context.base
        page_context = replace(context, base=base, encoding="utf-8")
        items = [*read_sandboxed(read_page, text.encode("utf-8", "replace"), path, page_context)]
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]
    return [_with_notes(item, notes) for item in items]


def _with_notes(item: ReadItem, notes: tuple[str, ...]) -> ReadItem:
    if isinstance(item, RawArticle):
        return replace(item, notes=(*notes, *item.notes))
    return replace(item, reason="; ".join((item.reason, *notes))) if isinstance(item, Refusal) else item


def _with_frames(
    items: list[ReadItem], frames: list[Part], message: Part, path: str, context: ReaderContext
) -> list[ReadItem]:
    """Return the items of a page, or those of its only frame with a report if the page itself has none."""
    note = f"frames that were not read: {len(frames)}"
    if not _has_report(items):
        of_frames = [_read_part(frame, message, path, context) for frame in frames[:MAX_FRAMES]]
        reports = [found for found in of_frames if _has_report(found)]
        if len(reports) == 1:
            items = reports[0]
            note = f"the article is in a frame of the page; other frames that were not read: {len(frames) - 1}"
        elif reports:
            note = f"{len(reports)} frames have a text of their own: expected the one with the article, saved by itself"
    return [_with_notes(item, (note,)) for item in items]


def _has_report(items: list[ReadItem]) -> bool:
    return any(isinstance(item, RawArticle) and len(item.text) >= _REPORT_LENGTH for item in items)


def _root(message: Part, pages: list[Part]) -> Part:
    """Return the page itself: the part that `start` names, otherwise the first page that is not in a frame."""
    if not pages:
        raise ValueError("the file has no HTML page: expected a page saved as MHTML")
    start = message.type.parameters.get("start", "")
    named = (page for page in pages if start and _content_id(page.line("content-id")) == _content_id(start))
    return next(named, pages[0])


def _content_id(value: str) -> str:
    match = _CONTENT_ID.fullmatch(value.strip())
    return match[1] if match else value


def _text(root: Part, context: ReaderContext) -> tuple[str, tuple[str, ...]]:
    """Return the HTML of the page; where neither the part nor the user says its encoding, the page itself does.

    Raise ValueError if it is a set of frames, which has no text itself.
    """
    content = body_bytes(root)
    charset = "utf-8" if context.encoding and root.is_plain else root.charset or context.encoding
    text, notes = decode_text(content, charset) if charset else decode_page(content)
    if _FRAMESET.search(text):
        raise ValueError("the page consists of frames: expected the frame with the article, saved by itself")
    return text, notes


def _location(message: Part, page: Part) -> str | None:
    """Return the address of a page, that of a frame last; None if it has none on the web."""
    for part, name in (
        (message, "snapshot-content-location"),
        (page, "content-location"),
        (message, "content-location"),
    ):
        try:
            return check_url("url", "".join(decode_words(part.line(name)).split()))
        except ValueError:
            continue
    return None
