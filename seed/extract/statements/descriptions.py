"""Descriptions that stand for people whom a document names: "the headmistress" after "Anna Varro, a headmistress"."""

from collections.abc import Iterable, Sequence

from app.models import EntityType
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.leads import is_person_noun
from seed.extract.statements.speaker_spans import MentionWords
from seed.extract.text.tokens import Token

_MAX_DESCRIPTION_WORDS = 8
_PLAIN_GAPS = frozenset({" ", "-", "'"})
# Who was a minister is not "the minister".
_NOT_ANY_MORE = frozenset({"former", "ex", "late", "then", "deputy", "vice", "acting", "outgoing", "future", "next"})
# Nouns that describe anybody.
_ANYBODY = frozenset({"man", "woman", "official", "person", "boy", "girl", "source", "one", "member"})


def is_epithet(words: Sequence[Token]) -> bool:
    """Return whether a description can only mean the person in question: "the 39-year-old baker", "the dad-of-two"."""
    if len(words) < 2 or words[0].text.lower() != "the":
        return False
    return any(
        (word.text == "old" and before.text == "year" and word.gap == "-") or (before.text == "of" and word.gap == "-")
        for before, word in zip(words[1:], words[2:], strict=False)
    )


def described_people(
    context: DocumentContext, words: MentionWords, mentions: Iterable[CandidateMention]
) -> dict[str, str]:
    """Return the people by the nouns that stand in apposition to their names, if a noun describes one alone."""
    people: dict[str, set[str]] = {}
    described = set()
    for mention in mentions:
        if mention.type is not EntityType.PERSON or mention.entity is None:
            continue
        names = context.document.words_of(mention.start, mention.end)
        for noun in (_noun_before(context, names.start), _noun_after(context, names.stop)):
            if noun is not None:
                people.setdefault(context.tokens[noun].text, set()).add(mention.entity)
                described.add(noun)
    others = _other_nouns(context, people, described) if people else frozenset()
    return {noun: next(iter(found)) for noun, found in people.items() if len(found) == 1 and noun not in others}


def _other_nouns(context: DocumentContext, nouns: Iterable[str], described: set[int]) -> frozenset[str]:
    """Return the nouns that describe somebody without a name as well: "a baker" elsewhere."""
    wanted = frozenset(nouns)
    others = set()
    for index in range(1, len(context.tokens)):
        token = context.tokens[index]
        if token.text in wanted and index not in described and _is_introduced(context, index):
            others.add(token.text)
    return frozenset(others)


def _is_introduced(context: DocumentContext, index: int) -> bool:
    before = context.tokens[max(index - 3, 0) : index]
    return any(word.text.lower() in ("a", "an", "another") for word in before)


def _noun_after(context: DocumentContext, index: int) -> int | None:
    """Return the noun of the description after the comma at a word, as in "Varro, the mayor of Homs,"."""
    if not context.follows(index, ", ") or "determiners" not in context.tokens[index].kinds:
        return None
    for noun in range(index + 1, min(index + _MAX_DESCRIPTION_WORDS, len(context.tokens))):
        token = context.tokens[noun]
        if token.gap not in _PLAIN_GAPS or "prepositions" in token.kinds:
            return _noun(context, index, noun - 1)
    return None


def _noun_before(context: DocumentContext, index: int) -> int | None:
    """Return the noun of the description before the name at a word: "the mayor, Anna Varro", "baker Anna Varro"."""
    if index and context.tokens[index].gap == " ":
        return _noun(context, index - 1, index - 1)
    if not index or context.tokens[index].gap != ", ":
        return None
    for first in range(index - 1, max(index - 1 - _MAX_DESCRIPTION_WORDS, -1), -1):
        token = context.tokens[first]
        if "determiners" in token.kinds:
            return _noun(context, first, index - 1)
        if token.gap not in _PLAIN_GAPS or "prepositions" in token.kinds:
            return None
    return None


def _noun(context: DocumentContext, first: int, index: int) -> int | None:
    """Return the word if it is a noun for one certain person, and nothing from `first` on says that it was or will be."""
    words = context.tokens[max(first - 1, 0) : index]
    token = context.tokens[index]
    is_noun = is_person_noun(token) and token.text not in _ANYBODY and not token.is_capital
    return index if is_noun and not any(word.text.lower() in _NOT_ANY_MORE for word in words) else None
