"""Names with the family name first, as in China, Korea, Vietnam and Hungary: Xi Jinping, Lai Ching-te, Kim Jong Un."""

from collections.abc import Sequence

from app.text.person_names import has_family_name_first, is_east_asian_given_name
from seed.extract.text.tokens import Token

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
        and is_east_asian_given_name(token.text)
    )


def is_family_name_first(words: Sequence[Token]) -> bool:
    """Return whether the first of the words of a person's name is the family name.

    Kim is a given name elsewhere and Park a common noun, so they need a given name of two words.
    """
    first, given = words[0], words[1:]
    if "family_names" in first.kinds:
        is_ambiguous = len(given) == 1 and bool(first.kinds & _AMBIGUOUS)
        return not is_ambiguous and has_family_name_first([word.text.lower() for word in words])
    return (
        len(words) == 2
        and "hungarian_given_names" in words[1].kinds
        and not first.kinds & {"given_names", "rare_given_names"}
    )


def family_name_index(words: Sequence[Token]) -> int:
    """Return the index of the family name in the words of a person's name."""
    return 0 if words and is_family_name_first(words) else len(words) - 1
