"""Folding for comparison: of names, which may change the length, and of texts, code point by code point."""

import re
import unicodedata

from app.text.characters import fold_character

_QUOTES = '‘’‚‛“”„‟«»‹›′″`´"ʹʺʻʼʽʾʿˈ՚＇'
_DASHES = "-_‐‒–—―⸺⸻−־"

_REPLACED = dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, " ")

# More characters than the names of any collection contain.
_MAX_CACHED_CHARACTERS = 10_000
"""Maximum number of characters to cache; others are folded each time."""


def fold_name(text: str) -> str:
    """Return `text` without accents and differences of case, quotes, dashes and white space.

    Letters fold as in texts: NFKD and full case folding (Unicode, chapter 3). Hyphens, dashes and underscores become
    spaces. Folding twice has the same result as folding once.
    """
    return " ".join(text.translate(_FOLDED).split())


class _Folded(dict[int, str]):
    """The folded form of each character, computed on first use: a load folds 100,000 names."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    # Before NFKD, which would decompose an acute accent that was typed as an apostrophe into a space and an accent.
    if character in _REPLACED:
        return _REPLACED[character]
    return "".join(_REPLACED.get(letter, letter) for letter in fold_character(character))


_FOLDED = _Folded()


_PLAIN_MARKS = (
    dict.fromkeys("‘’‚‛′`´ʼʻʾʿ׳", "'")
    | dict.fromkeys("“”„‟″«»״", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\t\v\f\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", " ")
    | dict.fromkeys("\r\x85\u2028\u2029", "\n")
)
# Letters that Unicode does not decompose; Persian letters become the Arabic ones that keyboards mix up with them.
_PLAIN_LETTERS = {"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H"} | {
    "ی": "ي",
    "ى": "ي",
    "ک": "ك",
    "ٱ": "ا",
}
_PLAIN = _PLAIN_MARKS | _PLAIN_LETTERS
# All but line ends, the grave accent and the visible characters of ASCII.
_MAY_CHANGE = re.compile(r"[^\n -_a-~]+")


def fold_code_points(text: str) -> str:
    """Return `text` with plain spaces, line ends, quotation marks and dashes and without accents; case stays.

    Each code point is replaced by exactly one, so offsets into the result are offsets into `text`. `fold_name`, which
    ignores case and compatibility forms too, may change the length.
    """
    if text.isascii():
        return text.translate(_FOLDED_CODE_POINTS)
    # Most letters of most texts stay, and translating these as well would take three times as long.
    return _MAY_CHANGE.sub(_fold_run, text)


def _fold_run(match: re.Match[str]) -> str:
    return match[0].translate(_FOLDED_CODE_POINTS)


class _FoldedCodePoints(dict[int, str]):
    """The replacement of each code point, computed when it is first seen."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_code_point(chr(code))
        return folded


def _fold_code_point(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character.isspace() and character != "\n":
        return " "
    decomposed = unicodedata.normalize("NFD", character)
    base = decomposed[0]
    # The parts of a Korean syllable are letters, not marks.
    is_accented = character.isalnum() and base.isalnum() and all(map(unicodedata.combining, decomposed[1:]))
    return base if is_accented else character


_FOLDED_CODE_POINTS = _FoldedCodePoints()
