"""Capitals that stand for their government: "Moscow insists" is Russia, "in Moscow" the city."""

from collections.abc import Container, Iterable, Iterator

from app.models import EntityType
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext

_ACTING = frozenset({"say", "say_or_noun", "say_quoting", "metonym_verbs"})
_BE = frozenset({"is", "was", "are", "were"})


def find_metonyms(
    context: DocumentContext, hits: Iterable[CandidateMention], lexicon_ids: Container[str]
) -> Iterator[CandidateMention]:
    """Yield the state for each capital that acts, speaks or is dealt with; its confidence beats that of the city."""
    for hit in hits:
        state = context.word_lists.capitals.get(hit.entity or "", "")
        if state in lexicon_ids and _is_government(context, hit):
            yield hit._replace(type=EntityType.STATE, entity=state, rule="metonym", confidence=0.98)


def _is_government(context: DocumentContext, hit: CandidateMention) -> bool:
    words = context.document.words_of(hit.start, hit.end)
    # A hit inside a word (d'Ankara) contains no start of a word, and that word may be the last.
    if words.start and context.follows(words.start, " "):
        before = context.tokens[words.start - 1]
        if "metonym_before" in before.kinds:
            return True
        if "prepositions" in before.kinds:
            return False
    return _acts(context, words.stop)


def _acts(context: DocumentContext, index: int) -> bool:
    """Return whether the word at `index` makes the name before it an actor."""
    if context.follows(index, "'"):  # the s of a possessive
        return context.follows(index + 1, " ") and "metonym_belongings" in context.tokens[index + 1].kinds
    if not context.follows(index, " "):
        return False
    token = context.tokens[index]
    if token.text in _BE:
        return context.follows(index + 1, " ") and _is_doing(context, index + 1)
    return not token.is_capital and bool(token.kinds & _ACTING)


def _is_doing(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    if "between" in token.kinds and context.follows(index + 1, " "):
        token = context.tokens[index + 1]
    return token.text.endswith("ing") or "metonym_ready" in token.kinds
