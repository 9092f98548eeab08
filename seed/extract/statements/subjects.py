"""The subject of a verb of saying, before it: a mention, a pronoun, an unknown name or a description."""

from collections.abc import Collection
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.statements.noun_phrases import description_start, is_day, name_start, plain_phrase_start
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import PRONOUNS, MentionWords, SpeakerSpan

# Phrases and asides that follow a subject.
_MAX_PHRASE_WORDS = 12
_MAX_ASIDE_WORDS = 40
_MAX_COMPLEMENT_WORDS = 8
# "who had just lost her house"
_MAX_RELATIVE_WORDS = 6
_CONJUNCTIONS = frozenset({"and", "but", "or"})
# "a day after a lawmaker said": what follows these is a clause of its own.
_BEFORE_CLAUSES = frozenset({"after", "before", "since", "until", "as", "than"})
_BEFORE_NAMES = frozenset({"determiners", "speakers", "persons", "heads"})
_RELATIVES = frozenset({"who", "which", "that"})
# Adverbs end so; these words do too.
_NOT_ADVERBS = frozenset({"family", "assembly", "ally", "monopoly", "anomaly", "reply", "supply", "only"})


class _Subject(NamedTuple):
    """The first span of a chain of attached spans if it is a subject, and the last span of the chain."""

    head: SpeakerSpan | None
    nearest: SpeakerSpan | None


