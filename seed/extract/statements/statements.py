"""Statements: quotations, partial quotations and paraphrases with their speakers."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.models import MentionKind, StatementKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.attribution import Attribution, Attributions
from seed.extract.statements.clauses import MIN_WORDS, find_clause
from seed.extract.statements.people import ResolvedSpeaker
from seed.extract.statements.quotes import Quote, find_quotes
from seed.extract.statements.sentences import Sentence, find_sentences
from seed.extract.statements.speaker_resolution import SpeakerResolver
from seed.extract.statements.speaker_spans import MentionWords, SpeakerSpan
from seed.extract.statements.transcripts import LabelledParagraph, find_transcript
from seed.records import ExtractedStatement, TextField

_FIRST_PERSON = frozenset({"i", "we", "my", "our", "us", "me"})
_END_MARKS = frozenset(",.?!")
_CREDITS = frozenset({MentionKind.BYLINE, MentionKind.CREDIT})


def find_statements(
    context: DocumentContext,
    mentions: Sequence[CandidateMention],
    links: Sequence[CandidateMention],
    title_holders: dict[tuple[str, ...], str],
) -> list[ExtractedStatement]:
    """Return the statements, in order; statements of a field do not overlap. `links` are the descriptions of bodies."""
    named = [mention for mention in mentions if mention.kind not in _CREDITS]
    words = MentionWords(context, named)
    finder = _StatementFinder(context, words, SpeakerResolver(context, words, links, title_holders))
    sentences = find_sentences(context, find_quotes(context.document))
    statements = [
        s for _, paragraph in groupby(sentences, key=lambda s: s.paragraph) for s in finder.read(list(paragraph))
    ]
    return list(_without_overlaps(sorted(statements, key=lambda s: (s.field == "text", s.start, -s.end))))


def _without_overlaps(statements: Sequence[ExtractedStatement]) -> Iterator[ExtractedStatement]:
    last = ("title", 0)
    for statement in statements:
        if statement.field != last[0] or statement.start >= last[1]:
            yield statement
            last = (statement.field, statement.end)


class _StatementFinder:
    """Reads a document paragraph by paragraph, keeping the last speaker and whether the quotation continues."""

    def __init__(self, context: DocumentContext, mentions: MentionWords, resolver: SpeakerResolver) -> None:
        self._context = context
        self._attributions = Attributions(context, mentions)
        self._resolver = resolver
        self._speaker: ResolvedSpeaker | None = None
        self._cue: str | None = None
        self._speaker_paragraph = -2
        self._is_announced = False
        self._is_in_block = False
        self._transcript, self._unspoken = find_transcript(context, mentions.all)
        self._labelled = range(min(self._transcript, default=0), max(self._transcript, default=0))

    def read(self, paragraph: Sequence[Sentence]) -> Iterator[ExtractedStatement]:
        """Yield the statements of a paragraph."""
        first = paragraph[0].first
        if (label := self._transcript.get(first)) is not None or self._is_answer_going_on(first):
            yield from self._read_transcript(paragraph, label)
            return
        if self._context.in_heading[paragraph[0].first] and not paragraph[0].quotes:
            return
        if (self._is_announced or self._is_in_block) and not self._has_own_speaker(paragraph):
            yield from self._read_block(paragraph)
            return
        self._is_in_block = False
        for sentence in paragraph:
            yield from self._read_sentence(sentence)
        self._is_announced = self._speaker_paragraph == paragraph[-1].paragraph and self._ends_with_colon(paragraph[-1])

    def _is_answer_going_on(self, first: int) -> bool:
        """Return whether a paragraph without a label stands between two with labels and is no line for the reader."""
        return first in self._labelled and first not in self._unspoken

    def _read_transcript(
        self, paragraph: Sequence[Sentence], label: LabelledParagraph | None
    ) -> Iterator[ExtractedStatement]:
        """Yield what follows the label, or the whole paragraph of a speaker who goes on."""
        if label is not None:
            span = self._attributions.labels.span_of_label(label.first, label.last)
            if label.person is not None:
                words = self._context.document.words_of(label.person.start, label.person.end)
                span = SpeakerSpan(words.start, words.stop, label.person)
            self._set_speaker(self._resolver.resolve(paragraph[0], span), None, paragraph[0])
        said = paragraph[0].first if label is None else label.said
        start = self._context.tokens[said].start
        yield self._statement(start, self._end(paragraph[-1].last, ".!?\")'"), StatementKind.QUOTATION)

    def _has_own_speaker(self, paragraph: Sequence[Sentence]) -> bool:
        if paragraph[0].quotes and paragraph[0].quotes[0].opened <= self._context.tokens[paragraph[0].first].start:
            return True
        return any(
            self._attributions.find(sentence) is not None
            for sentence in paragraph
            if not self._is_in_block or sentence.quotes
        )

    def _read_block(self, paragraph: Sequence[Sentence]) -> Iterator[ExtractedStatement]:
        """Yield a paragraph that is a quotation without marks; in the first person the next paragraphs are, too."""
        tokens = self._context.tokens[paragraph[0].first : paragraph[-1].last]
        is_first_person = any(token.text.lower() in _FIRST_PERSON for token in tokens)
        self._is_in_block = self._is_in_block or (self._is_announced and is_first_person)
        self._is_announced = False
        for sentence in paragraph:
            self._resolver.observe(sentence, None, None)
        yield self._statement(tokens[0].start, self._end(paragraph[-1].last, ".!?\")'"), StatementKind.QUOTATION)

    def _ends_with_colon(self, sentence: Sentence) -> bool:
        return self._context.document.folded.startswith(":", self._context.tokens[sentence.last - 1].end)

    def _read_sentence(self, sentence: Sentence) -> Iterator[ExtractedStatement]:
        attribution = self._attributions.find(sentence) or self._attributions.find_label(sentence)
        if attribution is not None:
            speaker = self._resolver.resolve(sentence, attribution.speaker)
            self._set_speaker(speaker, self._cue_words(attribution), sentence)
            self._resolver.observe(sentence, attribution.speaker, speaker)
            yield from self._attributed_statements(sentence, attribution)
            return
        self._resolver.observe(sentence, None, None)
        if sentence.quotes and self._attributions.has_verb_outside(sentence):
            self._speaker_paragraph = -2  # somebody else speaks here: nothing after it falls back on the last speaker
            return
        is_alone = len(sentence.outside) <= MIN_WORDS and not self._resolver.names_somebody(sentence)
        if sentence.quotes and is_alone and self._continues_speaker(sentence):
            self._speaker_paragraph = sentence.paragraph
            yield from (self._quotation(quote) for quote in sentence.quotes if self._is_long_enough(quote))

    def _cue_words(self, attribution: Attribution) -> str | None:
        if attribution.first == attribution.last:
            return None
        tokens = self._context.tokens
        start, end = tokens[attribution.first].start, tokens[attribution.last - 1].end
        return self._context.document.combined[start:end].lower()

    def _continues_speaker(self, sentence: Sentence) -> bool:
        """Return whether a quotation without a cue has a speaker.

        That is the speaker of this or the last paragraph, unless another person came in since, or else the person whom
        the last sentence with people is about.
        """
        if sentence.paragraph - self._speaker_paragraph <= 1 and not self._resolver.names_others(self._speaker):
            return True
        person = self._resolver.last_subject(sentence)
        if person is not None:
            self._set_speaker(person, None, sentence)
        return person is not None

    def _set_speaker(self, speaker: ResolvedSpeaker, cue: str | None, sentence: Sentence) -> None:
        self._speaker, self._cue, self._speaker_paragraph = speaker, cue, sentence.paragraph

    def _attributed_statements(self, sentence: Sentence, attribution: Attribution) -> Iterator[ExtractedStatement]:
        whole_quotes = [quote for quote in sentence.quotes if self._is_whole(sentence, quote)]
        if whole_quotes:
            yield from map(self._quotation, whole_quotes)
            return
        first, last = find_clause(self._context, sentence, attribution)
        if (last - first >= MIN_WORDS or sentence.quotes) and not self._ends_with_colon(sentence):
            kind = StatementKind.PARTIAL if sentence.quotes else StatementKind.PARAPHRASE
            yield self._clause(sentence, first, last, kind)

    def _clause(self, sentence: Sentence, first: int, last: int, kind: StatementKind) -> ExtractedStatement:
        if first >= last:
            first, last = sentence.first, sentence.last
        start = self._context.tokens[first].start
        if any(quote.start == start for quote in sentence.quotes):
            start -= 1
        return self._statement(start, self._end(last, ".!?\")'" if last == sentence.last else "\")'"), kind)

    def _is_whole(self, sentence: Sentence, quote: Quote) -> bool:
        """Return whether a quotation is a sentence of its own.

        It begins the sentence, or a comma or colon precedes it; a word or two need a mark of their own: “No,” she said.
        """
        folded = self._context.document.folded
        before = folded[max(0, quote.opened - 3) : quote.opened].rstrip()
        if quote.opened > self._context.tokens[sentence.first].start and before[-1:] not in (",", ":"):
            return False
        is_ended = folded[quote.end - 1] in _END_MARKS or folded.startswith(",", quote.closed + 1)
        return is_ended or self._is_long_enough(quote)

    def _is_long_enough(self, quote: Quote) -> bool:
        """Return whether a quotation has words enough for a statement: three, or two before a mark ("No comment.")."""
        words = len(self._context.document.folded[quote.start : quote.end].split())
        is_ended = self._context.document.folded[quote.end - 1] in _END_MARKS
        return words >= MIN_WORDS - is_ended

    def _end(self, last: int, marks: str) -> int:
        """Return the end of the words before `last`, including the marks that follow."""
        folded = self._context.document.folded
        end = self._context.tokens[last - 1].end
        while end < len(folded) and folded[end] in marks:
            end += 1
        return end

    def _quotation(self, quote: Quote) -> ExtractedStatement:
        return self._statement(quote.start, quote.end, StatementKind.QUOTATION)

    def _statement(self, start: int, end: int, kind: StatementKind) -> ExtractedStatement:
        document = self._context.document
        speaker = self._speaker or ResolvedSpeaker(None, None)
        field: TextField = "title" if document.offset and end <= document.title_end else "text"
        shift = 0 if field == "title" else document.offset
        return ExtractedStatement(field, start - shift, end - shift, kind, speaker.entity, speaker.name, self._cue)
