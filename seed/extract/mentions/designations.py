"""Weapons and platforms that the lexicon lacks, by the family of their designation: Su-34M, Kh-101, Shahed-136, FPV."""

import re
from collections.abc import Iterator
from itertools import takewhile

from app.models import EntityType, MentionKind
from app.text.folding import fold_code_points
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.lexicon.lexicon import Lexicon
from seed.extract.mentions.local_entities import LocalEntities
from seed.extract.text.tokens import Token

# 34, 95MS, 72B3, 31K, 39, 16s
_NUMBER = re.compile(r"\d{1,4}(?:[A-Z]{1,4}\d{0,2}[A-Z]?)?s?")
_LONG_NUMBER = re.compile(r"\d{2,3}(?:[A-Z]{1,4}\d{0,2}[A-Z]?)?s?")
_SHORT_NUMBER = re.compile(r"\d{1,3}[A-Z]{0,2}s?")
_VARIANT = re.compile(r"\d{1,4}[A-Z]{0,3}s?|[A-Z]{1,2}\d{0,2}")
# The West's M142 and M1A2, Russia's 9M729 and 2S19, Turkey's TB2.
_WHOLE = re.compile(r"M\d{3}[A-Z]?\d?|M\dA\d[A-Z]{0,2}\d?|TB[23]|9[KM]\d{2,3}[A-Z]?\d?|2S\d{1,2}|3M\d{2}s?")
_LETTERS_AND_NUMBER = re.compile(r"([A-Za-z]+)(\d{1,3}[A-Z]{0,3}\d?)s?")
# What a designation has in common with its variants: letters and the first number.
_BASE = re.compile(r"[A-Z]+\d*")
# Words between a designation and the word that shows that it is a weapon: "two B-2 stealth bombers".
_CONTEXT_WORDS = 3
_CONFIDENCE = 0.9


class WeaponIndex:
    """The lexicon's weapons by their designations, without hyphens, spaces and case."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._weapons: dict[str, str] = {}
        for entity in lexicon.entities.values():
            if entity.type is EntityType.WEAPON:
                for name in entity.all_names:
                    self._weapons.setdefault(_key(fold_code_points(name)), entity.id)

    def find(self, designation: str) -> str | None:
        """Return the id of the weapon with that designation, or of the type that it is a variant of, or None."""
        name, _, variant = designation.rpartition("-")
        key = _key(designation)
        letters_and_number = _BASE.match(key)
        base = _key(name) if name and variant.isalpha() else letters_and_number[0] if letters_and_number else ""
        return self._weapons.get(key) or self._weapons.get(base)


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name)).upper().removesuffix("S")


def find_designations(
    context: DocumentContext, weapons: WeaponIndex, local_entities: LocalEntities
) -> Iterator[CandidateMention]:
    """Yield the designations of weapons, each with the lexicon's entity or a local one."""
    families = context.word_lists.designations
    types = families["names"] | families["classes"]
    for index in context.capital_or_number_words:
        token = context.tokens[index]
        may_end = token.gap == "-" or not token.text.isalpha() or token.text in types
        if not may_end or (first := _first_word(context, index, token)) is None:
            continue
        start = context.tokens[first].start
        surface = context.document.combined[start : token.end]
        listed = weapons.find(surface)
        if listed is None and _is_ambiguous(context, first, index):
            continue
        entity = listed or local_entities.add(surface.removesuffix("s"), EntityType.WEAPON, "")
        yield CandidateMention(
            start, token.end, EntityType.WEAPON, MentionKind.NAME, entity, "designation", _CONFIDENCE
        )


def _first_word(context: DocumentContext, index: int, token: Token) -> int | None:
    """Return the first word of the designation that ends at a word, or None."""
    families = context.word_lists.designations
    if _is_whole(context, index, token):
        return index
    if not index:
        return None
    is_variant = token.gap == " " and context.tokens[index - 1].text in families["names"] and token.text[0].isdigit()
    if is_variant and _VARIANT.fullmatch(token.text):
        return index - 1
    return index - 1 if token.gap == "-" and _is_designation(context, index, families) else None


def _is_whole(context: DocumentContext, index: int, token: Token) -> bool:
    """Return whether a word is a designation by itself: FPV, M142, Su34, or Shahed before "drones"."""
    families = context.word_lists.designations
    if token.text.isalpha():
        is_type = token.text in families["names"] and _precedes_context(context, index, families["context"])
        return is_type or token.text in families["classes"]
    letters = _LETTERS_AND_NUMBER.fullmatch(token.text)
    is_family = (
        letters is not None
        and len(letters[1]) > 1
        and letters[1] in families["letters"] | families["ambiguous_letters"]
    )
    return is_family or _WHOLE.fullmatch(token.text) is not None


def _is_designation(context: DocumentContext, index: int, families: dict[str, frozenset[str]]) -> bool:
    letters, number = context.tokens[index - 1].text, context.tokens[index].text
    if letters in families["letters"] or letters in families["ambiguous_letters"]:
        return _NUMBER.fullmatch(number) is not None
    if letters in families["names"]:
        return _VARIANT.fullmatch(number) is not None
    if letters in families["single_letters"] and _LONG_NUMBER.fullmatch(number):
        return True
    is_short = letters in families["single_letters_in_context"] and _SHORT_NUMBER.fullmatch(number) is not None
    return is_short and _has_context(context, index, families["context"])


def _is_ambiguous(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether a designation has letters or a name for other things, too, and no word for weapons near it."""
    families = context.word_lists.designations
    letters = "".join(takewhile(str.isalpha, context.tokens[first].text))
    is_numbered_name = letters in families["ambiguous_names"] and context.tokens[last].text[0].isdigit()
    is_ambiguous = is_numbered_name or letters in families["ambiguous_letters"] | families["single_letters"]
    return is_ambiguous and not _has_context(context, last, families["context"])


def _precedes_context(context: DocumentContext, index: int, words: frozenset[str]) -> bool:
    """Return whether a word for weapons follows a type that is named without a number: "Shahed drones"."""
    return context.follows(index + 1, " ") and context.tokens[index + 1].text in words


def _has_context(context: DocumentContext, index: int, words: frozenset[str]) -> bool:
    near = context.tokens[max(0, index - _CONTEXT_WORDS) : index + _CONTEXT_WORDS + 1]
    return any(token.text.lower() in words for token in near)