class SubjectFinder:
    """Finds the subjects of verbs in one document."""

    def __init__(self, context: DocumentContext, mentions: MentionWords) -> None:
        self._tokens = context.tokens
        self._titles = context.title_words
        self._mentions = mentions
        self._subjects: dict[int, _Subject] = {}

    def before_cue(self, sentence: Sentence, cue: int) -> SpeakerSpan | None:
        """Return the subject of the verb at `cue`.

        Adverbs, dates, brackets and phrases attached to the subject are skipped.
        """
        outside = sentence.outside
        index = cue - 1
        while index in outside and self.is_insertion(index) and "," not in self._tokens[index + 1].gap:
            index -= 1
        if self._tokens[index].text in _CONJUNCTIONS:
            return None  # the verb shares the subject of the one before: "cited it and said"
        index = self._before_bracket(index, outside)
        if index in outside and "," in self._tokens[index + 1].gap:
            if not self._is_apposition(index, outside):
                index = self._end_of_named_aside(index, outside) or self._before_asides(sentence, index)
            index = self._before_bracket(index, outside)
        return self._subject(index, outside)

    def leading_subject(self, sentence: Sentence, end: int) -> SpeakerSpan | None:
        """Return the mention or pronoun that begins a sentence, after its titles and what they belong to."""
        for index in range(sentence.first, end):
            if index not in sentence.outside or (
                index > sentence.first and self._tokens[index].gap not in (" ", ". ", "-")
            ):
                return None
            if self._tokens[index].text.lower() in PRONOUNS:
                return SpeakerSpan(index, index + 1, pronoun=self._tokens[index].text.lower())
            mention = self._mentions.at.get(index)
            if mention is not None and mention.type is EntityType.PERSON:
                return self._mentions.span_at(index)
            is_before_name = (
                mention is not None or index in self._titles or self._tokens[index].kinds & {"openers", "speakers"}
            )
            if not is_before_name:
                return None
        return None

    def _before_bracket(self, index: int, outside: Collection[int]) -> int:
        """Return the word before the bracket that closes after a word, as in "Smith (R-Ohio) said", or the word."""
        if index not in outside or ")" not in self._tokens[index + 1].gap:
            return index
        for position in range(index, max(index - _MAX_PHRASE_WORDS, 0), -1):
            if "(" in self._tokens[position].gap:
                return position - 1
        return index

    def _is_apposition(self, index: int, outside: Collection[int]) -> bool:
        """Return whether a person's name and title fill the words between two commas, the second after `index`."""
        mention = self._mentions.at.get(index)
        if mention is None:
            first = name_start(self._tokens, index, outside)
            return first is not None and self._tokens[first].gap == ", " and self._is_after_title(first)
        if mention.type is not EntityType.PERSON:
            return False
        first = self._mentions.start_of(index)
        while first and first - 1 in self._titles and "," not in self._tokens[first].gap:
            first -= 1
        return "," in self._tokens[first].gap

    def _end_of_named_aside(self, index: int, outside: Collection[int]) -> int | None:
        """Return the last word of the name that begins an aside: "the author, Jane Roe of the university, said"."""
        first = index
        while first in outside and "," not in self._tokens[first].gap and index - first < _MAX_ASIDE_WORDS:
            first -= 1
        if first not in outside or first == 0 or not self._is_after_title(first):
            return None
        while first < index and first in self._titles:
            first += 1
        mention = self._mentions.at.get(first)
        if mention is None or mention.type is not EntityType.PERSON:
            return None
        last = self._mentions.end_of(first)
        return last - 1 if last <= index and self._tokens[last].gap != "'" else None

    def _is_after_title(self, index: int) -> bool:
        before = self._tokens[index - 1]
        return index - 1 in self._titles or "speakers" in before.kinds

    def is_before_name(self, index: int) -> bool:
        """Return whether a word belongs to the subject before its name: a title, a determiner, a noun for people."""
        kinds = self._tokens[index].kinds
        is_negation = self._tokens[index].text.lower() == "no"
        return not is_negation and (
            index in self._titles or not kinds.isdisjoint({"determiners", "speakers", "persons"})
        )

    def is_insertion(self, index: int) -> bool:
        """Return whether a word can be between subject and verb: an auxiliary, an adverb, a date."""
        token = self._tokens[index]
        is_adverb = token.text.endswith("ly") and not token.is_capital and token.text not in _NOT_ADVERBS
        return "between" in token.kinds or token.text.isdigit() or is_adverb or is_day(token)

    def _before_asides(self, sentence: Sentence, index: int) -> int:
        """Return the word before the comma that begins the aside that ends at `index`.

        "Smith, a lawyer, author and critic, said": of several commas, the first after a name that begins the sentence
        or a clause counts; without such a name, the last.
        """
        nearest = None
        for position in range(index, max(index - _MAX_ASIDE_WORDS, 0), -1):
            if position not in sentence.outside:
                break
            if "," not in self._tokens[position].gap:
                continue
            nearest = position - 1 if nearest is None else nearest
            if position - 1 in sentence.outside and self._is_leading_name(sentence, position - 1):
                return position - 1
        return index if nearest is None else nearest

    def _is_leading_name(self, sentence: Sentence, index: int) -> bool:
        """Return whether a name ends at a word and begins, with its titles, the sentence or follows a quotation."""
        mention = self._mentions.at.get(index)
        if mention is not None and mention.type is not EntityType.PERSON:
            return False
        first = (
            self._mentions.start_of(index) if mention is not None else name_start(self._tokens, index, sentence.outside)
        )
        if first is None:
            return False
        while first - 1 in sentence.outside and (first - 1 in self._titles or first - 1 in self._mentions.at):
            first -= 1
        return first - 1 not in sentence.outside or '"' in self._tokens[first].gap

    def _subject(self, index: int, outside: Collection[int]) -> SpeakerSpan | None:
        """Return the span that ends at `index`, or the one it is attached to ("Lute of the mission", "X, who …")."""
        # Each verb of a long sentence may be attached to all words before it, so what follows from a word is kept.
        chain: list[tuple[int, SpeakerSpan | None]] = []
        subject = _Subject(None, None)
        end = index
        while index in outside:
            if (known := self._subjects.get(index)) is not None:
                subject = known
                break
            span = self._span_ending_at(index, outside)
            if chain and self._is_first_word(span):
                span = None  # a capital that begins a sentence is no evidence of a name
            relative = None if span is None or span.pronoun else self._relative_before(span.first, outside)
            attachment = self._attachment(span, index, outside) if relative is None else relative
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
        return self._with_complement(subject.head, end) or subject.nearest

    def _is_first_word(self, span: SpeakerSpan | None) -> bool:
        return (
            span is not None
            and span.mention is None
            and span.last - span.first == 1
            and "speakers" not in self._tokens[span.first].kinds
            and self._tokens[span.first].gap != " "
        )

    def _with_complement(self, head: SpeakerSpan | None, end: int) -> SpeakerSpan | None:
        """Return a description with the phrase up to `end` that "of" or "for" attaches to it."""
        if head is None or head.mention is not None or head.pronoun is not None or head.last >= end:
            return head
        joining = self._tokens[head.last].text
        is_joined = joining in ("of", "for") or (joining == "to" and self._tokens[head.last - 1].text == "close")
        is_joined = is_joined and end - head.last < _MAX_COMPLEMENT_WORDS
        return head._replace(last=end + 1) if is_joined else head

    def _span_ending_at(self, index: int, outside: Collection[int]) -> SpeakerSpan | None:
        mention = self._mentions.at.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return self._mentions.span_at(index)
        text = self._tokens[index].text
        if text.lower() in PRONOUNS:
            return SpeakerSpan(index, index + 1, pronoun=text.lower())
        if "speakers" in self._tokens[index].kinds or text == "PM" or mention is not None:
            return SpeakerSpan(description_start(self._tokens, index, outside), index + 1)
        if (first := name_start(self._tokens, index, outside)) is not None:
            return SpeakerSpan(self._after_titles(first, index), index + 1)
        first = plain_phrase_start(self._tokens, index, outside)
        return None if first is None else SpeakerSpan(first, index + 1)

    def _after_titles(self, first: int, last: int) -> int:
        """Return the first word of a name after its titles, which the run of capitalized words includes."""
        while first < last and first in self._titles:
            first += 1
        return first

    def _attachment(self, span: SpeakerSpan | None, index: int, outside: Collection[int]) -> int | None:
        """Return the preposition or relative pronoun that attaches a span to an earlier noun, or None."""
        first = span.first if span else index
        max_words = _MAX_PHRASE_WORDS
        if span is not None and span.mention is None:
            max_words = 2  # a description includes its first word, so only the word right before it can attach it
        for position in range(first, first - max_words, -1):
            token = self._tokens[position] if position in outside else None
            if token is None or (position < first and self._ends_attachment(position, span)):
                return None
            if position < first and position in self._titles and span is not None and span.mention is not None:
                continue  # the "of" in "chief of staff" attaches nothing
            if token.text in _RELATIVES and span is not None and position == first - 1:
                return None  # in "which Putin said" the span is the subject itself
            if position < first and token.text in _BEFORE_CLAUSES:
                return None
            if position < first and (token.text in _RELATIVES or "prepositions" in token.kinds):
                return position if token.gap in (" ", ", ") and position - 1 in outside else None
            if token.gap not in (" ", "-", "'", " -"):
                return None
        return None

    def _relative_before(self, first: int, outside: Collection[int]) -> int | None:
        """Return the "who" before the verb whose object begins at a word: "a man who saw the attack said"."""
        for position in range(first - 1, max(first - _MAX_RELATIVE_WORDS, 0), -1):
            token = self._tokens[position]
            if position not in outside or self._tokens[position + 1].gap != " " or "say" in token.kinds:
                return None
            if token.text in _RELATIVES:
                is_attached = position < first - 1 and token.gap == " " and position - 1 in outside
                return position if is_attached else None
            if token.is_capital or "determiners" in token.kinds:
                return None
        return None

    def _ends_attachment(self, position: int, span: SpeakerSpan | None) -> bool:
        """Return whether a word before a span shows that no earlier preposition attaches it."""
        token = self._tokens[position]
        if token.text in ("what", "when", "because", "if"):
            return True
        is_person = span is not None and span.mention is not None and span.mention.type is EntityType.PERSON
        is_attachment = "prepositions" in token.kinds or token.text in _RELATIVES
        is_role = position in self._titles or not token.kinds.isdisjoint(_BEFORE_NAMES)
        return is_person and not is_attachment and not is_role
