"""What a sentence attributes to whom: its verbs of saying, each with a speaker."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seed.extract.candidates import Candidate
from seed.extract.context import DocumentContext
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import Speaker, Speakers

_PASSIVE = frozenset({"was", "is", "were", "also", "been", "are"})


class Attribution(NamedTuple):
    """A cue at words [first, last) and its speaker."""

    first: int
    last: int
    speaker: Speaker


class Attributions:
    """Finds the attributions of one document."""

    def __init__(self, context: DocumentContext, mentions: Sequence[Candidate]) -> None:
        self._tokens = context.tokens
        self._speakers = Speakers(context, mentions)

    def find(self, sentence: Sentence) -> Attribution | None:
        """Returns the first cue with a speaker; where words are quoted in passing, the last one before them."""
        found = None
        for attribution in self._all(sentence):
            if found is not None and not self._is_nearer(sentence, attribution):
                break
            found = attribution
        return found

    def _is_nearer(self, sentence: Sentence, attribution: Attribution) -> bool:
        """Whether a later verb of saying stands before the first words quoted, with a speaker one can tell."""
        cue = self._tokens[attribution.first]
        if not sentence.quotes or "say" not in cue.kinds or attribution.speaker.pronoun == "they":
            return False
        return cue.start < sentence.quotes[0].opened

    def _all(self, sentence: Sentence) -> Iterator[Attribution]:
        for index in range(sentence.first, sentence.last):
            if "cues" not in self._tokens[index].kinds or index not in sentence.outside:
                continue
            if not self._speakers.is_mentioned(index) and (attribution := self._at(sentence, index)):
                yield attribution

    def _at(self, sentence: Sentence, index: int) -> Attribution | None:
        text, kinds = self._tokens[index].text, self._tokens[index].kinds
        if text in ("According", "according"):
            return _attribution(index, index + 2, self._speakers.after(sentence, index + 2))
        if "say" in kinds:
            return self._saying(sentence, index)
        speaker = self._speakers.before(sentence, index)
        if "say_or_noun" in kinds and not (speaker and self._is_subject(speaker, index)):
            return None
        if "say_quoting" in kinds and not sentence.quotes:
            return None
        return _attribution(index, index + 1, speaker)

    def _is_subject(self, speaker: Speaker, cue: int) -> bool:
        """Whether a name or pronoun stands right before a word, which so is a verb and no noun."""
        is_sure = speaker.mention is not None or speaker.pronoun is not None
        return is_sure and all(self._speakers.is_between(index) for index in range(speaker.last, cue))

    def _saying(self, sentence: Sentence, index: int) -> Attribution | None:
        last = index + 1
        if '"' in self._tokens[index].gap and (speaker := self._speakers.after(sentence, last)):
            return Attribution(index, last, speaker)
        if self._tokens[index].text == "quoted" and self._tokens[index - 1].text not in _PASSIVE:
            return _attribution(index, last, self._speakers.after(sentence, last))
        if last < sentence.last and self._tokens[last].gap == " " and "audiences" in self._tokens[last].kinds:
            last += 1
        return _attribution(index, last, self._speakers.before(sentence, index))


def _attribution(first: int, last: int, speaker: Speaker | None) -> Attribution | None:
    return Attribution(first, last, speaker) if speaker else None
