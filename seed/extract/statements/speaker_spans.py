"""Spans that name the speaker: a mention, a pronoun or a description next to the verb of saying."""

from collections.abc import Sequence
from typing import NamedTuple

from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext, mentions_by_word

PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
"""The pronouns that can speak."""

WORDS = frozenset({
    *("answer", "reply", "response", "message", "verdict", "advice", "explanation", "question", "comment", "demand"),
    *("warning", "plea", "summary", "motto", "saying", "joke", "conclusion", "promise", "words", "word", "reaction"),
    *("post", "tweet", "caption", "statement", "quote", "request", "view", "appeal", "argument", "slogan", "point"),
    "line",
})  # fmt: skip
"""Nouns for words: what "his answer", "a message from the mayor" and "had a motto" announce."""


class SpeakerSpan(NamedTuple):
    """Words [first, last) that name the speaker: a mention, a pronoun or a description."""

    first: int
    last: int
    mention: CandidateMention | None = None
    pronoun: str | None = None


class MentionWords:
    """The mentions of a document by their words."""

    def __init__(self, context: DocumentContext, mentions: Sequence[CandidateMention]) -> None:
        self.all = mentions
        self.at = mentions_by_word(context.document, mentions)

    def start_of(self, index: int) -> int:
        """Return the first word of the mention at a word."""
        mention = self.at[index]
        while self.at.get(index - 1) is mention:
            index -= 1
        return index

    def end_of(self, index: int) -> int:
        """Return the end of the mention at a word."""
        mention = self.at[index]
        while self.at.get(index) is mention:
            index += 1
        return index

    def end_at(self, index: int) -> int:
        """Return the end of the mention at a word, or the word if there is none."""
        return self.end_of(index) if index in self.at else index

    def span_at(self, index: int) -> SpeakerSpan:
        """Return the span of the mention at a word."""
        return SpeakerSpan(self.start_of(index), self.end_of(index), self.at[index])
