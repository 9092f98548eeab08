"""Transcripts: paragraphs that begin with the name of who speaks, or with Q and A."""

import re
from collections import Counter
from typing import NamedTuple

from seed.extract.context import DocumentContext

_LABEL = re.compile(
    # One space between words, so that a line of hyphens is read in one way only.
    r"^(?P<label>(?:[A-Z]|(?:of|the|de|van|von|al|el|bin)\b)[\w.'-]*(?: [\w.'-]+){0,5})"
    r"(?:, [^:\n\"]{2,60})?(?: \([^):\n]{1,40}\))?:[ \t]+(?=\S)",
    re.MULTILINE,
)
# Labels of those who ask: they have no names of their own.
_QUESTIONS = frozenset({"q", "question", "questions", "reporter", "moderator", "interviewer", "host", "journalist"})
_ANSWERS = frozenset({"a", "answer"})
_MIN_PARAGRAPHS = 3
_MIN_LABELS = 2


class LabelledParagraph(NamedTuple):
    """A paragraph of a transcript: the words [first, last) of its label, and the first word of what is said."""

    first: int
    last: int
    said: int


def find_transcript(context: DocumentContext) -> dict[int, LabelledParagraph]:
    """Return the labelled paragraphs of a transcript by their first words; empty unless the text is one.

    At least three paragraphs have labels, at least two different ones, of which one comes back; and each label is a
    person, a line in capitals, or one for questions and answers. "Read more:" makes no transcript.
    """
    folded = context.document.folded
    if folded.count(":") < _MIN_PARAGRAPHS:
        return {}
    matches = [match for match in _LABEL.finditer(folded) if match.start() >= context.document.offset]
    counts = Counter(match["label"].lower() for match in matches)
    if len(matches) < _MIN_PARAGRAPHS or len(counts) < _MIN_LABELS or max(counts.values()) < _MIN_LABELS:
        return {}
    paragraphs = {}
    for match in matches:
        label = context.document.words_of(match.start("label"), match.end("label"))
        said = context.document.words_of(match.end(), len(folded)).start
        is_speaker = match["label"].isupper() or match["label"].lower() in _QUESTIONS | _ANSWERS
        if said < len(context.tokens) and (is_speaker or _names_person(context, label)):
            paragraphs[label.start] = LabelledParagraph(label.start, label.stop, said)
    return paragraphs if len(paragraphs) >= _MIN_PARAGRAPHS else {}


def _names_person(context: DocumentContext, words: range) -> bool:
    """Return whether a title or a given name is among the words of a label, or a name of the lexicon."""
    return any(
        index in context.title_words
        or index in context.hit_by_word
        or context.tokens[index].kinds & {"given_names", "rare_given_names"}
        for index in words
    )
