"""Names of people with one known word: a given name alone, or a surname of the lexicon after an unknown name."""

from collections.abc import Iterator

from app.models import EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.mentions.organization_cues import has_description
from seed.extract.text.tokens import Token

_SAID = frozenset(
    {"said", "says", "told", "added", "adds", "explained", "explains", "wrote", "writes", "recalled", "asked"}
)
_GIVEN_NAMES = frozenset({"given_names", "rare_given_names"})
_MAX_AGE_DIGITS = 3
_BEFORE_OTHERS = frozenset({"place_prepositions", "particles", "determiners"})
_GAPS_BEFORE_NAMES = frozenset({" ", "-", "- "})


def find_single_names(context: DocumentContext) -> Iterator[int]:
    """Yield the words that are given names alone: "Dasha said", "said Dasha", "Dasha, 34,", "Dasha, a nurse,"."""
    for index in context.capital_words:
        token = context.tokens[index]
        if token.kinds.isdisjoint(_GIVEN_NAMES) or not _is_alone(context, index):
            continue
        if _is_described(context, index) or ("given_names" in token.kinds and _speaks(context, index)):
            yield index


def find_before_surnames(context: DocumentContext) -> Iterator[int]:
    """Yield the words before a surname of the lexicon that may be somebody else's given name: "by Kateryna Putin"."""
    for hit in context.hits:
        if hit.type is not EntityType.PERSON or hit.kind is not MentionKind.SURNAME or hit.entity is None:
            continue
        index = context.document.words_of(hit.start, hit.end).start - 1
        if index >= 0 and context.follows(index + 1, " ") and _may_be_given_name(context, index):
            yield index


def _may_be_given_name(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    if not token.is_capital or token.kinds or token.text.isupper() or not token.text.isalpha():
        return False
    if context.starts_sentence(index) or context.in_heading[index] or index in context.hit_by_word:
        return False
    return not (token.gap in _GAPS_BEFORE_NAMES and context.tokens[index - 1].is_capital) and token.gap == " "


def _is_alone(context: DocumentContext, index: int) -> bool:
    """Return whether a capitalized word is no part of a longer name, and nothing that the lexicon has."""
    token = context.tokens[index]
    if index in context.hit_by_word or context.in_heading[index] or token.text.isupper():
        return False
    if index and token.gap in (" ", "-") and _precludes_name(context.tokens[index - 1]):
        return False
    return not (context.follows(index + 1, " ", "-") and _is_name_word(context.tokens[index + 1]))


def _precludes_name(token: Token) -> bool:
    """Return whether a word before another makes it the end of a longer name, or a place."""
    return _is_name_word(token) or not token.kinds.isdisjoint(_BEFORE_OTHERS)


def _is_name_word(token: Token) -> bool:
    return token.is_capital and "openers" not in token.kinds


def _speaks(context: DocumentContext, index: int) -> bool:
    """Return whether a verb of saying is next to a word as its subject."""
    token = context.tokens[index]
    if context.follows(index + 1, " ") and context.tokens[index + 1].text in _SAID:
        return token.gap != " " or not index or context.tokens[index - 1].text.lower() in ("and", "but", "as", "that")
    is_inverted = index > 0 and token.gap == " " and context.tokens[index - 1].text in _SAID
    return is_inverted and '"' in context.tokens[index - 1].gap and not context.follows(index + 1, " ", "-", "'")


def _is_described(context: DocumentContext, index: int) -> bool:
    """Return whether an age, "who" or a noun for a person follows a word's comma."""
    if not context.follows(index + 1, ", "):
        return False
    token = context.tokens[index + 1]
    if token.text.isdecimal() and len(token.text) < _MAX_AGE_DIGITS:
        return context.document.folded[token.end : token.end + 1] in (",", ".", ";")
    return token.text == "who" or has_description(context, index + 1, "persons")
