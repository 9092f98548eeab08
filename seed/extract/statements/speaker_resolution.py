"""Resolution of speaker spans: to an entity, to what a pronoun refers to, or to the words alone."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from app.models import ACTOR_TYPES, EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import SpeakerSpan
from seed.extract.text.tokens import Token

_PERSONAL = frozenset({"he", "she", "who"})
_GENDER_OF_PRONOUN = {"he": "m", "she": "f"}
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
# "the neighbour Anna Varro"
_BEFORE_NAMES = frozenset({"determiners", "speakers"})
# A pronoun refers at most two paragraphs back, so that a subheading may intervene; farther back are others.
_MAX_PARAGRAPHS = 2
# A paragraph may be a whole book.
_MAX_SENTENCES = 20


class ResolvedSpeaker(NamedTuple):
    """The speaker of a statement: the entity if known, and the words used."""

    entity: str | None
    name: str | None


class _Observed(NamedTuple):
    """A sentence with its speaker, if it has one."""

    sentence: Sentence
    span: SpeakerSpan | None
    speaker: ResolvedSpeaker | None


class _Person(NamedTuple):
    """A person whom a sentence names, with the gender if known and whether it is a subject."""

    speaker: ResolvedSpeaker
    gender: str | None
    is_subject: bool


class SpeakerResolver:
    """Follows a document sentence by sentence, and looks back in it for whom a pronoun would refer to."""

    def __init__(
        self,
        context: DocumentContext,
        mentions: Sequence[CandidateMention],
        links: Sequence[CandidateMention],
        title_holders: dict[tuple[str, ...], str],
    ) -> None:
        self._context = context
        self._mentions = mentions
        self._links_by_end = {link.end: link for link in links}
        self._title_holders = title_holders
        self._starts = [mention.start for mention in mentions]
        self._observed: list[_Observed] = []
        self._people_by_sentence: dict[int, list[_Person]] = {}

    def resolve(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker:
        """Return the speaker that a span means."""
        words = self._words(speaker)
        if speaker.mention is not None:
            return ResolvedSpeaker(speaker.mention.entity, words)
        if speaker.pronoun is not None:
            return self._resolve_pronoun(sentence, speaker) or ResolvedSpeaker(None, words)
        return ResolvedSpeaker(self._resolve_title(speaker) or self._described_body(speaker), words)

    def _words(self, speaker: SpeakerSpan) -> str:
        tokens = self._context.tokens
        return self._context.document.combined[tokens[speaker.first].start : tokens[speaker.last - 1].end]

    def _resolve_pronoun(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker | None:
        """Return whom a pronoun refers to: a fitting subject before it in the sentence, else of the last sentences."""
        end = self._context.tokens[speaker.first].start
        if speaker.pronoun in _PERSONAL:
            gender = _GENDER_OF_PRONOUN.get(speaker.pronoun)
            subjects = [person for person in self._people_of(sentence, end) if person.is_subject]
            return _first(subjects, gender) or self._only_earlier_person(sentence, gender)
        if speaker.pronoun != "it":
            return None
        return self._organization_of(sentence, end) or self._earlier_organization(sentence)

    def _only_earlier_person(self, sentence: Sentence, gender: str | None) -> ResolvedSpeaker | None:
        """Return the one person whom the last sentence with people may mean; of several the only subject, or none."""
        fitting = [person for person in self._earlier_people(sentence) if _fits(person, gender)]
        subjects = [person for person in fitting if person.is_subject] or fitting
        return subjects[0].speaker if len({person.speaker for person in subjects}) == 1 else None

    def _earlier(self, sentence: Sentence) -> Iterator[_Observed]:
        """Yield the observed sentences that a pronoun in `sentence` can refer to, the last one first."""
        for observed in self._observed[: -_MAX_SENTENCES - 1 : -1]:
            if sentence.paragraph - observed.sentence.paragraph > _MAX_PARAGRAPHS:
                return
            yield observed

    def _earlier_people(self, sentence: Sentence) -> list[_Person]:
        return next(filter(None, map(self._observed_people, self._earlier(sentence))), [])

    def _earlier_organization(self, sentence: Sentence) -> ResolvedSpeaker | None:
        return next(filter(None, map(self._observed_organization, self._earlier(sentence))), None)

    def _resolve_title(self, speaker: SpeakerSpan) -> str | None:
        """Return the person whom the document introduced with the title that a description repeats."""
        words = tuple(token.text.lower() for token in self._context.tokens[speaker.first : speaker.last])
        return self._title_holders.get(words[1:]) if words[0] == "the" else None

    def _described_body(self, speaker: SpeakerSpan) -> str | None:
        """Return the body that the words describe, as "the Russian military" does, apart from a determiner."""
        tokens = self._context.tokens
        link = self._links_by_end.get(tokens[speaker.last - 1].end)
        first = speaker.first + ("determiners" in tokens[speaker.first].kinds)
        return link.entity if link is not None and link.start == tokens[first].start else None

    def observe(self, sentence: Sentence, span: SpeakerSpan | None, speaker: ResolvedSpeaker | None) -> None:
        """Record a sentence and its speaker, if it has one."""
        self._observed.append(_Observed(sentence, span, speaker))

    def last_subject(self, sentence: Sentence) -> ResolvedSpeaker | None:
        """Return the person whom the last sentence with people is about, in this or the last paragraph."""
        people = self._earlier_people(sentence)
        is_near = any(
            sentence.paragraph - observed.sentence.paragraph <= 1
            for observed in self._earlier(sentence)
            if self._observed_people(observed) is people
        )
        return people[0].speaker if is_near and people[0].is_subject else None

    def names_others(self, speaker: ResolvedSpeaker | None) -> bool:
        """Return whether a sentence after the last one with a speaker names anybody else."""
        for observed in self._observed[: -_MAX_SENTENCES - 1 : -1]:
            if observed.speaker is not None:
                return False
            if any(
                speaker is None or person.speaker.entity != speaker.entity for person in self._observed_people(observed)
            ):
                return True
        return False

    def _observed_people(self, observed: _Observed) -> list[_Person]:
        """Return the people of an observed sentence: its speaker, else its subjects, then the others."""
        first = observed.sentence.first
        if first not in self._people_by_sentence:
            self._people_by_sentence[first] = self._find_people(observed)
        return self._people_by_sentence[first]

    def _find_people(self, observed: _Observed) -> list[_Person]:
        people = list(self._people_of(observed.sentence, self._context.tokens[observed.sentence.last - 1].end))
        span, speaker = observed.span, observed.speaker
        if span is None or speaker is None or not self._is_person(span):
            return people
        return [_Person(speaker, self._gender_of_speaker(span, speaker), is_subject=True), *_demoted(people, speaker)]

    def _observed_organization(self, observed: _Observed) -> ResolvedSpeaker | None:
        if observed.span is not None and (not self._is_person(observed.span) or self._is_unknown_name(observed.span)):
            return observed.speaker
        return self._organization_of(observed.sentence, self._context.tokens[observed.sentence.last - 1].end)

    def _is_person(self, speaker: SpeakerSpan) -> bool:
        if speaker.mention is not None:
            return speaker.mention.type is EntityType.PERSON
        if speaker.pronoun is not None:
            return speaker.pronoun in _PERSONAL
        last = self._context.tokens[speaker.last - 1]
        return "bodies" not in last.kinds and not (last.text.isupper() and self._is_unknown_name(speaker))

    def _is_unknown_name(self, speaker: SpeakerSpan) -> bool:
        """Return whether the span is a name that nothing identifies: of a person, or of what "it" can mean."""
        last = self._context.tokens[speaker.last - 1]
        return speaker.mention is None and speaker.pronoun is None and last.is_capital

    def _people_of(self, sentence: Sentence, end: int) -> Iterator[_Person]:
        """Yield the people whom a sentence names before `end`, outside its quotations, subjects first."""
        mentions = [mention for mention in self._mentions_of(sentence, end) if mention.type is EntityType.PERSON]
        people = [_Person(self._speaker(m), self._gender(m), self._is_subject(m)) for m in mentions]
        yield from sorted(people, key=lambda person: not person.is_subject)

    def _organization_of(self, sentence: Sentence, end: int) -> ResolvedSpeaker | None:
        """Return the first actor that is no person and a subject in a sentence, before `end`."""
        for mention in self._mentions_of(sentence, end):
            if mention.type in ACTOR_TYPES and mention.type is not EntityType.PERSON and self._is_subject(mention):
                return self._speaker(mention)
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

    def _speaker(self, mention: CandidateMention) -> ResolvedSpeaker:
        return ResolvedSpeaker(mention.entity, self._context.document.combined[mention.start : mention.end])

    def _is_subject(self, mention: CandidateMention) -> bool:
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

    def _gender(self, mention: CandidateMention) -> str | None:
        """Return the gender that the title before the name tells, else the given name of the entity."""
        first = self._context.document.words_of(mention.start, mention.end).start
        titles = self._context.tokens[max(first - 1, 0) : first]
        return _gender_of_words(titles) or self._gender_of_entity(mention.entity)

    def _gender_of_entity(self, entity: str | None) -> str | None:
        """Return the gender of the given name, which begins the id of a person."""
        name = (entity or "").partition("-")[0]
        is_family_name = "family_names" in self._context.word_lists.kinds.get(name, ())
        return None if is_family_name else self._context.word_lists.given_names.gender(name)

    def _gender_of_speaker(self, span: SpeakerSpan, speaker: ResolvedSpeaker) -> str | None:
        if span.mention is not None:
            return self._gender(span.mention)
        if span.pronoun is not None:
            return _GENDER_OF_PRONOUN.get(span.pronoun)
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


def _fits(person: _Person, gender: str | None) -> bool:
    return gender is None or person.gender in (None, gender)


def _first(people: Sequence[_Person], gender: str | None) -> ResolvedSpeaker | None:
    return next((person.speaker for person in people if _fits(person, gender)), None)


def _demoted(people: Sequence[_Person], speaker: ResolvedSpeaker) -> Iterator[_Person]:
    """Yield the other people of a sentence that has a speaker: none of them is its subject."""
    for person in people:
        if person.speaker.entity != speaker.entity:
            yield person._replace(is_subject=False)
