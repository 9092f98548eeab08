"""Attributions: the verbs of saying of a sentence, each with the span of its speaker."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from seed.extract.context import DocumentContext
from seed.extract.statements.beside import BesideFinder, is_past_tense
from seed.extract.statements.followers import FollowerFinder
from seed.extract.statements.labels import LabelFinder
from seed.extract.statements.noun_phrases import is_day
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import MentionWords, SpeakerSpan
from seed.extract.statements.subjects import SubjectFinder

_BE = frozenset({"was", "is", "were", "been", "are", "be", "being"})
_NEGATIONS = frozenset({"not", "never", "neither", "nor", "cannot"})
# "went on to say" says it; "declined to say" and "to confirm it" do not.
_BEFORE_INFINITIVES = frozenset({"went", "continued", "proceeded", "used", "liked", "likes"})
# "quoted by the agency as saying"
_MAX_WORDS_TO_SAYING = 8
_ACCORDING = frozenset({"According", "according"})
_INVERTED = frozenset({"said", "says"})
# "Neither X nor Y said", "Nobody at the ministry said": who says nothing.
_NOBODY = frozenset({"nobody", "none", "no"})
# "If X says yes, …": a condition states nothing.
_CONDITIONS = frozenset({"if", "whether", "unless", "until", "once", "should"})
# Words between a verb and the form of "be" or the negation that rules it out.
_MAX_AUXILIARY_WORDS = 4


class Attribution(NamedTuple):
    """A cue, such as a verb of saying, at words [first, last) and its speaker; a label or a signature has no cue."""

    first: int
    last: int
    speaker: SpeakerSpan


class Attributions:
    """Finds the attributions of one document."""

    def __init__(self, context: DocumentContext, mentions: MentionWords) -> None:
        self._tokens = context.tokens
        self._cues = context.words_of_kind("cues")
        self._mentions = mentions
        self._subjects = SubjectFinder(context, self._mentions)
        self._followers = FollowerFinder(context, self._mentions)
        self._beside = BesideFinder(context, self._mentions, self._subjects, self._followers)
        self.labels = LabelFinder(context, self._mentions)

    def find(self, sentence: Sentence) -> Attribution | None:
        """Return the first cue with a speaker; if the sentence quotes some words, the last cue before them.

        Who stands right beside a quotation with a verb that no list has comes before all.
        """
        beside = self._beside.find(sentence) if sentence.quotes else None
        if beside is not None:
            return Attribution(*beside)
        nearest = None
        for attribution in self._attributions(sentence):
            if nearest is not None and not self._is_nearer(sentence, attribution):
                break
            nearest = attribution
        return nearest or self._participle(sentence)

    def _participle(self, sentence: Sentence) -> Attribution | None:
        """Return the participle before a quotation with the subject of the sentence: "Smith left, saying: …"."""
        for index in range(sentence.first, sentence.last) if sentence.quotes else ():
            if "say_participles" in self._tokens[index].kinds and index in sentence.outside:
                return _attribution(index, index + 1, self._subjects.leading_subject(sentence, index))
        return None

    def _is_nearer(self, sentence: Sentence, attribution: Attribution) -> bool:
        """Return whether a later verb of saying precedes the first quotation and has a speaker other than "they"."""
        cue = self._tokens[attribution.first]
        if not sentence.quotes or "say" not in cue.kinds or attribution.speaker.pronoun == "they":
            return False
        return cue.start < sentence.quotes[0].opened

    def find_label(self, sentence: Sentence) -> Attribution | None:
        """Return the speaker who labels, announces or signs a quotation without a verb of saying."""
        speaker = self.labels.find(sentence) if sentence.quotes else None
        return None if speaker is None else Attribution(speaker.first, speaker.first, speaker)

    def has_verb_outside(self, sentence: Sentence) -> bool:
        """Return whether a verb of saying stands outside the quotation marks, with or without a speaker."""
        return any(index in sentence.outside for index in self._cues_of(sentence))

    def _cues_of(self, sentence: Sentence) -> list[int]:
        return self._cues[bisect_left(self._cues, sentence.first) : bisect_left(self._cues, sentence.last)]

    def _attributions(self, sentence: Sentence) -> Iterator[Attribution]:
        for index in self._cues_of(sentence):
            if index not in sentence.outside:
                continue
            if (index in self._mentions.at and index > sentence.first) or self._says_nothing(sentence, index):
                continue
            attribution = self._attribution_at(sentence, index)
            if attribution is not None and not self._is_ruled_out(sentence, attribution.speaker):
                yield attribution

    def _is_ruled_out(self, sentence: Sentence, speaker: SpeakerSpan) -> bool:
        """Return whether a subject says nothing: "neither X nor Y", "no official", "if X" at the beginning."""
        first = speaker.first
        while first - 1 in sentence.outside and self._subjects.is_before_name(first - 1):
            first -= 1
        if self._tokens[speaker.first].text.lower() in _NOBODY:
            return True
        before = self._tokens[first - 1].text.lower() if first - 1 in sentence.outside else ""
        is_conditional = before in _CONDITIONS and (first - 1 == sentence.first or before == "whether")
        return before in ("nor", "neither", "no") or is_conditional

    def _says_nothing(self, sentence: Sentence, index: int) -> bool:
        """Return whether a verb attributes nothing to its subject.

        It is denied ("did not say whether"), an infinitive ("declined to say"), or passive ("was told").
        """
        if index - 1 not in sentence.outside or self._tokens[index].text in _ACCORDING:
            return False
        if self._tokens[index - 1].text == "to":
            before = self._tokens[max(index - 3, 0) : index]
            return not any(token.text in _BEFORE_INFINITIVES for token in before)
        auxiliaries = list(self._auxiliaries(sentence, index))
        if any(word in _NEGATIONS or word.endswith("n't") for word in auxiliaries):
            return True
        return not _BE.isdisjoint(auxiliaries) and not self._is_quoted_as_saying(sentence, index)

    def _auxiliaries(self, sentence: Sentence, index: int) -> Iterator[str]:
        """Yield the words between a verb and its subject, without those before a comma, the nearest first."""
        for position in range(index - 1, max(index - _MAX_AUXILIARY_WORDS, sentence.first) - 1, -1):
            text = self._tokens[position].text.lower()
            is_negation = text in _NEGATIONS or text.endswith("n't")
            if "," in self._tokens[position + 1].gap or not (is_negation or self._subjects.is_insertion(position)):
                return
            yield text

    def _is_quoted_as_saying(self, sentence: Sentence, index: int) -> bool:
        words = [token.text for token in self._tokens[index : min(index + _MAX_WORDS_TO_SAYING, sentence.last)]]
        return "as" in words and "saying" in words

    def _attribution_at(self, sentence: Sentence, index: int) -> Attribution | None:
        text, kinds = self._tokens[index].text, self._tokens[index].kinds
        if text in _ACCORDING:
            return _attribution(index, index + 2, self._followers.after_cue(sentence, index + 2))
        if "say" in kinds:
            return self._verb_of_saying(sentence, index)
        if self._follows_quotation(index) and (speaker := self._followers.after_cue(sentence, index + 1)):
            return Attribution(index, index + 1, speaker)
        speaker = self._subjects.before_cue(sentence, index)
        if "say_or_noun" in kinds and not (speaker and self._is_subject(speaker, index)):
            return None
        if "say_quoting" in kinds and not sentence.quotes:
            return None
        return _attribution(index, index + 1, speaker)

    def _follows_quotation(self, index: int) -> bool:
        return '"' in self._tokens[index].gap

    def _is_subject(self, speaker: SpeakerSpan, cue: int) -> bool:
        """Return whether a name or pronoun is right before the cue, so that the cue is a verb and not a noun."""
        is_name_or_pronoun = speaker.mention is not None or speaker.pronoun is not None
        return is_name_or_pronoun and all(self._subjects.is_insertion(index) for index in range(speaker.last, cue))

    def _verb_of_saying(self, sentence: Sentence, index: int) -> Attribution | None:
        last = index + 1
        if self._follows_quotation(index) and (speaker := self._followers.after_cue(sentence, last)):
            return Attribution(index, last, speaker)
        if self._tokens[index].text == "quoted" and self._tokens[index - 1].text not in _BE | {"also"}:
            return _attribution(index, last, self._followers.after_cue(sentence, last))
        if last < sentence.last and self._tokens[last].gap == " " and "audiences" in self._tokens[last].kinds:
            last += 1
        if self._is_inverted(sentence, index):
            follower = self._followers.after_cue(sentence, last)
            if follower is not None and self._is_somebody(follower) and self._ends_after(sentence, follower):
                return Attribution(index, last, follower)
        speaker = self._subjects.before_cue(sentence, self._main_verb(index))
        if speaker is None and self._is_inverted(sentence, index):
            speaker = self._followers.after_cue(sentence, last)
        return _attribution(index, last, speaker)

    def _is_somebody(self, speaker: SpeakerSpan) -> bool:
        """Return whether a speaker has a name or a noun for speakers: "two sources", not "the ruling"."""
        first, noun = self._tokens[speaker.first], self._tokens[speaker.last - 1]
        is_described = "speakers" in noun.kinds and first.text not in ("that", "this", "no")
        return speaker.mention is not None or first.is_capital or is_described

    def _ends_after(self, sentence: Sentence, speaker: SpeakerSpan) -> bool:
        """Return whether nothing that a speaker does follows, so that the verb before it is the speaker's."""
        if speaker.last >= sentence.last:
            return True
        token = self._tokens[speaker.last]
        if token.gap == " " and "prepositions" in token.kinds:
            following = takewhile(lambda word: "," not in word.gap, self._tokens[speaker.last : sentence.last])
            return not any(is_past_tense(word) or "irregular_verbs" in word.kinds for word in following)
        return token.gap != " " or is_day(token)

    def _main_verb(self, index: int) -> int:
        """Return the verb that a verb of saying depends on as an infinitive: "went on to say"."""
        if not index or self._tokens[index - 1].text != "to":
            return index
        verbs = (position for position in (index - 2, index - 3) if self._tokens[position].text in _BEFORE_INFINITIVES)
        return next(verbs, index)

    def _is_inverted(self, sentence: Sentence, index: int) -> bool:
        """Return whether the verb may precede its subject: "Russia lost, said NATO", "Said Smith: …"."""
        token = self._tokens[index]
        is_first = index == sentence.first and bool(sentence.quotes)
        return (token.text in _INVERTED and token.gap == ", " and index + 1 in sentence.outside) or is_first


def _attribution(first: int, last: int, speaker: SpeakerSpan | None) -> Attribution | None:
    return Attribution(first, last, speaker) if speaker else None
