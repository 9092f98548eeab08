"""Words with their offsets, and what stands between them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

# Initials hold together (U.S., J.R.), an apostrophe inside a word too (Ba'ath), a possessive does not (Syria's).
# The end counts as a word, or a long tail without one would be tried again from each of its places.
_GAP_AND_WORD = re.compile(r"([\W_]*)((?:[A-Za-z]\.){2,}|[^\W_]+(?:'(?!s\b)[^\W_]+)*|\Z)")

_NO_KINDS: Mapping[str, frozenset[str]] = {}


class Token(NamedTuple):
    """A word of the folded text; `start` and `end` are code points, `gap` is what stands before it.

    `is_capital` tells whether it begins with an upper-case letter, `kinds` in which lists of words it stands.
    """

    start: int
    end: int
    text: str
    gap: str
    is_capital: bool
    kinds: frozenset[str]


def tokenize(folded: str, kinds: Mapping[str, frozenset[str]] = _NO_KINDS) -> list[Token]:
    """Returns the words of a folded text in order; `kinds` tells the lists that a word in small letters stands in."""
    tokens = []
    end = 0
    find, nothing, new = kinds.get, frozenset[str](), tuple.__new__
    for gap, text in _GAP_AND_WORD.findall(folded):
        if not text:
            continue
        start = end + len(gap)
        end = start + len(text)
        if len(gap) > 1 and gap.isspace() and "\n" not in gap:
            gap = " "  # noqa: PLW2901 - several spaces, or an invisible one, part words no more than one does
        # Half of a document's time would go into the named constructor; this is what it does.
        tokens.append(new(Token, (start, end, text, gap, text[0].isupper(), find(text.lower(), nothing))))
    return tokens
