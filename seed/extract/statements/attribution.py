"""Attributions: the verbs of saying of a sentence, each with the span of its speaker."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import SpeakerFinder, SpeakerSpan

_PASSIVE = frozenset({"was", "is", "were", "also", "been", "are"})


class Attribution(NamedTuple):
    """A cue, such as a verb of saying, at words [first, last) and its speaker."""

    first: int
    last: int
    speaker: SpeakerSpan


class Attributions:
    """Finds the attributions of one document."""

    def __init__(self, context: DocumentContext, mentions: Sequence[CandidateMention]) -> None:
        self._tokens = context.tokens
        self._speaker_finder = SpeakerFinder(context, mentions)

    def find(self, sentence: Sentence) -> Attribution | None:
        """Return the first cue with a speaker; if the sentence quotes some words, the last cue before them."""
        nearest = None
        for attribution in self._attributions(sentence):
            if nearest is not None and not self._is_nearer(sentence, attribution):
                break
            nearest = attribution
        return nearest

    def _is_nearer(self, sentence: Sentence, attribution: Attribution) -> bool:
        """Return whether a later verb of saying precedes the first quotation and has a speaker other than "they"."""
        cue = self._tokens[attribution.first]
        if not sentence.quotes or "say" not in cue.kinds or attribution.speaker.pronoun == "they":
            return False
        return cue.start < sentence.quotes[0].opened

    def _attributions(self, sentence: Sentence) -> Iterator[Attribution]:
        for index in range(sentence.first, sentence.last):
            if "cues" not in self._tokens[index].kinds or index not in sentence.outside:
                continue
            if not self._speaker_finder.is_in_mention(index) and (attribution := self._attribution_at(sentence, index)):
                yield attribution

    def _attribution_at(self, sentence: Sentence, index: int) -> Attribution | None:
        text, kinds = self._tokens[index].text, self._tokens[index].kinds
        if text in ("According", "according"):
            return _attribution(index, index + 2, self._speaker_finder.after_cue(sentence, index + 2))
        if "say" in kinds:
            return self._verb_of_saying(sentence, index)
        speaker = self._speaker_finder.before_cue(sentence, index)
        if "say_or_noun" in kinds and not (speaker and self._is_subject(speaker, index)):
            return None
        if "say_quoting" in kinds and not sentence.quotes:
            return None
        return _attribution(index, index + 1, speaker)

    def _is_subject(self, speaker: SpeakerSpan, cue: int) -> bool:
        """Return whether a name or pronoun is right before the cue, so that the cue is a verb and not a noun."""
        is_name_or_pronoun = speaker.mention is not None or speaker.pronoun is not None
        return is_name_or_pronoun and all(
            self._speaker_finder.is_insertion(index) for index in range(speaker.last, cue)
        )

    def _verb_of_saying(self, sentence: Sentence, index: int) -> Attribution | None:
        last = index + 1
        if '"' in self._tokens[index].gap and (speaker := self._speaker_finder.after_cue(sentence, last)):
            return Attribution(index, last, speaker)
        if self._tokens[index].text == "quoted" and self._tokens[index - 1].text not in _PASSIVE:
            return _attribution(index, last, self._speaker_finder.after_cue(sentence, last))
        if last < sentence.last and self._tokens[last].gap == " " and "audiences" in self._tokens[last].kinds:
            last += 1
        return _attribution(index, last, self._speaker_finder.before_cue(sentence, index))


def _attribution(first: int, last: int, speaker: SpeakerSpan | None) -> Attribution | None:
    return Attribution(first, last, speaker) if speaker else None
