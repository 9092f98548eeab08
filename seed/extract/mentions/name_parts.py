"""The words of a person's name: where they end, and which is the family name.

It comes first in China, Korea, Vietnam and Hungary: Xi Jinping, Lai Ching-te, Kim Jong Un.
"""

from collections.abc import Sequence

from app.models import EntityType, MentionKind
from app.text.person_names import has_family_name_first, is_east_asian_given_name
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.text.tokens import Token

_MAX_TAIL_LENGTH = 6
PLACES = frozenset({EntityType.STATE, EntityType.PLACE})
GIVEN_NAMES = frozenset({"given_names", "rare_given_names", "place_given_names"})
_AMBIGUOUS = frozenset({"given_names", "rare_given_names", "english_family_names"})
# "Abu Bakr al-Baghdadi al-Husseini al-Qurashi" is the longest kind of name.
_MAX_NAME_WORDS = 7
# Other particles with a capital are as likely a given name (Ash) or the first word of a sentence (As).
_CAPITAL_PARTICLES = frozenset(
    ["Al", "El", "Abu", "Abd", "Bin", "Ibn", "Ben", "De", "Del", "Di", "Du", "La", "Le", "Van", "Von"]
)
_NICKNAME_GAPS = frozenset({' "', '" '})
_MAX_ACRONYM_LENGTH = 4


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


def name_end(context: DocumentContext, first: int, *, after_title: bool = False) -> int | None:
    """Return the end of the longest name of a person that begins at a word, or None if there is none.

    Directly after a title, a place of one word begins a name: "Rep. Jordan".
    """
    last = first
    for index in range(first, min(first + _MAX_NAME_WORDS, len(context.tokens))):
        if index > first and not _can_join(context.tokens[index - 1], context.tokens[index]):
            break
        if joins_tail(context.tokens[first:index], context.tokens[index]):
            last = index + 1
            break
        if not may_be_name(context, index) or (index == first and not _may_begin(context, index)):
            break
        if (hit := context.other_hit(index)) and not _is_in_name(context, first, index, hit, after_title=after_title):
            break
        if not _is_particle(context, context.tokens[index]) and not _is_initial(context.tokens[index]):
            last = index + 1
    return last if last > first else None


def _may_begin(context: DocumentContext, index: int) -> bool:
    return context.tokens[index].is_capital or _is_particle(context, context.tokens[index])


def _is_in_name(context: DocumentContext, first: int, index: int, hit: CandidateMention, *, after_title: bool) -> bool:
    """Return whether a hit of one word, such as a place, is a surname or a given name here."""
    token = context.tokens[index]
    if hit.end != token.end:
        return False
    if index == first:
        is_place = hit.start == token.start and hit.kind is MentionKind.NAME and hit.type in PLACES
        return is_place and (after_title or "place_given_names" in token.kinds)
    return any(word.kinds & GIVEN_NAMES or _is_initial(word) for word in context.tokens[first:index])


def may_be_name(context: DocumentContext, index: int) -> bool:
    """Return whether a word can be part of a person's name: in capitals, no acronym, no word that begins sentences."""
    token = context.tokens[index]
    if _is_particle(context, token) or _is_initial(token) or "suffixes" in token.kinds:
        return True
    if not token.is_capital or token.text[-1].isdigit() or "not_names" in token.kinds:
        return False
    if "openers" in token.kinds:
        return False
    return not (token.text.isupper() and len(token.text) <= _MAX_ACRONYM_LENGTH)


def _is_particle(context: DocumentContext, token: Token) -> bool:
    return "particles" in token.kinds and (not token.is_capital or token.text in _CAPITAL_PARTICLES)


def _is_initial(token: Token) -> bool:
    return token.is_capital and (len(token.text) == 1 or token.text.endswith("."))


def _can_join(before: Token, token: Token) -> bool:
    """Return whether the gap between two words can be inside a name.

    It is a space, a hyphen, the full stop of an initial, or the quotation marks of a nickname.
    """
    if token.gap in (" ", "-") or token.gap in _NICKNAME_GAPS:
        return True
    if token.gap == "- ":
        return before.text.lower() in ("al", "el")
    return token.gap in (". ", ".") and _is_initial(before)
