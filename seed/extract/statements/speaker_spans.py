"""Spans that name the speaker: a mention, a pronoun or a description next to the verb of saying."""

from collections.abc import Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext, mentions_by_word
from seed.extract.statements.sentences import Sentence

# Descriptions are as long as "a senior official of the interior ministry"; phrases and asides follow a subject.
_MAX_DESCRIPTION_WORDS = 9
_MAX_PHRASE_WORDS = 12
_MAX_ASIDE_WORDS = 40
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
# Words before which no description extends: in "what activists said" the speaker is "activists".
_DESCRIPTION_STOPS = frozenset(
    ["what", "that", "which", "when", "while", "and", "but", "because", "although", "as", "if", "where", "how", "why"]
)
_QUANTIFIERS = frozenset({"one", "two", "some", "others", "many", "another"})


class SpeakerSpan(NamedTuple):
    """Words [first, last) that name the speaker: a mention, a pronoun or a description."""

    first: int
    last: int
    mention: CandidateMention | None = None
    pronoun: str | None = None


class _Subject(NamedTuple):
    """The first span of a chain of attached spans if it is a subject, and the last span of the chain."""

    head: SpeakerSpan | None
    nearest: SpeakerSpan | None


class SpeakerFinder:
    """Finds the spans of speakers in one document."""

    def __init__(self, context: DocumentContext, mentions: Sequence[CandidateMention]) -> None:
        self._tokens = context.tokens
        self._titles = context.title_words
        self._mention_at = mentions_by_word(context.document, mentions)
        self._subjects: dict[int, _Subject] = {}

    def is_in_mention(self, index: int) -> bool:
        """Return whether a word belongs to a mention."""
        return index in self._mention_at

    def after_cue(self, sentence: Sentence, first: int) -> SpeakerSpan | None:
        """Return the speaker after a cue, from the word `first`: titles and then a mention, or else a description."""
        limit = min(first + _MAX_DESCRIPTION_WORDS, sentence.last)
        for index in range(first, limit):
            if index > first and any(mark in self._tokens[index].gap for mark in ',;:("'):
                return None
            if index == first and self._tokens[index].text.lower() in _PRONOUNS:
                return SpeakerSpan(index, index + 1, pronoun=self._tokens[index].text.lower())
            if speaker := self._span_starting_at(first, index, sentence.last):
                return speaker
        return None

    def _span_starting_at(self, first: int, index: int, limit: int) -> SpeakerSpan | None:
        mention = self._mention_at.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return SpeakerSpan(index, self._end_of(index), mention) if self._is_complete(mention, index) else None
        kinds = self._tokens[index].kinds
        is_title = index in self._titles and index + 1 < limit and self._is_person(index + 1)
        if "speakers" not in kinds or is_title or self._is_quantifier(index, limit):
            return None
        author = None
        if "documents" in kinds:
            author = next((self._mention_at[i] for i in range(first, index) if self._can_be_author(i)), None)
        return SpeakerSpan(first, index + 1, author)

    def _is_person(self, index: int) -> bool:
        mention = self._mention_at.get(index)
        return index in self._titles or (mention is not None and mention.type is EntityType.PERSON)

    def _is_quantifier(self, index: int, limit: int) -> bool:
        """Return whether the word only quantifies what follows, as in "one of the sources"."""
        return self._tokens[index].text in _QUANTIFIERS and index + 1 < limit and self._tokens[index + 1].text == "of"

    def _can_be_author(self, index: int) -> bool:
        return index in self._mention_at and self._mention_at[index].kind is not MentionKind.DEMONYM

    def _is_complete(self, mention: CandidateMention, index: int) -> bool:
        """Return whether a mention is the whole span; in "the State Department spokesman" it is not."""
        last = self._end_of(index)
        if mention.type is EntityType.PERSON:
            return True
        next_tokens = self._tokens[last : last + 2]
        words = [word for word in next_tokens[:1] if word.gap in (" ", "'")]
        words += [word for word in next_tokens[1:] if words and word.gap == " "]
        return not any("speakers" in word.kinds or "title_starts" in word.kinds for word in words)

    def _end_of(self, index: int) -> int:
        mention = self._mention_at[index]
        while self._mention_at.get(index) is mention:
            index += 1
        return index

    def _start_of(self, index: int) -> int:
        mention = self._mention_at[index]
        while self._mention_at.get(index - 1) is mention:
            index -= 1
        return index

    def before_cue(self, sentence: Sentence, cue: int) -> SpeakerSpan | None:
        """Return the subject of the verb at `cue`, skipping adverbs, dates and phrases attached to the subject."""
        outside = sentence.outside
        index = cue - 1
        while index in outside and self.is_insertion(index):
            index -= 1
        if index in outside and "," in self._tokens[index + 1].gap:
            index = index if self._is_apposition(index) else self._before_aside(index, outside)
        return self._subject(index, outside)

    def _is_apposition(self, index: int) -> bool:
        """Return whether a person's name and title fill the words between two commas, the second after `index`."""
        mention = self._mention_at.get(index)
        if mention is None or mention.type is not EntityType.PERSON:
            return False
        first = self._start_of(index)
        while first and first - 1 in self._titles and "," not in self._tokens[first].gap:
            first -= 1
        return "," in self._tokens[first].gap

    def is_insertion(self, index: int) -> bool:
        """Return whether a word can be between subject and verb: an auxiliary, an adverb, a date."""
        token = self._tokens[index]
        is_day = "openers" in token.kinds and token.is_capital and len(token.text) > 3
        return "between" in token.kinds or token.text.isdigit() or is_day

    def _before_aside(self, index: int, outside: frozenset[int]) -> int:
        """Return the word before the comma that begins the phrase that ends at `index`."""
        for position in range(index, max(index - _MAX_ASIDE_WORDS, 0), -1):
            if position not in outside:
                break
            if "," in self._tokens[position].gap:
                return position - 1
        return index

    def _subject(self, index: int, outside: frozenset[int]) -> SpeakerSpan | None:
        """Return the span that ends at `index`, or the one it is attached to ("Lute of the mission", "X, who …")."""
        # Each verb of a long sentence may be attached to all words before it, so what follows from a word is kept.
        chain: list[tuple[int, SpeakerSpan | None]] = []
        subject = _Subject(None, None)
        while index in outside:
            if (known := self._subjects.get(index)) is not None:
                subject = known
                break
            span = self._span_ending_at(index, outside)
            attachment = self._attachment(span, index, outside)
            if span and (span.pronoun or attachment is None):
                subject = self._subjects[index] = _Subject(span, None)
                break
            if attachment is None:
                subject = self._subjects[index] = _Subject(None, None)
                break
            chain.append((index, span))
            index = attachment - 1
        for first, span in reversed(chain):
            subject = self._subjects[first] = _Subject(subject.head, span or subject.nearest)
        return subject.head or subject.nearest

    def _span_ending_at(self, index: int, outside: frozenset[int]) -> SpeakerSpan | None:
        mention = self._mention_at.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return SpeakerSpan(self._start_of(index), self._end_of(index), mention)
        text = self._tokens[index].text
        if text.lower() in _PRONOUNS:
            return SpeakerSpan(index, index + 1, pronoun=text.lower())
        if "speakers" in self._tokens[index].kinds or mention is not None:
            return SpeakerSpan(self._description_start(index, outside), index + 1)
        return None

    def _description_start(self, index: int, outside: frozenset[int]) -> int:
        first = index
        while first - 1 in outside and index - first < _MAX_DESCRIPTION_WORDS:
            before = self._tokens[first - 1]
            if self._tokens[first].gap not in (" ", "-", "'") or before.text.lower() in _DESCRIPTION_STOPS:
                break
            if "prepositions" in before.kinds or "say" in before.kinds:
                break
            first -= 1
            if "determiners" in before.kinds:
                break
        return first

    def _attachment(self, span: SpeakerSpan | None, index: int, outside: frozenset[int]) -> int | None:
        """Return the preposition or relative pronoun that attaches a span to an earlier noun, or None."""
        first = span.first if span else index
        max_words = _MAX_PHRASE_WORDS
        if span is not None and span.mention is None:
            max_words = 2  # a description includes its first word, so only the word right before it can attach it
        for position in range(first, first - max_words, -1):
            token = self._tokens[position] if position in outside else None
            if token is None or (position < first and self._ends_attachment(position, span)):
                return None
            if position < first and (token.text in ("who", "which", "that") or "prepositions" in token.kinds):
                return position if token.gap in (" ", ", ") and position - 1 in outside else None
            if token.gap not in (" ", "-", "'", " -"):
                return None
        return None

    def _ends_attachment(self, position: int, span: SpeakerSpan | None) -> bool:
        """Return whether a word before a span shows that no earlier preposition attaches it."""
        token = self._tokens[position]
        if token.text in ("what", "when", "because", "if"):
            return True
        is_person = span is not None and span.mention is not None and span.mention.type is EntityType.PERSON
        is_attachment = "prepositions" in token.kinds or token.text in ("who", "which", "that")
        return is_person and not is_attachment and "determiners" not in token.kinds and position not in self._titles
