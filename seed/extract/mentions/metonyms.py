"""Capitals that stand for their government: "Moscow insists" is Russia, "in Moscow" the city."""

from collections.abc import Container, Iterable, Iterator, Sequence

from app.models import EntityType
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext

_ACTING = frozenset({"say", "say_or_noun", "say_quoting", "metonym_verbs"})
_BE = frozenset({"is", "was", "are", "were"})
_CONJUNCTIONS = frozenset({"and", "or"})
# Prepositions that begin clauses, too: "since Moscow closed the border".
_CLAUSE_PREPOSITIONS = frozenset({"after", "as", "before", "since", "than", "until"})
_CLAUSE_STARTS = _CLAUSE_PREPOSITIONS | {
    *("although", "and", "because", "but", "how", "if", "once", "that", "though", "what", "when", "whether", "which"),
    *("while", "whom", "why"),
}
_MIN_VERB_LENGTH = 5
# "Paris besieged by frost" is no act, and "London closed lower" is a market.
_AFTER_OTHER_VERBS = frozenset({"by", "down", "flat", "higher", "lower", "up"})


def find_metonyms(
    context: DocumentContext, hits: Iterable[CandidateMention], lexicon_ids: Container[str]
) -> Iterator[CandidateMention]:
    """Yield the state for each capital that acts, speaks or is dealt with; its confidence beats that of the city."""
    capitals = context.word_lists.capitals
    cities = [hit for hit in hits if capitals.get(hit.entity or "", "") in lexicon_ids]
    words = [context.document.words_of(hit.start, hit.end) for hit in cities]
    for hit, acts in zip(cities, _with_joined(context, words), strict=True):
        if acts:
            state = capitals[hit.entity or ""]
            yield hit._replace(type=EntityType.STATE, entity=state, rule="metonym", confidence=0.98)


def _with_joined(context: DocumentContext, cities: Sequence[range]) -> list[bool]:
    """Return which cities are their governments: those that act, and those that "and" or "or" joins to one."""
    governments = [_is_government(context, words) for words in cities]
    for index in range(1, len(cities)):
        before, after = cities[index - 1 : index + 1]
        if before.stop + 1 == after.start and context.tokens[before.stop].text in _CONJUNCTIONS:
            is_joined = governments[index - 1] or (governments[index] and not _is_placed(context, before.start))
            governments[index - 1] = governments[index] = is_joined
    return governments


def _is_government(context: DocumentContext, words: range) -> bool:
    if context.follows(words.stop, "'"):  # the s of a possessive
        return context.follows(words.stop + 1, " ") and "metonym_belongings" in context.tokens[words.stop + 1].kinds
    # A hit inside a word (d'Ankara) contains no start of a word, and that word may be the last.
    if words.start and context.follows(words.start, " "):
        before = context.tokens[words.start - 1]
        if "metonym_before" in before.kinds or _is_party(context, words.start - 1):
            return True
        if _is_placed(context, words.start):
            return False
    return _acts(context, words.stop) or (_begins_clause(context, words.start) and _does(context, words.stop))


def _is_placed(context: DocumentContext, index: int) -> bool:
    """Return whether a preposition before a word makes it a place."""
    if not index or not context.follows(index, " "):
        return False
    before = context.tokens[index - 1]
    return "prepositions" in before.kinds and before.text.lower() not in _CLAUSE_PREPOSITIONS


def _is_party(context: DocumentContext, index: int) -> bool:
    """Return whether this word and the noun before it make the next name a party: "help from", "talks between"."""
    if not index or not context.follows(index, " "):
        return False
    noun, preposition = context.tokens[index - 1], context.tokens[index].text
    if preposition == "between":
        return "metonym_relations" in noun.kinds
    return (preposition in ("of", "from") and "metonym_sources" in noun.kinds) or (
        preposition == "to" and noun.text.lower() == "according"
    )


def _begins_clause(context: DocumentContext, index: int) -> bool:
    return not index or not context.follows(index, " ") or context.tokens[index - 1].text.lower() in _CLAUSE_STARTS


def _does(context: DocumentContext, index: int) -> bool:
    """Return whether a verb at `index` makes the capital that begins its clause an actor, not a city like others."""
    if not context.follows(index, " "):
        return False
    token = context.tokens[index]
    if token.is_capital or "metonym_city_verbs" in token.kinds:
        return False
    is_past = token.text.endswith("ed") and len(token.text) >= _MIN_VERB_LENGTH
    following = context.tokens[index + 1].text if context.follows(index + 1, " ") else ""
    return "metonym_subject_verbs" in token.kinds or (is_past and following not in _AFTER_OTHER_VERBS)


def _acts(context: DocumentContext, index: int) -> bool:
    """Return whether the word at `index` makes the name before it an actor."""
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
