"""Who said what: quotations, partial quotations and paraphrases with their speakers."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.models import MentionKind, StatementKind
from seed.extract.candidates import Candidate
from seed.extract.context import DocumentContext
from seed.extract.statements.attribution import Attribution, Attributions
from seed.extract.statements.clauses import SHORTEST, clause_of
from seed.extract.statements.quotes import Quote, find_quotes
from seed.extract.statements.sentences import Sentence, find_sentences
from seed.extract.statements.speaker_resolution import Voice, Voices
from seed.records import Field, Statement

_FIRST_PERSON = frozenset({"i", "we", "my", "our", "us", "me"})
_CREDITS = frozenset({MentionKind.BYLINE, MentionKind.CREDIT})


def find_statements(
    context: DocumentContext, mentions: Sequence[Candidate], roles: dict[tuple[str, ...], str]
) -> list[Statement]:
    """Returns the statements in order; none overlaps another of its field."""
    reader = _Reader(context, [mention for mention in mentions if mention.kind not in _CREDITS], roles)
    sentences = find_sentences(context, find_quotes(context.document)) if context.tokens else []
    found = [s for _, group in groupby(sentences, key=lambda s: s.paragraph) for s in reader.read(list(group))]
    return list(_apart(sorted(found, key=lambda s: (s.field == "text", s.start, -s.end))))


def _apart(statements: Sequence[Statement]) -> Iterator[Statement]:
    last = ("title", 0)
    for statement in statements:
        if statement.field != last[0] or statement.start >= last[1]:
            yield statement
            last = (statement.field, statement.end)


class _Reader:
    """Reads paragraph by paragraph and remembers the last voice and whether its words go on."""

    def __init__(
        self, context: DocumentContext, mentions: Sequence[Candidate], roles: dict[tuple[str, ...], str]
    ) -> None:
        self._context = context
        self._attributions = Attributions(context, mentions)
        self._voices = Voices(context, mentions, roles)
        self._voice: Voice | None = None
        self._cue: str | None = None
        self._spoke_in = -2
        self._announced = False
        self._in_block = False

    def read(self, paragraph: Sequence[Sentence]) -> Iterator[Statement]:
        """Yields the statements of a paragraph."""
        if self._context.in_heading[paragraph[0].first] and not paragraph[0].quotes:
            return
        if (self._announced or self._in_block) and not self._has_own_voice(paragraph):
            yield from self._block(paragraph)
            return
        self._in_block = False
        for sentence in paragraph:
            yield from self._sentence(sentence)
        self._announced = self._spoke_in == paragraph[-1].paragraph and self._ends_with_colon(paragraph[-1])

    def _has_own_voice(self, paragraph: Sequence[Sentence]) -> bool:
        if paragraph[0].quotes and paragraph[0].quotes[0].opened <= self._context.tokens[paragraph[0].first].start:
            return True
        return any(
            self._attributions.find(sentence) is not None
            for sentence in paragraph
            if not self._in_block or sentence.quotes
        )

    def _block(self, paragraph: Sequence[Sentence]) -> Iterator[Statement]:
        """Yields a paragraph that stands as a quotation without marks; in the first person it runs on."""
        tokens = self._context.tokens[paragraph[0].first : paragraph[-1].last]
        is_own = any(token.text.lower() in _FIRST_PERSON for token in tokens)
        self._in_block = self._in_block or (self._announced and is_own)
        self._announced = False
        for sentence in paragraph:
            self._voices.notice(sentence, None, None)
        yield self._statement(tokens[0].start, self._end(paragraph[-1].last, ".!?\")'"), StatementKind.QUOTATION)

    def _ends_with_colon(self, sentence: Sentence) -> bool:
        return self._context.document.folded.startswith(":", self._context.tokens[sentence.last - 1].end)

    def _sentence(self, sentence: Sentence) -> Iterator[Statement]:
        attribution = self._attributions.find(sentence)
        if attribution is not None:
            voice = self._voices.of(sentence, attribution.speaker)
            tokens = self._context.tokens
            cue = self._context.document.whole[tokens[attribution.first].start : tokens[attribution.last - 1].end]
            self._voice, self._cue, self._spoke_in = voice, cue.lower(), sentence.paragraph
            self._voices.notice(sentence, attribution, voice)
            yield from self._attributed(sentence, attribution)
            return
        self._voices.notice(sentence, None, None)
        if sentence.quotes and len(sentence.outside) <= SHORTEST and self._goes_on(sentence):
            self._spoke_in = sentence.paragraph
            yield from (self._quoted(quote) for quote in sentence.quotes if self._words(quote) >= SHORTEST)

    def _goes_on(self, sentence: Sentence) -> bool:
        """Whether a quotation by itself has a speaker: who spoke just before, else whom the last paragraph is about."""
        if sentence.paragraph - self._spoke_in <= 1:
            return True
        if self._voices.person is None or sentence.paragraph - self._voices.person_in > 1:
            return False
        self._voice, self._cue = self._voices.person, None
        return True

    def _attributed(self, sentence: Sentence, attribution: Attribution) -> Iterator[Statement]:
        whole = [quote for quote in sentence.quotes if self._is_whole(sentence, quote)]
        if whole:
            yield from map(self._quoted, whole)
            return
        first, last = clause_of(self._context, sentence, attribution)
        if (last - first >= SHORTEST or sentence.quotes) and not self._ends_with_colon(sentence):
            kind = StatementKind.PARTIAL if sentence.quotes else StatementKind.PARAPHRASE
            yield self._clause(sentence, first, last, kind)

    def _clause(self, sentence: Sentence, first: int, last: int, kind: StatementKind) -> Statement:
        if first >= last:
            first, last = sentence.first, sentence.last
        start = self._context.tokens[first].start
        if any(quote.start == start for quote in sentence.quotes):
            start -= 1
        return self._statement(start, self._end(last, ".!?\")'" if last == sentence.last else "\")'"), kind)

    def _is_whole(self, sentence: Sentence, quote: Quote) -> bool:
        """Whether a quotation is a sentence of its own: a capital at its start, or a comma or colon before it."""
        folded = self._context.document.folded
        if self._words(quote) < SHORTEST:
            return False
        before = folded[max(0, quote.opened - 3) : quote.opened].rstrip()
        begins = quote.opened <= self._context.tokens[sentence.first].start
        return (
            (folded[quote.start].isupper() and (begins or before[-1:] in (",", ":")))
            or before[-1:] in (",", ":")
            or begins
        )

    def _words(self, quote: Quote) -> int:
        return len(self._context.document.folded[quote.start : quote.end].split())

    def _end(self, last: int, marks: str) -> int:
        """Returns where the words before `last` end, the marks that close them included."""
        folded = self._context.document.folded
        end = self._context.tokens[last - 1].end
        while end < len(folded) and folded[end] in marks:
            end += 1
        return end

    def _quoted(self, quote: Quote) -> Statement:
        return self._statement(quote.start, quote.end, StatementKind.QUOTATION)

    def _statement(self, start: int, end: int, kind: StatementKind) -> Statement:
        document = self._context.document
        voice = self._voice or Voice(None, None)
        field: Field = "title" if document.offset and end <= document.title_end else "text"
        shift = 0 if field == "title" else document.offset
        return Statement(field, start - shift, end - shift, kind, voice.entity, voice.name, self._cue)
