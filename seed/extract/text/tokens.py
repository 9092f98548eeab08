"""The words of a text with their offsets and the gaps between them."""

from collections.abc import Container, Mapping
from typing import NamedTuple

from app.text.person_names import GAP_AND_WORD

_NO_KINDS: Mapping[str, frozenset[str]] = {}
_RARE_NAME = frozenset({"rare_given_names"})


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


def tokenize(
    folded: str, kinds: Mapping[str, frozenset[str]] = _NO_KINDS, given_names: Container[str] = ()
) -> list[Token]:
    """Return the words of a folded text in order.

    `kinds` has the word lists of each word in lower case; a capitalized word of none that is one of the `given_names`
    is of the kind `rare_given_names`.
    """
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
        is_capital = text[0].isupper()
        word_kinds = kinds_of(text.lower(), no_kinds)
        if is_capital and not word_kinds and text.lower() in given_names:
            word_kinds = _RARE_NAME
        # The named constructor would take half of the time of a document; this is what it calls.
        tokens.append(new(Token, (start, end, text, gap, is_capital, word_kinds)))
    return tokens
