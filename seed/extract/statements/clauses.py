"""Which words of a sentence hold what was said: the clause beside the speaker and the verb of saying."""

from seed.extract.context import DocumentContext
from seed.extract.statements.attribution import Attribution
from seed.extract.statements.sentences import Sentence
from seed.extract.text.tokens import Token

# Fewer words say nothing.
SHORTEST = 3
# Where so many words or fewer follow "X said", what was said stands before it.
_TRAILING = 8
# How far "that" may be from "told the cabinet in the capital on Monday".
_AUDIENCE = 10
_TELLING = frozenset({"told", "tells", "informed"})


def clause_of(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> tuple[int, int]:
    """Returns the words [first, last) that hold what was said; empty where nothing is left."""
    speaker = attribution.speaker
    if attribution.first < speaker.first:
        return _beside(context, sentence, attribution)
    comma = _comma_before(context, sentence, speaker.first)
    if comma - sentence.first >= SHORTEST and _is_trailing(context, sentence, attribution):
        return sentence.first, comma
    return _past_audience(context, sentence, attribution.last), sentence.last


def _is_trailing(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> bool:
    last = attribution.last
    if any(context.tokens[index].text == "that" for index in range(last, min(last + 3, sentence.last))):
        return False
    if last == sentence.last:
        return True
    if context.tokens[attribution.speaker.first - 1].text in ("which", "who"):
        return False
    opens = context.tokens[sentence.first].kinds
    return sentence.last - last <= _TRAILING or ("," in context.tokens[last].gap and "prepositions" not in opens)


def _beside(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> tuple[int, int]:
    """Returns what stands before "according to X", or after it where it opens the sentence."""
    if attribution.first > sentence.first:
        return sentence.first, attribution.first
    last = attribution.speaker.last
    while last < sentence.last and "," not in context.tokens[last].gap:
        last += 1
    return last, sentence.last


def _comma_before(context: DocumentContext, sentence: Sentence, index: int) -> int:
    while index > sentence.first and "," not in context.tokens[index].gap:
        index -= 1
    return index


def _past_audience(context: DocumentContext, sentence: Sentence, first: int) -> int:
    """Returns where what was said begins: after "that", which may follow on whom it was told to, where and when."""
    if first == sentence.last:
        return first
    is_told = context.tokens[first - 1].text in _TELLING
    if is_told or says_that(context, first) or _is_beside(context.tokens[first]):
        for index in range(first, min(first + _AUDIENCE, sentence.last)):
            if says_that(context, index):
                return index + 1
            if is_told and index > first and "," in context.tokens[index].gap:
                return index
    return first


def _is_beside(token: Token) -> bool:
    """Whether a word begins a place or a time, or is an adverb."""
    is_day = "openers" in token.kinds and token.is_capital and len(token.text) > SHORTEST
    return is_day or "prepositions" in token.kinds or "between" in token.kinds


def says_that(context: DocumentContext, index: int) -> bool:
    """Whether a word is the conjunction that; "that's" is none."""
    return context.tokens[index].text == "that" and not context.follows(index + 1, "'")
