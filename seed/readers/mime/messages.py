"""E-mail: a message (EML, RFC 5322) or a mailbox (mbox), as the newsletters or posts that they are.

The sender is the outlet, the subject the title, and `Date` the date. Authors are only those of a byline in the text:
whether a sender is an outlet or a person is not known.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import dropwhile, islice
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.dates.customs import declared_custom
from seed.readers.fields.article import build_article
from seed.readers.fields.plain_text import first_words
from seed.readers.html_markup.page_header import outlet_test
from seed.readers.input.decoding import UnreadableError, read_bytes
from seed.readers.input.sandbox import is_ordinary, read_in_subprocess
from seed.readers.line_patterns import fold_line
from seed.readers.mime.envelope import Envelope, find_source, original_paragraphs, read_envelope, reason_to_skip
from seed.readers.mime.forwarded import is_forward
from seed.readers.mime.mailboxes import split_mailbox
from seed.readers.mime.message_body import MessageBody, html_parts, read_body
from seed.readers.mime.newsletter_text import strip_newsletter
from seed.readers.mime.parts import Part, body_bytes, condense, is_message, parse_message, read_chunks
from seed.readers.mime.recognition import header_of, is_mailbox
from seed.readers.saved_text.bylines import parse_names
from seed.readers.saved_text.header import parse_header
from seed.readers.validation import check_language
from seed.records import NoArticle, Origin, RawArticle, ReadItem, Refusal

_SUFFIXES = (".eml",)
_HEADER_LINES = 8
_MIN_HEADLINE_LENGTH = 12  # Characters; shorter lines may be in a title by chance.
_MAX_MESSAGES = 1_000
_MAX_ENCODED_MESSAGES = 5  # Messages in messages, encoded in base64 against the standard.


def matches(text: str, suffix: str) -> bool:
    """Return whether text begins like a message."""
    return header_of(text) is not None or (suffix in _SUFFIXES and ":" in text.partition("\n")[0])


def matches_mailbox(text: str, _suffix: str) -> bool:
    """Return whether text begins like a mailbox."""
    return is_mailbox(text)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the article of a message, or those of the messages in it."""
    try:
        yield from _read_safely(read_bytes(stream), path, context)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))


