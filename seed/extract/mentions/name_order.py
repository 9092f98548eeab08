"""Names with the family name first, as in China, Korea, Vietnam and Hungary: Xi Jinping, Lai Ching-te, Kim Jong Un."""

import re
from collections.abc import Sequence

from seed.extract.text.tokens import Token

# One or two syllables as the usual romanizations of Chinese, Korean and Vietnamese spell them.
_SYLLABLE = (
    r"(?:ch|gh|gi|hs|kh|kk|ng|nh|ph|qu|sh|th|tr|ts|zh|[bcdfghjklmnpqrstvwxyz])?"
    r"(?:y?[aeiou]{1,3}|w[aeiou]{1,2}|u?y)(?:ng|nh|ch|[cklmnptw])?"
)
_GIVEN_NAME = re.compile(rf"{_SYLLABLE}(?:{_SYLLABLE})?")
# "Ching-te" is two words, and so is "Jong Un".
_MAX_GIVEN_WORDS = 3
_MAX_TAIL_LENGTH = 6
_AMBIGUOUS = frozenset({"given_names", "rare_given_names", "english_family_names"})


def joins_tail(words: Sequence[Token], token: Token) -> bool:
    """Return whether a word in lower case after a hyphen ends a name that begins with these words: Lai Ching-te."""
    return (
        token.gap == "-"
        and len(words) >= 2
        and "family_names" in words[0].kinds
        and words[-1].is_capital
        and len(token.text) <= _MAX_TAIL_LENGTH
        and _GIVEN_NAME.fullmatch(token.text) is not None
    )


def is_family_name_first(words: Sequence[Token]) -> bool:
    """Return whether the first of the words of a person's name is the family name.

    Kim is a given name elsewhere and Park a common noun, so they need a given name of two words.
    """
    first, given = words[0], words[1:]
    if "family_names" in first.kinds and 1 <= len(given) <= _MAX_GIVEN_WORDS:
        is_ambiguous = len(given) == 1 and bool(first.kinds & _AMBIGUOUS)
        return not is_ambiguous and all(_GIVEN_NAME.fullmatch(word.text.lower()) for word in given)
    return (
        len(words) == 2
        and "hungarian_given_names" in words[1].kinds
        and not first.kinds & {"given_names", "rare_given_names"}
    )


def family_name_index(words: Sequence[Token]) -> int:
    """Return the index of the family name in the words of a person's name."""
    return 0 if words and is_family_name_first(words) else len(words) - 1
