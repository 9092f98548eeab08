"""Quotations as the marks show them, over paragraphs too."""

import re
from typing import NamedTuple

from seed.extract.text.document import Document

_MARK = re.compile('["\n]')
_NO_WORD = " \n\t([{-"


class Quote(NamedTuple):
    """The words between quotation marks at [start, end); `opened` and `closed` are the places of the marks."""

    start: int
    end: int
    opened: int
    closed: int


def find_quotes(document: Document) -> list[Quote]:
    """Returns the quotations in order.

    A quotation that a paragraph leaves open continues if the next paragraph opens with a mark again, and otherwise ends
    with the paragraph. It never continues from the title into the text.
    """
    quotes: list[Quote] = []
    opened: int | None = None
    for match in _MARK.finditer(document.folded):
        place = match.start()
        if match.group() == "\n":
            is_title_end = document.title_end <= place < document.offset
            if opened is not None and (is_title_end or not _continues(document.folded, place)):
                _close(document.folded, quotes, opened, place)
                opened = None
        elif opened is None:
            opened = place if _can_open(document, place) else None
        elif not _at_paragraph_start(document.folded, place):
            _close(document.folded, quotes, opened, place)
            opened = None
    if opened is not None:
        _close(document.folded, quotes, opened, len(document.folded))
    return quotes


def _close(folded: str, quotes: list[Quote], opened: int, closed: int) -> None:
    start, end = opened + 1, closed
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    if start < end:
        quotes.append(Quote(start, end, opened, closed))


def _continues(folded: str, line_end: int) -> bool:
    following = folded[line_end : line_end + 200].lstrip()
    return following.startswith('"')


def _at_paragraph_start(folded: str, place: int) -> bool:
    before = folded[max(0, place - 40) : place].rstrip(" ")
    return before.endswith("\n")


def _can_open(document: Document, place: int) -> bool:
    """Whether a mark can open: a curly one says so, a straight one stands before a word and after none."""
    if document.whole[place] in "“„«":
        return True
    if document.whole[place] == "”":
        return False
    after = document.folded[place + 1 : place + 2]
    return (place == 0 or document.folded[place - 1] in _NO_WORD) and after not in ("", "\n")
