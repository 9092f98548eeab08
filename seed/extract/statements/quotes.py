"""Quotations between quotation marks, which may span paragraphs and contain quotations."""

import re
from typing import NamedTuple

from seed.extract.text.document import Document

_MARK = re.compile('["\n]')
_BEFORE_OPENING = " \n\t([{-:"
# The closing marks of each opening one; a straight mark closes any quotation.
_CLOSING = {"“": '”"', "„": '“”"', "«": '»"', '"': '"”'}
_NESTING = frozenset("“«")


class Quote(NamedTuple):
    """The words in quotation marks at [start, end); `opened` and `closed` are the positions of the marks."""

    start: int
    end: int
    opened: int
    closed: int


def find_quotes(document: Document) -> list[Quote]:
    """Return the quotations in order; one inside another belongs to it.

    A quotation that a paragraph leaves open continues if the next paragraph opens with a mark again, and otherwise ends
    with the paragraph. It never continues from the title into the text.
    """
    if '"' not in document.folded:
        return []
    quotes: list[Quote] = []
    opened: int | None = None
    depth = 0
    for match in _MARK.finditer(document.folded):
        position = match.start()
        if match.group() == "\n":
            is_title_end = document.title_end <= position < document.offset
            if opened is not None and (is_title_end or not _continues_after(document.folded, position)):
                _append_quote(document.folded, quotes, opened, position)
                opened, depth = None, 0
        elif opened is None:
            opened = position if _can_open(document, position) else None
        elif _starts_paragraph(document.folded, position):
            depth = 0
        elif _is_nested(document, opened, position):
            depth += 1
        elif depth:
            depth -= 1
        else:
            _append_quote(document.folded, quotes, opened, position)
            opened = None
    if opened is not None:
        _append_quote(document.folded, quotes, opened, len(document.folded))
    return quotes


def _is_nested(document: Document, opened: int, position: int) -> bool:
    """Return whether a curly mark opens a quotation inside the one that is open, and is not what closes that one."""
    mark = document.combined[position]
    return mark in _NESTING and mark not in _CLOSING.get(document.combined[opened], '"')


def _append_quote(folded: str, quotes: list[Quote], opened: int, closed: int) -> None:
    start, end = opened + 1, closed
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    if start < end:
        quotes.append(Quote(start, end, opened, closed))


def _continues_after(folded: str, line_end: int) -> bool:
    next_text = folded[line_end : line_end + 200].lstrip()
    return next_text.startswith('"')


def _starts_paragraph(folded: str, position: int) -> bool:
    before = folded[max(0, position - 40) : position].rstrip(" ")
    return before.endswith("\n")


def _can_open(document: Document, position: int) -> bool:
    """Return whether a mark can open a quotation: a curly one by its shape, a straight one after a space or bracket."""
    if document.combined[position] in "“„«":
        return True
    if document.combined[position] == "”":
        return False
    after = document.folded[position + 1 : position + 2]
    return (position == 0 or document.folded[position - 1] in _BEFORE_OPENING) and after not in ("", "\n")