def read_mailbox(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a mailbox, with the numbers of their messages (from 1) as lines of origin."""
    for number, lines in enumerate(split_mailbox(stream), start=1):
        origin = Origin(path, number)
        try:
            for item in _read_safely(condense(lines), path, context):
                yield replace(item, origin=origin)
        except UnreadableError:
            raise
        except ValueError as error:
            yield Refusal(origin, str(error))


def _read_safely(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return what is in a message; one with unusual HTML is read in a process of its own."""
    message = parse_message(content)
    has_encoded = any(is_message(part) and part.body for part in message.walk())
    if not has_encoded and all(is_ordinary(body_bytes(part)) for part in html_parts(message)):
        return read_message(content, path, context)
    return read_in_subprocess(read_message, content, path, context)


def read_message(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the article of a message, and those of the messages in it."""
    try:
        messages = [*islice(_messages(parse_message(content)), _MAX_MESSAGES + 1)]
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]
    if len(messages) > _MAX_MESSAGES:
        return [Refusal(Origin(path), f"holds too many messages: expected at most {_MAX_MESSAGES}")]
    origins = [Origin(path, number if len(messages) > 1 else None) for number in range(1, len(messages) + 1)]
    return [
        _item(origin, message, context, has_others=len(messages) > 1 and number == 0)
        for number, (origin, message) in enumerate(zip(origins, messages, strict=True))
    ]


def _messages(message: Part, encoded: int = 0) -> Iterator[Part]:
    """Yield a message and those in it, in their order; what a report of delivery quotes is not read."""
    yield message
    for part in message.walk():
        if message.type.name == "multipart/report":
            return
        if is_message(part) and part.parts:
            yield part.parts[0]
        elif is_message(part) and part.body and encoded < _MAX_ENCODED_MESSAGES:
            yield from _messages(parse_message(condense(read_chunks(BytesIO(body_bytes(part))))), encoded + 1)


def _item(origin: Origin, message: Part, context: ReaderContext, *, has_others: bool) -> ReadItem:
    try:
        reason = reason_to_skip(message, has_others=has_others)
        return NoArticle(origin, reason) if reason else _article(origin, message, context)
    except ValueError as error:
        return Refusal(origin, str(error))
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


def _article(origin: Origin, message: Part, context: ReaderContext) -> RawArticle:
    envelope = read_envelope(message)
    is_reply = bool(message.header("in-reply-to") or message.header("references")) and not is_forward(envelope.title)
    body = read_body(message, is_reply=is_reply, is_utf8=context.encoding is not None)
    envelope.notes += body.notes
    if body.attachments:
        envelope.notes.append(f"attachments that were not read: {body.attachments}")
    paragraphs = original_paragraphs(envelope, body.paragraphs)
    paragraphs, left_out = strip_newsletter(paragraphs, envelope.sender.name)
    if left_out:
        envelope.notes.append(f"paragraphs left out at the end, about the newsletter: {left_out}")
    source, place = find_source(envelope.sender, context)
    language = _language(message, body)
    text, authors = _without_header(paragraphs, envelope, source, language, context)
    if not text:
        raise ValueError(_no_text(message, body))
    record: dict[str, object] = {
        "id": envelope.id,
        "title": envelope.title or first_words(text),
        "source": source,
        "authors": authors,
        "language": language,
        "text": text,
    }
    provenance = {
        "id": "Message-ID",
        "title": "Subject" if envelope.title else "the first words of the text",
        "source": place,
        "published": "Date",
        "authors": "a byline above the text",
        "language": "Content-Language, or the language of the HTML",
        "text": "the text of the message",
    }
    if not authors:
        envelope.missing["authors"] = "no byline; whether the sender is an outlet or a person is not known"
    article = build_article(
        origin,
        record,
        envelope.published,
        context.overrides,
        provenance={name: place for name, place in provenance.items() if name == "published" or record.get(name)},
        missing=envelope.missing,
        notes=tuple(envelope.notes),
        details=envelope.details,
        dropped=envelope.dropped,
        strict=context.strict,
    )
    is_made = not envelope.title and "title" not in context.overrides
    return replace(article, matches_by_title=False) if is_made else article


def _language(message: Part, body: MessageBody) -> str | None:
    """Return the language that the message declares; of several languages none."""
    declared = [message.line("content-language"), str(body.language or "")]
    for value in declared:
        try:
            return check_language("language", value.replace("_", "-"))
        except ValueError:
            continue
    return None


def _without_header(
    paragraphs: list[str], envelope: Envelope, source: str | None, language: str | None, context: ReaderContext
) -> tuple[str, tuple[str, ...]]:
    """Return the text without title, outlet, byline and date at its top, and the authors in the byline."""
    rows = "\n\n".join(paragraphs).split("\n")
    is_outlet = outlet_test(context.sources.knows, filter(None, [source, envelope.sender.name]))
    top = [index for index, row in enumerate(rows) if row.strip()][:_HEADER_LINES]
    known = {index for index in top if _is_in_title(rows[index], envelope.title) or is_outlet(rows[index].strip())}
    # `Ada Byrne from Harbour Notes`, with her name on a line of its own.
    writers = {index: rows[index].strip() for index in top if _begins_with(envelope.sender.name, rows[index].strip())}
    writer = next((names for name in writers.values() if (names := parse_names(name, is_outlet, language))), ())
    rows = [row for index, row in enumerate(rows) if index not in known | writers.keys()]
    outlet = context.sources.find(source) if source else None
    custom = declared_custom(filter(None, [language]), outlet.country if outlet else None)
    header = parse_header(rows, is_outlet, custom)
    if header.agency and fold_line(header.agency) not in {fold_line(str(source)), fold_line(envelope.sender.name)}:
        envelope.details["agency"] = header.agency
    printed = header.published
    if printed is not None and envelope.published.on is None and "published" not in envelope.missing:
        envelope.published = printed
    elif printed is not None and printed.on != envelope.published.on:
        envelope.notes.append(f"the text prints {printed.on}, Date has {envelope.published.on}, which counts")
    body = dropwhile(lambda row: not any(map(str.isalnum, row)), header.body)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip("\n"), header.authors or writer


def _begins_with(sender: str, name: str) -> bool:
    """Return whether a sender is a name and its outlet: `Ada Byrne from Harbour Notes`."""
    return " " in name and sender.startswith(f"{name} ") and not sender[len(name) + 1].isupper()


def _is_in_title(row: str, title: str) -> bool:
    """Return whether a line is the title, or the headline that a subject has besides other words: `[Daily] …`."""
    row, title = fold_line(row), fold_line(title)
    if row == title:
        return True
    before, _, after = title.partition(row) if len(row) >= _MIN_HEADLINE_LENGTH else (title, "", title)
    return (not before or not before[-1].isalnum()) and (not after or not after[0].isalnum()) and row in title


def _no_text(message: Part, body: MessageBody) -> str:
    """Return why a message without a text is refused."""
    types = {part.type.name for part in message.walk()}
    if types & {"application/ms-tnef", "application/vnd.ms-tnef"}:
        return "text: the text is in an attachment that only Outlook reads (winmail.dat): expected the message as EML"
    attachments = f", only attachments: {body.attachments}" if body.attachments else ""
    return f"text: the message has no text{attachments}: expected one in HTML or plain text"
