"""The clause of a sentence that contains what was said, without the speaker and the verb of saying."""

from seed.extract.context import DocumentContext
from seed.extract.statements.attribution import Attribution
from seed.extract.statements.sentences import Sentence
from seed.extract.text.tokens import Token

# Fewer words are not a statement.
MIN_WORDS = 3
# If at most this many words follow "X said", the clause is before it.
_MAX_TRAILING_WORDS = 8
# Words from the verb to "that", as in "told the cabinet in the capital on Monday that".
_MAX_AUDIENCE_WORDS = 10
_VERBS_WITH_AUDIENCE = frozenset({"told", "tells", "informed"})


def find_clause(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> tuple[int, int]:
    """Return the words [first, last) of the clause; the range is empty if none is left."""
    speaker = attribution.speaker
    if attribution.first < speaker.first:
        if context.tokens[attribution.first].text == "quoted":
            return _after_saying(context, sentence, attribution.speaker.last), sentence.last
        return _clause_of_according_to(context, sentence, attribution)
    comma = _comma_before(context, sentence, speaker.first)
    if comma - sentence.first >= MIN_WORDS and _is_trailing(context, sentence, attribution):
        return sentence.first, comma
    return _skip_audience(context, sentence, attribution.last), sentence.last


def _is_trailing(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> bool:
    last = attribution.last
    if any(context.tokens[index].text == "that" for index in range(last, min(last + 3, sentence.last))):
        return False
    if last == sentence.last:
        return True
    is_relative = context.tokens[attribution.speaker.first - 1].text in ("which", "who")
    if is_relative or _is_quoted_after(sentence, attribution):
        return False
    if "," in context.tokens[attribution.speaker.last].gap and sentence.last - last >= MIN_WORDS:
        return False  # the speaker stands in apposition: "the minister, Smith, said …"
    if _has_content_after(context, sentence, attribution) or _is_fronted(context, sentence, attribution.speaker.first):
        return False
    first_kinds = context.tokens[sentence.first].kinds
    return sentence.last - last <= _MAX_TRAILING_WORDS or (
        "," in context.tokens[last].gap and "prepositions" not in first_kinds
    )


def _is_quoted_after(sentence: Sentence, attribution: Attribution) -> bool:
    """Return whether the quoted words all follow the verb: "His aide, Smith, said 'no'"."""
    quoted = [index for index in range(sentence.first, sentence.last) if index not in sentence.outside]
    return bool(quoted) and quoted[0] >= attribution.last


def _is_fronted(context: DocumentContext, sentence: Sentence, speaker: int) -> bool:
    """Return whether only a phrase of place or time precedes the speaker: "In Homs, Putin vowed to go on"."""
    commas = sum("," in context.tokens[index].gap for index in range(sentence.first + 1, speaker + 1))
    return "prepositions" in context.tokens[sentence.first].kinds and commas == 1


def _has_content_after(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> bool:
    """Return whether what was said follows the verb: three words or more that begin with no place, time or audience."""
    last = attribution.last
    verb = context.tokens[attribution.first].text
    is_followed = sentence.last - last >= MIN_WORDS and context.tokens[last].gap == " "
    return is_followed and verb not in _VERBS_WITH_AUDIENCE and not _is_adverbial(context.tokens[last])


def _clause_of_according_to(context: DocumentContext, sentence: Sentence, attribution: Attribution) -> tuple[int, int]:
    """Return the words before "according to X", or those after it if it begins the sentence."""
    if attribution.first > sentence.first:
        return sentence.first, attribution.first
    last = attribution.speaker.last
    while last < sentence.last and "," not in context.tokens[last].gap:
        last += 1
    return last, sentence.last


def _after_saying(context: DocumentContext, sentence: Sentence, first: int) -> int:
    """Return the first word after "as saying that", which follows whom somebody quotes."""
    while first < sentence.last and context.tokens[first].text in ("as", "saying", "that"):
        first += 1
    return first


def _comma_before(context: DocumentContext, sentence: Sentence, index: int) -> int:
    while index > sentence.first and "," not in context.tokens[index].gap:
        index -= 1
    return index


def _skip_audience(context: DocumentContext, sentence: Sentence, first: int) -> int:
    """Return the first word of the clause: after "that", which may follow the audience, the place and the time."""
    if first == sentence.last:
        return first
    has_audience = context.tokens[first - 1].text in _VERBS_WITH_AUDIENCE
    if has_audience or is_that_conjunction(context, first) or _is_adverbial(context.tokens[first]):
        comma = None
        for index in range(first, min(first + _MAX_AUDIENCE_WORDS, sentence.last)):
            is_after_comma = "," in context.tokens[index].gap and index > first
            if is_that_conjunction(context, index) and (comma is None or is_after_comma):
                return index + 1
            comma = index if comma is None and is_after_comma else comma
        if has_audience and comma is not None:
            return comma
    return first


def _is_adverbial(token: Token) -> bool:
    """Return whether a word is an adverb or begins a phrase of place or time."""
    is_day = "openers" in token.kinds and token.is_capital and len(token.text) > 3
    return is_day or "prepositions" in token.kinds or "between" in token.kinds


def is_that_conjunction(context: DocumentContext, index: int) -> bool:
    """Return whether a word is the conjunction "that"; "that's" is not one."""
    return context.tokens[index].text == "that" and not context.follows(index + 1, "'")
