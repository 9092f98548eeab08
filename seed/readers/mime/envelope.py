"""What the header of a message says: sender, title, date and list; and of a forwarded one, the header in its text."""

import re
from dataclasses import dataclass, field

from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.mime.forwarded import find_forwarded, is_forward
from seed.readers.mime.headers import Mailbox, decode_bytes, decode_header, one_line, parse_mailbox
from seed.readers.mime.message_body import split_paragraphs
from seed.readers.mime.parts import Part
from seed.readers.outlets import site_host
from seed.records import Published

_NEWSLETTER_FIELDS = ("list-id", "list-unsubscribe", "list-post", "precedence")
_PERSONAL = (
    "the message names no list (List-Id, List-Unsubscribe, List-Post or Precedence), so that it may be a personal one"
)
_FORWARDS = "the message forwards others, which are read instead"
_DELETED = 0x8  # The flag of Mozilla for messages that are deleted, and only remain until the folder is compacted.
_INTERNAL = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"
_MESSAGE_ID = re.compile(r"<([^<>]{1,1000})>")
_COMMENT = re.compile(r"\s*\([^()]{0,200}\)")
_UNIVERSAL = re.compile(r"\bUT\Z")
_PROVIDERS = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "aol.com"),
        *(
            "icloud.com",
            "me.com",
            "mac.com",
            "proton.me",
            "protonmail.com",
            "gmx.de",
            "gmx.net",
            "web.de",
            "t-online.de",
        ),
        *(
            "mail.ru",
            "yandex.ru",
            "ya.ru",
            "rambler.ru",
            "ukr.net",
            "wp.pl",
            "o2.pl",
            "orange.fr",
            "free.fr",
            "laposte.net",
        ),
        *("libero.it", "qq.com", "163.com", "126.com", "naver.com", "daum.net", "substack.com", "beehiiv.com"),
    }
)
"""Domains that give addresses to everybody, so that they name no outlet."""


@dataclass(slots=True)
class Envelope:
    """What the header says: sender, title, date; why other fields are missing, and notes."""

    sender: Mailbox
    title: str
    published: Published
    id: str | None
    details: dict[str, str]
    dropped: dict[str, ValueError] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_envelope(message: Part) -> Envelope:
    """Return what the header of a message says."""
    charset = next((part.charset for part in message.walk() if part.charset), None)
    subject = decode_header(message.header("subject"), charset)
    sender = parse_mailbox(decode_bytes(message.header("from") or message.header("sender"), charset))
    match = _MESSAGE_ID.search(message.line("message-id"))
    list_id = parse_mailbox(decode_bytes(message.header("list-id"), charset))
    list_name = f"{list_id.name} <{list_id.address}>" if list_id.name and list_id.address else "".join(list_id)
    envelope = Envelope(sender, subject, Published(), match[1] if match else None, {"newsletter": list_name})
    date = _UNIVERSAL.sub("UTC", _COMMENT.sub("", one_line(decode_bytes(message.header("date"), charset))).strip())
    if not date:
        envelope.missing["published"] = "the message has no Date"
    else:
        try:
            envelope.published = parse_date("published", date)
        except ValueError as error:
            envelope.dropped["published"] = error
    if not is_of_list(message):
        envelope.notes.append(_PERSONAL)
    return envelope


def reason_to_skip(message: Part, *, has_others: bool) -> str | None:
    """Return why a message is no article, None if it may be one."""
    if message.type.name == "multipart/report":
        return "a report of delivery is no article"
    if message.line("auto-submitted").lower().startswith("auto-replied"):
        return "an automatic reply is no article"
    flags = message.line("x-mozilla-status")
    if re.fullmatch(r"[0-9a-fA-F]{4}", flags) and int(flags, 16) & _DELETED:
        return "a deleted message is not read"
    if message.line("subject") == _INTERNAL:
        return "what a mail program keeps in a folder is no article"
    is_digest = any(part.type.name == "multipart/digest" for part in message.walk())
    if has_others and (is_digest or not is_of_list(message)):
        return _FORWARDS
    return None


def is_of_list(message: Part) -> bool:
    """Return whether a message says that it was sent to a list of readers."""
    return any(message.header(name) for name in _NEWSLETTER_FIELDS)


def original_paragraphs(envelope: Envelope, paragraphs: list[str]) -> list[str]:
    """Return the paragraphs of a message, of a forwarded one those of the original, whose header then counts."""
    if not is_forward(envelope.title):
        return paragraphs
    forwarded = find_forwarded("\n\n".join(paragraphs), envelope.title)
    envelope.dropped.pop("published", None)
    envelope.published, envelope.id = Published(), None
    envelope.missing["id"] = "the Message-ID is that of forwarding"
    envelope.missing["published"] = "Date is that of forwarding, and the original has no clear date"
    if forwarded is None:
        envelope.notes.append("the message was forwarded, but shows no header of the original")
        return paragraphs
    envelope.sender, envelope.title, envelope.published = forwarded.sender, forwarded.title, forwarded.published
    envelope.notes.append(f"read as the original that was forwarded; lines above it left out: {forwarded.lines_above}")
    return split_paragraphs(forwarded.text)


def find_source(sender: Mailbox, context: ReaderContext) -> tuple[str | None, str]:
    """Return the outlet and where it comes from: a known one by the domain, else the name that is shown."""
    outlet = context.sources.find(sender.domain) if sender.domain else None
    if outlet is not None:
        return outlet.id, "the domain of the sender"
    if sender.name and "@" not in sender.name:
        return sender.name, "the name of the sender"
    if site_host(sender.domain) and sender.domain not in _PROVIDERS:
        return site_host(sender.domain), "the domain of the sender"
    return None, ""
