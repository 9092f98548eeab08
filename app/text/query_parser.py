"""A text query as its tree, and that tree as FTS5 expressions. There are no syntax errors."""

import re
import unicodedata
from dataclasses import dataclass

from app.errors import InvalidParameter, InvalidRequestError

MOST_ITEMS = 32
"""Each item costs an index lookup; nobody reads 32 conditions, and a query stays bounded."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_QUOTES = '"“”„‟«»＂'
_ITEM = re.compile(
    rf"(?P<minus>(?<!\S)-+)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Phrases that must all occur, and phrases of which none may; a single word is a phrase of one."""

    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def parse(q: str) -> TextQuery:
    """Return the tree of a text query: words, `"phrases"` in any double quotes, and `-` before what is excluded.

    A minus counts only at the start or after white space, and an unclosed quote runs to the end. Raises
    `InvalidRequestError` if no letter or digit is left to search for, or if there are too many items.
    """
    required: list[str] = []
    excluded: list[str] = []
    # SQLite ends a query at NUL and cannot encode half a surrogate pair; neither is part of any token.
    for item in _ITEM.finditer(_UNSTORABLE.sub(" ", q)):
        words = " ".join((item["word"] or item["phrase"] or "").split())
        if any(map(_is_token_character, words)):
            (excluded if item["minus"] else required).append(words)
    _check_size(q, len(required) + len(excluded))
    return TextQuery(tuple(required), tuple(excluded))


def fts_phrase(item: str) -> str:
    """Return an item as the FTS5 string of its tokens, which nothing inside can end."""
    return '"' + item.replace('"', '""') + '"'


def required_expression(query: TextQuery) -> str | None:
    """Return the FTS5 expression of articles that hold all required phrases; None if none is required."""
    return " AND ".join(map(fts_phrase, query.required)) or None


def excluded_expression(query: TextQuery) -> str | None:
    """Return the FTS5 expression of articles to leave out; None if nothing is excluded."""
    return " OR ".join(map(fts_phrase, query.excluded)) or None


def _is_token_character(character: str) -> bool:
    """Tell whether the tokenizer unicode61 makes tokens of it: letters, numbers and private use."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


def _check_size(q: str, items: int) -> None:
    if items == 0:
        raise InvalidRequestError(InvalidParameter("q", q, "at least one word of letters or digits"))
    if items > MOST_ITEMS:
        raise InvalidRequestError(InvalidParameter("q", q, f"at most {MOST_ITEMS} words and phrases, not {items}"))
