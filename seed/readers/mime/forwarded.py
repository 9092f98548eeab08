"""Newsletters that somebody forwarded: the header that mail programs print above the text that they forward."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from seed.readers.dates.metadata import parse_date
from seed.readers.line_patterns import fold_line
from seed.readers.mime.headers import Mailbox, parse_mailbox
from seed.records import Published

_PREFIX = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|doorst|转发|轉寄)\s?[:：]\s*", re.IGNORECASE)
_FIELD = re.compile(r"[>\s*]{0,10}(?P<name>[^\W\d_][^:：*]{0,24}?)\s?\*?\s?[:：]\s?\*?\s*(?P<value>\S.*)", re.DOTALL)
_MIN_FIELDS = 3
_MAX_FIELDS = 8
_MAX_FIELD_LENGTH = 2_000
_MAX_ROWS = 300  # Lines above a forwarded message that are searched; comments on it are shorter.


class Forwarded(NamedTuple):
    """A forwarded message: sender, title, date, the number of lines above its header, and its text."""

    sender: Mailbox
    title: str
    published: Published
    lines_above: int
    text: str


def is_forward(subject: str) -> bool:
    """Return whether a subject begins with a mark of forwarded messages."""
    return _PREFIX.match(subject) is not None


def original_subject(subject: str) -> str:
    """Return a subject without marks of forwarding."""
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject


def find_forwarded(text: str, subject: str) -> Forwarded | None:
    """Return the message that is forwarded in the text of another; None if none is.

    Its header is known by its values rather than by the names of its fields, which are in the language of the program:
    lines one after the other, among them an address and the subject.
    """
    rows = text.split("\n")
    title = original_subject(subject)
    for start in range(min(len(rows), _MAX_ROWS) if title else 0):
        values, end = _fields(rows, start, title)
        senders = [value for value in values if "@" in value]
        if len(values) >= _MIN_FIELDS and senders and _has_title(values, title):
            above = sum(bool(row.strip()) for row in rows[:start])
            return Forwarded(parse_mailbox(senders[0]), title, _date(values), above, "\n".join(rows[end:]))
    return None


def _fields(rows: Sequence[str], start: int, title: str) -> tuple[list[str], int]:
    """Return the values of consecutive fields, and the index of the line after them.

    After sender, subject and date only lines with addresses belong to them: any line of the text may have a colon.
    """
    values: list[str] = []
    end = index = start
    while index < len(rows) and len(values) < _MAX_FIELDS:
        row = rows[index]
        index += 1
        if not row.strip() and values:
            continue
        match = _FIELD.fullmatch(row[:_MAX_FIELD_LENGTH])
        is_whole = any("@" in value for value in values) and _has_title(values, title) and _date(values).on
        if match is None or (is_whole and "@" not in match["value"]):
            break
        values.append(match["value"].strip(" *"))
        end = index
    return values, end


def _has_title(values: Sequence[str], title: str) -> bool:
    return fold_line(title) in map(fold_line, values)


def _date(values: Sequence[str]) -> Published:
    """Return the only date among the values of a header; no date if there are several, or none that is clear."""
    dates = []
    for value in values:
        with suppress(ValueError):
            dates.append(parse_date("published", value))
    return dates[0] if len({date.on for date in dates}) == 1 else Published()
