"""A copy of a text for matching, made code point by code point so that offsets carry over."""

import unicodedata

_SINGLE = dict.fromkeys("‘’‚‛′`´ʼʻʾʿ", "'") | dict.fromkeys("“”„‟″«»", '"')
_SINGLE |= dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\t\v\f\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", " ")
_BASE = {"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "\x85": "\n"}
_BASE |= dict.fromkeys("\r\u2028\u2029", "\n")


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
