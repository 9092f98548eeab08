"""Resolution of speaker spans: to an entity, to what a pronoun refers to, or to the words alone."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from app.models import EntityType
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.leads import Lead, LeadFinder
from seed.extract.statements.people import (
    GENDER_OF_PRONOUN,
    Person,
    ResolvedSpeaker,
    SentenceMentions,
    described_people,
    is_epithet,
)
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import MentionWords, SpeakerSpan

_PERSONAL = frozenset({"he", "she", "who"})
# Words that show that a sentence is still about the person whom a pronoun means.
_FORMS = {"he": frozenset({"he", "him", "his"}), "she": frozenset({"she", "her"})}
# A pronoun refers at most two paragraphs back, so that a subheading may intervene; farther back are others.
_MAX_PARAGRAPHS = 2
# A paragraph may be a whole book.
_MAX_SENTENCES = 20
# "The long report"
_MAX_WORDS_TO_DOCUMENT = 4
_NOBODY = ResolvedSpeaker(None, None)


class _Observed(NamedTuple):
    """A sentence with its speaker, if it has one."""

    sentence: Sentence
    span: SpeakerSpan | None
    speaker: ResolvedSpeaker | None


class SpeakerResolver:
    """Follows a document sentence by sentence, and looks back in it for whom a pronoun would refer to."""

    def __init__(
        self,
        context: DocumentContext,
        mentions: MentionWords,
        links: Sequence[CandidateMention],
        title_holders: dict[tuple[str, ...], str],
    ) -> None:
        self._context = context
        self._all_mentions = mentions.all
        self._mentions = SentenceMentions(context, mentions.all)
        self._leads = LeadFinder(context, mentions)
        self._links_by_end = {link.end: link for link in links}
        self._title_holders = title_holders
        self._observed: list[_Observed] = []
        self._leads_by_sentence: dict[int, Lead | None] = {}
        self._people_by_sentence: dict[int, list[Person]] = {}

    @cached_property
    def _described(self) -> dict[str, str]:
        return described_people(self._context, self._all_mentions)

    def resolve(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker:
        """Return the speaker that a span means."""
        words = self._words(speaker)
        if speaker.mention is not None:
            return ResolvedSpeaker(speaker.mention.entity, words)
        if speaker.pronoun is not None:
            is_possessive = words.lower() != speaker.pronoun  # "Her answer:" names nobody
            return self._resolve_pronoun(sentence, speaker) or ResolvedSpeaker(None, None if is_possessive else words)
        if is_epithet(self._context.tokens[speaker.first : speaker.last]):
            gender = self._mentions.gender_of_span(speaker, _NOBODY)
            return self._only_earlier_person(sentence, gender, None) or ResolvedSpeaker(None, words)
        entity = self._resolve_title(speaker) or self._described_body(speaker)
        if entity is None and (author := self._author_of(sentence, speaker)) is not None:
            return author
        return ResolvedSpeaker(entity, words)

    def _author_of(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker | None:
        """Return who said the document that speaks: "NATO said in a statement … the statement read"."""
        noun = self._context.tokens[speaker.last - 1]
        if speaker.last - speaker.first != 2 or "documents" not in noun.kinds or noun.is_capital:
            return None
        for observed in self._earlier(sentence):
            if observed.speaker is not None and self._has_word(observed.sentence, frozenset({noun.text})):
                return observed.speaker
        return None

    def _words(self, speaker: SpeakerSpan) -> str:
        tokens = self._context.tokens
        return self._context.document.combined[tokens[speaker.first].start : tokens[speaker.last - 1].end]

    def _resolve_pronoun(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker | None:
        """Return whom a pronoun refers to: a fitting subject before it in the sentence, else of the last sentences."""
        end = self._context.tokens[speaker.first].start
        if speaker.pronoun in _PERSONAL:
            gender = GENDER_OF_PRONOUN.get(speaker.pronoun)
            # In "Smith, he said, had agreed" he is somebody else.
            before = self._context.tokens[speaker.first - 1].end if end and self._follows_comma(speaker) else -1
            people = self._mentions.people_of(sentence, end, but_ending_at=before)
            subjects = [person for person in people if person.is_subject]
            lead = self._lead_before(sentence, speaker.first)
            known = _first([*lead, *subjects], gender)
            return known or self._only_earlier_person(sentence, gender, speaker.pronoun)
        if speaker.pronoun != "it":
            return None
        return self._mentions.organization_of(sentence, end) or self._earlier_organization(sentence)

    def _follows_comma(self, speaker: SpeakerSpan) -> bool:
        return self._context.tokens[speaker.first].gap == ", "

    def _lead_before(self, sentence: Sentence, end: int) -> list[Person]:
        """Return the described person with whom a sentence begins, before a word."""
        lead = self._lead_of(sentence)
        if lead is None or lead.span.pronoun is not None or lead.span.last > end or not lead.is_certain:
            return []
        return [self._person_of(sentence, lead)]

    def _only_earlier_person(
        self, sentence: Sentence, gender: str | None, pronoun: str | None
    ) -> ResolvedSpeaker | None:
        """Return the one person whom the last sentence with somebody fitting may mean; of several the only subject.

        Who is named beside the very pronoun is somebody else: "She thanked him". Beyond people of the other gender only
        somebody whose gender is known is meant, in this or the last paragraph.
        """
        is_beyond = False
        for observed in self._earlier(sentence, _FORMS.get(pronoun or "", frozenset())):
            lead = self._lead_of(observed.sentence) if observed.speaker is None else None
            if pronoun is not None and lead is not None and lead.span.pronoun == pronoun:
                continue
            people = self._people_of(observed)
            fitting = [person for person in people if _fits(person, gender)]
            if is_beyond and people:
                is_near = sentence.paragraph - observed.sentence.paragraph <= 1
                fitting = [person for person in fitting if is_near and person.gender is not None]
            is_beyond = is_beyond or bool(people)
            if fitting:
                subjects = [person for person in fitting if person.is_subject] or fitting
                is_known = len({person.speaker for person in subjects}) == 1 and subjects[0].speaker != _NOBODY
                return subjects[0].speaker if is_known else None
        return None

    def _earlier(self, sentence: Sentence, forms: frozenset[str] = frozenset()) -> Iterator[_Observed]:
        """Yield the observed sentences that a pronoun in `sentence` can refer to, the last one first.

        Two paragraphs back are the limit, counted from the last sentence that has one of its `forms`.
        """
        paragraph = sentence.paragraph
        for observed in self._observed[: -_MAX_SENTENCES - 1 : -1]:
            if paragraph - observed.sentence.paragraph > _MAX_PARAGRAPHS:
                return
            yield observed
            if forms and self._has_word(observed.sentence, forms):
                paragraph = observed.sentence.paragraph

    def _has_word(self, sentence: Sentence, words: frozenset[str]) -> bool:
        return any(self._context.tokens[index].text.lower() in words for index in sentence.outside)

    def _earlier_people(self, sentence: Sentence) -> list[Person]:
        return next(filter(None, map(self._people_of, self._earlier(sentence))), [])

    def _earlier_organization(self, sentence: Sentence) -> ResolvedSpeaker | None:
        for observed in self._earlier(sentence):
            if observed.speaker is None and self._is_about_document(observed.sentence):
                return None
            if (organization := self._observed_organization(observed)) is not None:
                return organization
        return None

    def _is_about_document(self, sentence: Sentence) -> bool:
        """Return whether a document is the subject, which "it" means then: "One letter came. It said: …"."""
        words = self._context.tokens[sentence.first : min(sentence.first + _MAX_WORDS_TO_DOCUMENT, sentence.last)]
        is_phrase = "determiners" in words[0].kinds
        return is_phrase and any("documents" in word.kinds and word.gap == " " for word in words[1:])

    def _resolve_title(self, speaker: SpeakerSpan) -> str | None:
        """Return the person whom the document introduced with the title or noun that a description repeats."""
        words = tuple(token.text.lower() for token in self._context.tokens[speaker.first : speaker.last])
        if words[0] != "the":
            return None
        return self._title_holders.get(words[1:]) or self._described.get(words[-1])

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
            if self._people_of(observed) is people
        )
        return people[0].speaker if is_near and people[0].is_subject and people[0].speaker != _NOBODY else None

    def names_somebody(self, sentence: Sentence) -> bool:
        """Return whether a sentence names a person outside its quotations."""
        return bool(self._mentions.people_of(sentence, self._context.tokens[sentence.last - 1].end))

    def names_others(self, speaker: ResolvedSpeaker | None) -> bool:
        """Return whether a sentence after the last one with a speaker names anybody else."""
        for observed in self._observed[: -_MAX_SENTENCES - 1 : -1]:
            if observed.speaker is not None:
                return False
            if any(speaker is None or not _is_same(person.speaker, speaker) for person in self._people_of(observed)):
                return True
        return False

    def _people_of(self, observed: _Observed) -> list[Person]:
        """Return the people of an observed sentence: its speaker, else its subjects, then the others."""
        first = observed.sentence.first
        if first not in self._people_by_sentence:
            self._people_by_sentence[first] = self._find_people(observed)
        return self._people_by_sentence[first]

    def _find_people(self, observed: _Observed) -> list[Person]:
        sentence = observed.sentence
        people = self._mentions.people_of(sentence, self._context.tokens[sentence.last - 1].end)
        span, speaker = observed.span, observed.speaker
        if span is not None and speaker is not None and self._is_person(span):
            gender = self._mentions.gender_of_span(span, speaker)
            return [Person(speaker, gender, is_subject=True), *_demoted(people, speaker)]
        lead = self._lead_of(sentence)
        if lead is None or lead.span.pronoun is not None:
            return people
        person = self._person_of(sentence, lead)
        return [person, *_demoted(people, person.speaker)]

    def _lead_of(self, sentence: Sentence) -> Lead | None:
        if sentence.first not in self._leads_by_sentence:
            self._leads_by_sentence[sentence.first] = self._leads.lead_of(sentence)
        return self._leads_by_sentence[sentence.first]

    def _person_of(self, sentence: Sentence, lead: Lead) -> Person:
        """Return the person with whom a sentence begins; nobody known if that is not certain to be one."""
        speaker = self.resolve(sentence, lead.span) if lead.is_certain else _NOBODY
        return Person(speaker, self._mentions.gender_of_span(lead.span, speaker), is_subject=True)

    def _observed_organization(self, observed: _Observed) -> ResolvedSpeaker | None:
        if observed.span is not None and (not self._is_person(observed.span) or self._is_unknown_name(observed.span)):
            return observed.speaker
        return self._mentions.organization_of(observed.sentence, self._context.tokens[observed.sentence.last - 1].end)

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


def _is_same(person: ResolvedSpeaker, speaker: ResolvedSpeaker) -> bool:
    """Return whether two speakers are one: by the entity, without one by the words."""
    return person.entity == speaker.entity and (person.entity is not None or person.name == speaker.name)


def _fits(person: Person, gender: str | None) -> bool:
    return gender is None or person.gender in (None, gender)


def _first(people: Sequence[Person], gender: str | None) -> ResolvedSpeaker | None:
    return next((person.speaker for person in people if _fits(person, gender)), None)


def _demoted(people: Sequence[Person], speaker: ResolvedSpeaker) -> Iterator[Person]:
    """Yield the other people of a sentence that has a speaker: none of them is its subject."""
    for person in people:
        if not _is_same(person.speaker, speaker):
            yield person._replace(is_subject=False)
