"""Later mentions of organizations and places that a rule found: by the same name alone, or by its first word."""

from collections.abc import Iterable, Iterator

from app.models import EntityType
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.text.tokens import Token

# A name that ends with its kind may lose it: "Kelvar Holdings … Kelvar", "Tolm Air Base … Tolm".
_RULES_OF_KINDS = frozenset({"head-word", "legal-form", "ampersand", "place-word"})
# One word that words next to it made a name may come back without them.
_RULES_OF_WORDS = frozenset({"kind", "apposition", "role", "medium", "preposition", "dateline"})
_TYPES = frozenset({EntityType.ORGANIZATION, EntityType.MEDIA, EntityType.PLACE})
_UNKNOWN_KINDS = frozenset({"rare_given_names", "family_names", "english_family_names"})
_ACTING = frozenset({"say", "metonym_verbs", "metonym_subject_verbs", "prepositions", "between"})
_MIN_LENGTH = 4
_CONFIDENCE = 0.6


def carry_short_names(context: DocumentContext, names: Iterable[CandidateMention]) -> Iterator[CandidateMention]:
    """Yield the words that name again what a rule found by more of its name, or by the words next to it."""
    by_word: dict[str, CandidateMention] = {}
    for name in names:
        words = context.document.words_of(name.start, name.end)
        token = context.tokens[words.start]
        is_short = name.rule in _RULES_OF_KINDS if len(words) > 1 else name.rule in _RULES_OF_WORDS
        if is_short and name.type in _TYPES and _may_stand_alone(token) and words.start not in context.hit_by_word:
            by_word.setdefault(token.text.title() if token.text.isupper() else token.text, name)
    if not by_word:
        return
    for index in context.capital_words:
        token = context.tokens[index]
        if token.text in by_word and _stands_alone(context, index):
            name = by_word[token.text]
            yield name._replace(start=token.start, end=token.end, rule="short-name", confidence=_CONFIDENCE)


def _may_stand_alone(token: Token) -> bool:
    return (
        token.is_capital and token.text.isalpha() and len(token.text) >= _MIN_LENGTH and token.kinds <= _UNKNOWN_KINDS
    )


def _stands_alone(context: DocumentContext, index: int) -> bool:
    """Return whether no other capitalized word, title or lexicon name is there, and it is no first word like others."""
    if index in context.hit_by_word or context.in_heading[index]:
        return False
    if index and context.tokens[index].gap in (" ", "-") and _is_name_word(context, index - 1):
        return False
    if context.follows(index + 1, " ", "-") and _is_name_word(context, index + 1):
        return False
    return not context.starts_sentence(index) or _is_subject(context, index)


def _is_name_word(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return index in context.title_words or (token.is_capital and "openers" not in token.kinds)


def _is_subject(context: DocumentContext, index: int) -> bool:
    """Return whether a possessive, a comma or a verb follows a word that begins a sentence."""
    if not context.follows(index + 1, " "):
        return context.follows(index + 1, "'", ", ")
    token = context.tokens[index + 1]
    return not token.kinds.isdisjoint(_ACTING) or token.text.endswith("ed")
