"""Words with their offsets, and what stands between them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

# Initials hold together (U.S., J.R.), an apostrophe inside a word too (Ba'ath), a possessive does not (Syria's).
# The end counts as a word, or a long tail without one would be tried again from each of its places.
_GAP_AND_WORD = re.compile(r"([\W_]*)((?:[A-Za-z]\.){2,}|[^\W_]+(?:'(?!s\b)[^\W_]+)*|\Z)")

_NO_KINDS: Mapping[str, frozenset[str]] = {}

_SINGLE = dict.fromkeys("‘’‚‛′`´ʼʻʾʿ", "'") | dict.fromkeys("“”„‟″«»", '"')

_SINGLE |= dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\t\v\f\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", " ")

_BASE = {"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "\x85": "\n"}

_BASE |= dict.fromkeys("\r\u2028\u2029", "\n")


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


class _Folding(dict[int, str]):
    """Remembers each code point's folding; a code point always folds to exactly one."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_one(chr(code))
        return folded


def _fold_one(character: str) -> str:
    known = _SINGLE.get(character) or _BASE.get(character)
    if known is not None:
        return known
    if character.isspace() and character != "\n":
        return " "
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isalnum() and character.isalnum() else character


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Returns the text with spaces, quotation marks, dashes and accents made plain, each code point by itself.

    The length never changes (casefolding and compatibility forms would change it), so offsets hold in both.
    """
    return text.translate(_FOLDING)
