"""The people of a sentence, those whom it is about first, and what tells their gender or describes them elsewhere."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from app.models import ACTOR_TYPES, EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.leads import is_person_noun
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import SpeakerSpan
from seed.extract.text.tokens import Token

GENDER_OF_PRONOUN = {"he": "m", "she": "f"}
"""The gender of those whom a pronoun can mean; "who" can mean both."""
_BEFORE_SUBJECTS = frozenset(
    [
        "and",
        "but",
        "or",
        "that",
        "when",
        "while",
        "as",
        "because",
        "if",
        "although",
        "though",
        "where",
        "so",
        "what",
        "how",
    ]
)
_MAX_DESCRIPTION_WORDS = 8
_PLAIN_GAPS = frozenset({" ", "-", "'"})
# Who was a minister is not "the minister".
_NOT_ANY_MORE = frozenset({"former", "ex", "late", "then", "deputy", "vice", "acting", "outgoing", "future", "next"})
# Nouns that describe anybody.
_ANYBODY = frozenset({"man", "woman", "official", "person", "boy", "girl", "source", "one", "member"})
# "the neighbour Anna Varro"
_BEFORE_NAMES = frozenset({"determiners", "speakers", "persons"})


class ResolvedSpeaker(NamedTuple):
    """The speaker of a statement: the entity if known, and the words used."""

    entity: str | None
    name: str | None


class Person(NamedTuple):
    """A person whom a sentence names or describes, with the gender if known and whether it is a subject."""

    speaker: ResolvedSpeaker
    gender: str | None
    is_subject: bool


class SentenceMentions:
    """The mentions of people and bodies in the sentences of one document, outside their quotations."""

    def __init__(self, context: DocumentContext, mentions: Sequence[CandidateMention]) -> None:
        self._context = context
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]

    def people_of(self, sentence: Sentence, end: int, *, but_ending_at: int = -1) -> list[Person]:
        """Return the people whom a sentence names before `end`, subjects first, without the one that ends there."""
        mentions = [
            mention
            for mention in self._mentions_of(sentence, end)
            if mention.type is EntityType.PERSON and mention.end != but_ending_at
        ]
        people = [Person(self.speaker(m), self.gender(m), self.is_subject(m)) for m in mentions]
        return sorted(people, key=lambda person: not person.is_subject)

    def organization_of(self, sentence: Sentence, end: int) -> ResolvedSpeaker | None:
        """Return the first actor that is no person and a subject in a sentence, before `end`."""
        for mention in self._mentions_of(sentence, end):
            if mention.type in ACTOR_TYPES and mention.type is not EntityType.PERSON and self.is_subject(mention):
                return self.speaker(mention)
        return None

    def _mentions_of(self, sentence: Sentence, end: int) -> Iterator[CandidateMention]:
        index = bisect_left(self._starts, self._context.tokens[sentence.first].start)
        while index < len(self._mentions) and self._starts[index] < end:
            mention = self._mentions[index]
            index += 1
            if mention.entity is not None and mention.kind is not MentionKind.DEMONYM:
                # Quotations do not overlap and are in order: only the last one that opens before it can have it.
                number = bisect_left(sentence.quotes, mention.start, key=attrgetter("opened"))
                if not number or mention.start >= sentence.quotes[number - 1].closed:
                    yield mention

    def speaker(self, mention: CandidateMention) -> ResolvedSpeaker:
        """Return a mention as a speaker."""
        return ResolvedSpeaker(mention.entity, self._context.document.combined[mention.start : mention.end])

    def is_subject(self, mention: CandidateMention) -> bool:
        """Return whether a mention can be a subject: no preposition, verb or other word in lower case precedes it."""
        if self._context.document.folded.startswith("'s", mention.end):
            return False
        first = self._context.document.words_of(mention.start, mention.end).start
        if first in (0, len(self._context.tokens)) or self._context.tokens[first].gap not in (" ", "-", ". "):
            return True
        before = self._context.tokens[first - 1]
        if self._context.tokens[first].gap == ". " and first - 1 not in self._context.title_words:
            return True
        if before.is_capital or first - 1 in self._context.title_words:
            return "prepositions" not in before.kinds
        return before.text in _BEFORE_SUBJECTS or not before.kinds.isdisjoint(_BEFORE_NAMES)

    def gender(self, mention: CandidateMention) -> str | None:
        """Return the gender that the title before the name tells, else the given name of the entity."""
        first = self._context.document.words_of(mention.start, mention.end).start
        titles = self._context.tokens[max(first - 1, 0) : first]
        return _gender_of_words(titles) or self._gender_of_entity(mention.entity)

    def _gender_of_entity(self, entity: str | None) -> str | None:
        """Return the gender of the given name, which begins the id of a person."""
        name = (entity or "").partition("-")[0]
        is_family_name = "family_names" in self._context.word_lists.kinds.get(name, ())
        return None if is_family_name else self._context.word_lists.given_names.gender(name)

    def gender_of_span(self, span: SpeakerSpan, speaker: ResolvedSpeaker) -> str | None:
        """Return the gender of a speaker: what a mention or a pronoun tells, or the words of a description."""
        if span.mention is not None:
            return self.gender(span.mention)
        if span.pronoun is not None:
            return GENDER_OF_PRONOUN.get(span.pronoun)
        words = self._context.tokens[span.first : span.last]
        given_name = self._context.word_lists.given_names.gender(words[0].text.lower()) if len(words) > 1 else None
        return _gender_of_words(words) or self._gender_of_entity(speaker.entity) or given_name


def _gender_of_words(words: Sequence[Token]) -> str | None:
    """Return the gender of the last word that tells one: Mrs, spokesman, king, widow."""
    for word in reversed(words):
        if "male" in word.kinds:
            return "m"
        if "female" in word.kinds:
            return "f"
    return None


def is_epithet(words: Sequence[Token]) -> bool:
    """Return whether a description can only mean the person in question: "the 39-year-old baker", "the dad-of-two"."""
    if len(words) < 2 or words[0].text.lower() != "the":
        return False
    return any(
        (word.text == "old" and before.text == "year" and word.gap == "-") or (before.text == "of" and word.gap == "-")
        for before, word in pairwise(words[1:])
    )


def described_people(context: DocumentContext, mentions: Iterable[CandidateMention]) -> dict[str, str]:
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
    """Return the word if it is a noun for a certain person, and nothing from `first` on says that it was or will be."""
    words = context.tokens[max(first - 1, 0) : index]
    token = context.tokens[index]
    is_noun = is_person_noun(token) and token.text not in _ANYBODY and not token.is_capital
    return index if is_noun and not any(word.text.lower() in _NOT_ANY_MORE for word in words) else None
