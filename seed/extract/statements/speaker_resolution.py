"""Resolution of speaker spans: to an entity, to what a pronoun refers to, or to the words alone."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from app.models import ACTOR_TYPES, EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.attribution import Attribution
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import SpeakerSpan

_SINGULAR = frozenset({"he", "she", "who", "i"})


class ResolvedSpeaker(NamedTuple):
    """The speaker of a statement: the entity if known, and the words used."""

    entity: str | None
    name: str | None


class SpeakerResolver:
    """Tracks, sentence by sentence, the person and the organization that a pronoun would refer to."""

    def __init__(
        self, context: DocumentContext, mentions: Sequence[CandidateMention], title_holders: dict[tuple[str, ...], str]
    ) -> None:
        self._context = context
        self._mentions = mentions
        self._title_holders = title_holders
        self._starts = [mention.start for mention in mentions]
        self.person: ResolvedSpeaker | None = None
        self.person_paragraph = 0
        self._organization: ResolvedSpeaker | None = None

    def resolve(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker:
        """Return the speaker that a span means."""
        tokens = self._context.tokens
        words = self._context.document.combined[tokens[speaker.first].start : tokens[speaker.last - 1].end]
        if speaker.mention is not None:
            return ResolvedSpeaker(speaker.mention.entity, words)
        if speaker.pronoun is not None:
            return self._resolve_pronoun(sentence, speaker) or ResolvedSpeaker(None, words)
        return ResolvedSpeaker(self._resolve_title(speaker), words)

    def _resolve_pronoun(self, sentence: Sentence, speaker: SpeakerSpan) -> ResolvedSpeaker | None:
        """Return whom a pronoun refers to: the matching subject before it in the sentence, else the last one."""
        person, organization = self._subjects(sentence, self._context.tokens[speaker.first].start)
        if speaker.pronoun in _SINGULAR:
            return person or self.person
        return (organization or self._organization) if speaker.pronoun == "it" else None

    def _resolve_title(self, speaker: SpeakerSpan) -> str | None:
        """Return the person whom the document introduced with the title that a description repeats."""
        words = tuple(token.text.lower() for token in self._context.tokens[speaker.first : speaker.last])
        return self._title_holders.get(words[1:]) if words[0] == "the" else None

    def observe(self, sentence: Sentence, attribution: Attribution | None, speaker: ResolvedSpeaker | None) -> None:
        """Record whom a sentence is about: its speaker, else its subject."""
        person, organization = self._subjects(sentence, self._context.tokens[sentence.last - 1].end)
        if attribution is not None and speaker is not None:
            if self._is_person(attribution.speaker):
                person = speaker
            else:
                organization = speaker
        if person is not None:
            self.person, self.person_paragraph = person, sentence.paragraph
        self._organization = organization or self._organization

    def _is_person(self, speaker: SpeakerSpan) -> bool:
        if speaker.mention is not None:
            return speaker.mention.type is EntityType.PERSON
        if speaker.pronoun is not None:
            return speaker.pronoun in _SINGULAR
        return "bodies" not in self._context.tokens[speaker.last - 1].kinds

    def _subjects(self, sentence: Sentence, end: int) -> tuple[ResolvedSpeaker | None, ResolvedSpeaker | None]:
        """Return the first person and the first other actor that are subjects in a sentence, before `end`."""
        person = organization = None
        index = bisect_left(self._starts, self._context.tokens[sentence.first].start)
        while index < len(self._mentions) and self._starts[index] < end and not (person and organization):
            mention = self._mentions[index]
            index += 1
            if mention.entity is None or mention.kind is MentionKind.DEMONYM or not self._is_subject(sentence, mention):
                continue
            speaker = ResolvedSpeaker(mention.entity, self._context.document.combined[mention.start : mention.end])
            if mention.type is EntityType.PERSON:
                person = person or speaker
            elif mention.type in ACTOR_TYPES:
                organization = organization or speaker
        return person, organization

    def _is_subject(self, sentence: Sentence, mention: CandidateMention) -> bool:
        folded = self._context.document.folded
        # Quotations do not overlap and are in order, so only the last one that opens before the mention can have it.
        number = bisect_left(sentence.quotes, mention.start, key=attrgetter("opened"))
        if number and mention.start < sentence.quotes[number - 1].closed:
            return False
        if folded.startswith("'s", mention.end):
            return False
        before = folded[max(0, mention.start - 15) : mention.start].split()
        return not before or "prepositions" not in self._context.word_lists.kinds.get(before[-1].lower(), ())
