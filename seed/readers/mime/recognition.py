"""Recognize messages by the header with which they begin."""

import re
from collections.abc import Mapping

from seed.readers.mime.mailboxes import is_separator

_FIELD = re.compile(r"(?P<name>[!-9;-~]{1,80})[ \t]*:(?P<value>.*)", re.DOTALL)
_MAX_LINES = 2_000
_CERTAIN = frozenset({"mime-version", "message-id", "received", "return-path", "delivered-to", "dkim-signature"})
_COMMON = frozenset({"from", "to", "subject", "date", "reply-to", "cc", "content-type", "sender", "x-mailer"})
_MIN_COMMON = 3


def header_of(text: str) -> Mapping[str, str] | None:
    """Return the header fields with which a text begins, by names in lowercase; None if it is no message."""
    fields: dict[str, str] = {}
    name = ""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text)):
        if not line or number == _MAX_LINES:
            break
        if line[0] in " \t" and name:
            fields[name] += " " + line.strip()
        elif match := _FIELD.fullmatch(line):
            name = match["name"].lower()
            fields.setdefault(name, "")
            fields[name] = fields[name] or match["value"].strip()
        elif not (number == 0 and line.startswith("From ")):
            return None if not _is_message(fields) else fields
    return fields if _is_message(fields) else None


def _is_message(fields: Mapping[str, str]) -> bool:
    is_usual = "@" in fields.get("from", "") and len(_COMMON & fields.keys()) >= _MIN_COMMON
    return is_usual or not _CERTAIN.isdisjoint(fields)


def is_mailbox(text: str) -> bool:
    """Return whether a text begins like a mailbox: with the line above a message, and its header."""
    line, _, _ = text.partition("\n")
    return is_separator(line.encode("utf-8", "replace")) and header_of(text) is not None
