"""Words with their offsets, and what stands between them."""

import re
from typing import NamedTuple

# Initials hold together (U.S., J.R.), an apostrophe inside a word too (Ba'ath), a possessive does not (Syria's).
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:'(?!s\b)[^\W_]+)*")


class Token(NamedTuple):
    """A word of the folded text; `start` and `end` are code points, `gap` is what stands before it.

    `is_capital` tells whether it begins with an upper-case letter.
    """

    start: int
    end: int
    text: str
    gap: str
    is_capital: bool


def tokenize(folded: str) -> list[Token]:
    """Returns the words of a folded text in order."""
    tokens = []
    last = 0
    for match in _WORD.finditer(folded):
        start, end = match.span()
        text = match.group()
        tokens.append(Token(start, end, text, folded[last:start], text[0].isupper()))
        last = end
    return tokens
