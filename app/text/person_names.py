"""The key of a person's name: its words without what differs between spellings. Names with one key may be one person.

The extractor makes the ids of people from keys, and searches find people by keys, so both use this one function.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from app.text.folding import fold_code_points

# Initials are one word (U.S., J.R.), so is a word with an apostrophe inside (Ba'ath); a possessive is not (Syria's).
# The end of the text counts as a word: a long tail without words would otherwise be tried from each of its positions.
# What is matched is never given back, so that no state is kept for that.
GAP_AND_WORD = re.compile(r"([\W_]*+)((?:[A-Za-z]\.){2,}+|[^\W_]++(?:'(?!s\b)[^\W_]++)*+|\Z)")
"""A word of a folded text and the gap before it, as the extractor reads names."""

FAMILY_NAMES_FIRST = frozenset(
    re.findall(
        "[a-z]+",
        """
        xi li wang zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin guo luo liang song zheng xie tang
        deng feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren yao shen zhong
        cui tan fan jin shi liao jia xia fu fang zou xiong bai meng qin qiu hou yan xue lei long tao duan gu shao
        wan qian dai mao mo kong ma lai tsai tsao hsieh hsu chang chiang chou chu chao cheung kuo wong leung kwok ko
        hau jaw koo hung kim lee park choi jung jeong kang cho yoon yun jang lim han oh seo shin kwon hwang ahn ryu
        moon bae baek heo nam sim noh roh ha joo koh ri pak choe hong ban chung nguyen tran pham huynh vo vu dang
        bui ngo duong dinh truong phan vuong trinh luong
        """,
    )
)
"""Family names of China, Korea and Vietnam, which come first, in lower case."""

# One or two syllables as the usual romanizations of Chinese, Korean and Vietnamese spell them.
_SYLLABLE = (
    r"(?:ch|gh|gi|hs|kh|kk|ng|nh|ph|qu|sh|th|tr|ts|zh|[bcdfghjklmnpqrstvwxyz])?"
    r"(?:y?[aeiou]{1,3}|w[aeiou]{1,2}|u?y)(?:ng|nh|ch|[cklmnptw])?"
)
_EAST_ASIAN_GIVEN_NAME = re.compile(rf"{_SYLLABLE}(?:{_SYLLABLE})?")
# "Ching-te" is two words, and so is "Jong Un".
_MAX_EAST_ASIAN_GIVEN_WORDS = 3

_ARTICLES = frozenset({"al", "el", "ar", "as", "ash", "at", "az", "an", "ad"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


class _Word(NamedTuple):
    gap: str
    text: str


class NameWord(Protocol):
    """A word of a folded name and the text between it and the word before."""

    @property
    def text(self) -> str:
        """The word."""

    @property
    def gap(self) -> str:
        """What is before it."""


def name_key(words: Iterable[NameWord]) -> tuple[str, ...]:
    """Return the lowercase words of a person's name without initials, articles and suffixes."""
    long_words = [word for word in words if len(word.text) > 1 and not word.text.endswith(".")]
    return tuple(
        word.text.lower()
        for index, word in enumerate(long_words)
        if word.text.lower() not in _SUFFIXES and not _is_article(word, long_words[index + 1 : index + 2])
    )


def words_of(words: Iterable[str]) -> Iterable[NameWord]:
    """Return words that stand apart, for `name_key`."""
    return (_Word(" ", word) for word in words)


def person_key(name: str) -> tuple[str, ...]:
    """Return the key of a name as it is written."""
    return name_key(_Word(*word) for word in GAP_AND_WORD.findall(fold_code_points(name)) if word[1])


def _is_article(word: NameWord, next_words: Sequence[NameWord]) -> bool:
    """Return whether a word is the article of a name, as in al-Abadi or Al Abadi.

    Other capitalized articles count only before a hyphen: Ash before another word is a given name.
    """
    if word.text.lower() not in _ARTICLES:
        return False
    return (
        not word.text[0].isupper()
        or word.text in ("Al", "El")
        or any(next_word.gap.startswith("-") for next_word in next_words)
    )


def is_east_asian_given_name(word: str) -> bool:
    """Return whether a word in lower case can be a given name, or a syllable of one, of China, Korea or Vietnam."""
    return _EAST_ASIAN_GIVEN_NAME.fullmatch(word) is not None


def has_family_name_first(words: Sequence[str]) -> bool:
    """Return whether a name in lower case can begin with the family name: Xi Jinping, Kim Jong Un."""
    first, given = words[0], words[1:]
    return (
        first in FAMILY_NAMES_FIRST
        and 1 <= len(given) <= _MAX_EAST_ASIAN_GIVEN_WORDS
        and all(map(is_east_asian_given_name, given))
    )


# The names of a document come back in its mentions, and those of a collection in its documents.
@lru_cache(maxsize=10_000)
def id_slug(text: str) -> str:
    """Return lowercase letters and digits joined by hyphens, for one half of a local id.

    Letters of every script are kept without their accents; folding code points first makes letters such as ł plain.
    """
    plain = unicodedata.normalize("NFKD", fold_code_points(text)).casefold()
    return re.sub(r"[\W_]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
