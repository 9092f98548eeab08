"""The words of a text with their offsets and the gaps between them."""

from collections.abc import Mapping
from typing import NamedTuple

from app.text.person_names import GAP_AND_WORD

_NO_KINDS: Mapping[str, frozenset[str]] = {}


class Token(NamedTuple):
    """A word of the folded text; `start` and `end` are code points, `gap` is the text between it and the previous word.

    `is_capital` is whether it begins with an uppercase letter, `kinds` are the names of the word lists that have it.
    """

    start: int
    end: int
    text: str
    gap: str
    is_capital: bool
    kinds: frozenset[str]


def tokenize(folded: str, kinds: Mapping[str, frozenset[str]] = _NO_KINDS) -> list[Token]:
    """Return the words of a folded text in order; `kinds` has the word lists of each word in lower case."""
    tokens = []
    end = 0
    kinds_of, no_kinds, new = kinds.get, frozenset[str](), tuple.__new__
    for gap, text in GAP_AND_WORD.findall(folded):
        if not text:
            continue
        start = end + len(gap)
        end = start + len(text)
        if len(gap) > 1 and gap.isspace() and "\n" not in gap:
            gap = " "  # noqa: PLW2901 - several spaces, or an invisible one, separate words as one space does
        # The named constructor would take half of the time of a document; this is what it calls.
        tokens.append(new(Token, (start, end, text, gap, text[0].isupper(), kinds_of(text.lower(), no_kinds))))
    return tokens
