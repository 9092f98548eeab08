"""Who a naming of a speaker means: an entity, whom a pronoun points back to, or only the words used."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from app.models import ACTOR_TYPES, EntityType, MentionKind
from seed.extract.candidates import Candidate
from seed.extract.context import DocumentContext
from seed.extract.statements.attribution import Attribution
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import Speaker

_SINGULAR = frozenset({"he", "she", "who", "i"})


class Voice(NamedTuple):
    """A speaker as a statement shows it: the entity if known, and the words used."""

    entity: str | None
    name: str | None


class Voices:
    """Remembers, sentence by sentence, the person and the body that a pronoun would mean."""

    def __init__(
        self, context: DocumentContext, mentions: Sequence[Candidate], roles: dict[tuple[str, ...], str]
    ) -> None:
        self._context = context
        self._mentions = mentions
        self._roles = roles
        self._starts = [mention.start for mention in mentions]
        self.person: Voice | None = None
        self.person_in = 0
        self._body: Voice | None = None

    def of(self, sentence: Sentence, speaker: Speaker) -> Voice:
        """Returns the voice that a speaker's naming stands for."""
        tokens = self._context.tokens
        words = self._context.document.whole[tokens[speaker.first].start : tokens[speaker.last - 1].end]
        if speaker.mention is not None:
            return Voice(speaker.mention.entity, words)
        if speaker.pronoun is not None:
            return self._meant(sentence, speaker) or Voice(None, words)
        return Voice(self._by_role(speaker), words)

    def _meant(self, sentence: Sentence, speaker: Speaker) -> Voice | None:
        """Returns whom a pronoun means: the fitting subject before it in its sentence, else the last one."""
        person, body = self._subjects(sentence, self._context.tokens[speaker.first].start)
        if speaker.pronoun in _SINGULAR:
            return person or self.person
        return (body or self._body) if speaker.pronoun == "it" else None

    def _by_role(self, speaker: Speaker) -> str | None:
        """Returns the person whom the document introduced by the title that a description repeats."""
        words = tuple(token.text.lower() for token in self._context.tokens[speaker.first : speaker.last])
        return self._roles.get(words[1:]) if words[0] == "the" else None

    def notice(self, sentence: Sentence, attribution: Attribution | None, voice: Voice | None) -> None:
        """Takes note of who a sentence is about: its speaker, else its subject."""
        person, body = self._subjects(sentence, self._context.tokens[sentence.last - 1].end)
        if attribution is not None and voice is not None:
            if self._is_person(attribution.speaker):
                person = voice
            else:
                body = voice
        if person is not None:
            self.person, self.person_in = person, sentence.paragraph
        self._body = body or self._body

    def _is_person(self, speaker: Speaker) -> bool:
        if speaker.mention is not None:
            return speaker.mention.type is EntityType.PERSON
        if speaker.pronoun is not None:
            return speaker.pronoun in _SINGULAR
        return "bodies" not in self._context.tokens[speaker.last - 1].kinds

    def _subjects(self, sentence: Sentence, end: int) -> tuple[Voice | None, Voice | None]:
        """Returns the first person and the first body that stand free in a sentence before `end`, not in a quote."""
        person = body = None
        place = bisect_left(self._starts, self._context.tokens[sentence.first].start)
        while place < len(self._mentions) and self._starts[place] < end and not (person and body):
            mention = self._mentions[place]
            place += 1
            if mention.entity is None or mention.kind is MentionKind.DEMONYM or not self._is_free(sentence, mention):
                continue
            voice = Voice(mention.entity, self._context.document.whole[mention.start : mention.end])
            if mention.type is EntityType.PERSON:
                person = person or voice
            elif mention.type in ACTOR_TYPES:
                body = body or voice
        return person, body

    def _is_free(self, sentence: Sentence, mention: Candidate) -> bool:
        folded = self._context.document.folded
        if any(quote.opened < mention.start < quote.closed for quote in sentence.quotes):
            return False
        if folded.startswith("'s", mention.end):
            return False
        before = folded[max(0, mention.start - 15) : mention.start].split()
        return not before or "prepositions" not in self._context.word_lists.kinds.get(before[-1].lower(), ())
