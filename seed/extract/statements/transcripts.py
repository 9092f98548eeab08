"""Transcripts: paragraphs that begin with the name of who speaks, or with Q and A."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from app.models import EntityType
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext

_LABEL = re.compile(
    # One space between words, so that a line of hyphens is read in one way only.
    r"^(?:(?P<label>(?:[A-Z]|(?:of|the|de|van|von|al|el|bin)\b)[\w.'-]*(?: [\w.'-]+){0,5})"
    r"(?:, [^:\n\"]{2,60})?(?: \([^):\n]{1,40}\))?:|(?P<letter>[QA])\.)[ \t]+(?=\S)",
    re.MULTILINE,
)
# "(SOUNDBITE OF CROWD)", "[Applause]": nobody says it.
_DIRECTION = re.compile(r"[(\[][^\n]*[)\]]\s*(?:\n|$)")
# Labels of those who ask: they have no names of their own.
_QUESTIONS = frozenset({"q", "question", "questions", "reporter", "moderator", "interviewer", "host", "journalist"})
_ANSWERS = frozenset({"a", "answer", "answers"})
# Lines of pages and agencies that look like labels.
_NO_SPEAKERS = frozenset(
    {"read more", "read also", "see also", "related", "photo", "photos", "source", "sources", "note"}
)
_MIN_PARAGRAPHS = 3
_MIN_LABELS = 2
# Interviewers are named in an introduction, too, but less often.
_MIN_TIMES_AS_OFTEN = 3


class LabelledParagraph(NamedTuple):
    """A paragraph of a transcript: the words [first, last) of its label, the first word of what is said, and who it is.

    `person` is the one whom the text introduces before the first label, if the label stands for the answers.
    """

    first: int
    last: int
    said: int
    person: CandidateMention | None


class Transcript(NamedTuple):
    """The labelled paragraphs by their first words, and the first words of lines between them that nobody says."""

    paragraphs: dict[int, LabelledParagraph]
    unspoken: frozenset[int]


def find_transcript(context: DocumentContext, mentions: Sequence[CandidateMention]) -> Transcript:
    """Return the transcript; it is empty unless the text is one.

    At least three paragraphs have labels, at least two different ones, of which one comes back; and each label is a
    person, a line in capitals, one for questions and answers, or comes back beside another that does. "Read more:"
    makes no transcript.
    """
    folded = context.document.folded
    if folded.count(":") < _MIN_PARAGRAPHS and "\nA. " not in folded:
        return Transcript({}, frozenset())
    matches = [match for match in _LABEL.finditer(folded) if match.start() >= context.document.offset]
    counts = Counter(map(_label_of, matches))
    if len(matches) < _MIN_PARAGRAPHS or len(counts) < _MIN_LABELS or max(counts.values()) < _MIN_LABELS:
        return Transcript({}, frozenset())
    come_back = {label for label, count in counts.items() if count >= _MIN_LABELS}
    speaking = [match for match in matches if _is_speaker(context, match, come_back)]
    if len(speaking) < _MIN_PARAGRAPHS:
        return Transcript({}, frozenset())
    person = _introduced_person(mentions, speaking[0].start())
    paragraphs = {}
    for match in speaking:
        words = context.document.words_of(match.start(), match.start() + len(match["label"] or match["letter"]))
        said = context.document.words_of(match.end(), len(folded)).start
        answering = person if _label_of(match) in _ANSWERS else None
        paragraphs[words.start] = LabelledParagraph(words.start, words.stop, said, answering)
    lines = (*matches, *_DIRECTION.finditer(folded))
    starts = {context.document.words_of(match.start(), match.end()).start for match in lines}
    return Transcript(paragraphs, frozenset(starts - paragraphs.keys()))


def _label_of(match: re.Match[str]) -> str:
    return (match["label"] or match["letter"]).lower()


def _is_speaker(context: DocumentContext, match: re.Match[str], come_back: set[str]) -> bool:
    label = _label_of(match)
    if label in _NO_SPEAKERS:
        return False
    if label in _QUESTIONS | _ANSWERS or match["label"].isupper() or (label in come_back and len(come_back) > 1):
        return True
    words = context.document.words_of(match.start("label"), match.end("label"))
    is_name = all(context.tokens[index].is_capital or "particles" in context.tokens[index].kinds for index in words)
    return is_name and _names_person(context, words)


def _introduced_person(mentions: Sequence[CandidateMention], end: int) -> CandidateMention | None:
    """Return the person whom the title and the text before `end` name alone or by far the most often, or None."""
    people = [mention for mention in mentions if mention.start < end and mention.type is EntityType.PERSON]
    counts = Counter(person.entity for person in people).most_common(2)
    is_one = len(counts) == 1 or (len(counts) > 1 and counts[0][1] >= _MIN_TIMES_AS_OFTEN * counts[1][1])
    return next(person for person in people if person.entity == counts[0][0]) if is_one else None


def _names_person(context: DocumentContext, words: range) -> bool:
    """Return whether a title or a given name is among the words of a label, or a name of the lexicon."""
    return any(
        index in context.title_words
        or index in context.hit_by_word
        or context.tokens[index].kinds & {"given_names", "rare_given_names"}
        for index in words
    )
