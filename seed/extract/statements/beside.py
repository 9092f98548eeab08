"""Speakers right beside a quotation, with a verb that no list of verbs of saying has."""

import re

from app.models import EntityType
from seed.extract.context import DocumentContext
from seed.extract.statements.followers import FollowerFinder
from seed.extract.statements.leads import is_person_noun
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import WORDS, MentionWords, SpeakerSpan
from seed.extract.statements.subjects import SubjectFinder
from seed.extract.text.tokens import Token

# What ends a quotation that a verb after it attributes: "…," or "…?" or '…',
_ATTRIBUTED = re.compile(r'[,?!]"|",')
_NOT_INVERTED = frozenset({"pronouns", "determiners"})
_PLAIN_GAPS = frozenset({" ", "-", "'", ". "})
_MAX_WORDS_TO_VERB = 8
# "was the answer of the mayor"
_MAX_WORDS_TO_AUTHOR = 5
_IS = frozenset({"is", "was", "were"})
# What a sign does with its words: a person does not.
_SHOWING = frozenset({"read", "reads", "ran", "runs", "goes", "went"})

Beside = tuple[int, int, SpeakerSpan]
"""The words [first, last) of a verb, and its speaker."""


def is_past_tense(token: Token) -> bool:
    """Return whether a word can be a past tense: one in -ed, or an irregular one that is no auxiliary."""
    is_regular = token.text.endswith("ed") and not token.is_capital
    return is_regular or ("irregular_verbs" in token.kinds and "between" not in token.kinds)


class BesideFinder:
    """Finds who stands beside the quotations of one document."""

    def __init__(
        self, context: DocumentContext, mentions: MentionWords, subjects: SubjectFinder, followers: FollowerFinder
    ) -> None:
        self._tokens = context.tokens
        self._mentions = mentions
        self._subjects = subjects
        self._followers = followers

    def find(self, sentence: Sentence) -> Beside | None:
        """Return the speaker right behind the quotation that begins a sentence, or right before a colon.

        "“…,” grinned the mayor", "“…?” Smith wondered", "“…” was the answer of Smith", "and then Smith jokes: “…”".
        """
        if sentence.first in sentence.outside:
            return self._before_colon(sentence)
        first = next((index for index in range(sentence.first, sentence.last) if index in sentence.outside), None)
        if first is None:
            return None
        if self._tokens[first].text in _IS:
            return self._author(sentence, first)
        if _ATTRIBUTED.search(self._tokens[first].gap) is None:
            return None
        token = self._tokens[first]
        if first in self._mentions.at or token.is_capital or token.kinds & _NOT_INVERTED or "cues" in token.kinds:
            return self._before_verb(sentence, first)
        is_verb = is_past_tense(token) or token.text.endswith("s")
        speaker = self._followers.after_cue(sentence, first + 1) if is_verb else None
        return None if speaker is None or self._is_sign(token, speaker) else (first, first + 1, speaker)

    def _is_sign(self, verb: Token, speaker: SpeakerSpan) -> bool:
        """Return whether no person but a sign or a headline shows the words: "“…,” reads a sign"."""
        noun = self._tokens[speaker.last - 1]
        is_known = speaker.mention is not None or is_person_noun(noun) or "speakers" in noun.kinds
        return verb.text in _SHOWING and not is_known

    def _before_verb(self, sentence: Sentence, first: int) -> Beside | None:
        """Return the subject that begins at a word behind a quotation: "“…,” the mayor grumbled"."""
        verb = None
        for index in range(first, min(first + _MAX_WORDS_TO_VERB, sentence.last)):
            token = self._tokens[index]
            if index > first and (token.gap not in _PLAIN_GAPS or token.text in ("who", "that", "which")):
                break
            if "cues" in token.kinds:
                return None
            if verb is None and index > first and is_past_tense(token) and index not in self._mentions.at:
                verb = index
        speaker = None if verb is None else self._subjects.before_cue(sentence, verb)
        return None if verb is None or speaker is None else (verb, verb + 1, speaker)

    def _author(self, sentence: Sentence, first: int) -> Beside | None:
        """Return whose words a quotation "was": "“…” was the answer of the mayor"."""
        is_words = False
        for index in range(first + 1, min(first + _MAX_WORDS_TO_AUTHOR, sentence.last - 1)):
            text = self._tokens[index].text
            if is_words and text in ("of", "from"):
                speaker = self._followers.after_cue(sentence, index + 1)
                return None if speaker is None else (first, index + 1, speaker)
            is_words = text in WORDS
        return None

    def _before_colon(self, sentence: Sentence) -> Beside | None:
        """Return the name right before the last word before a colon, if that can be a verb: "then Smith jokes: “…”"."""
        verb = sentence.first
        while verb + 1 in sentence.outside:
            verb += 1
        if verb + 1 == sentence.last or ":" not in self._tokens[verb + 1].gap or verb - 1 not in sentence.outside:
            return None
        token = self._tokens[verb]
        is_verb = is_past_tense(token) or (token.text.endswith("s") and not token.is_capital)
        if not is_verb or token.gap != " " or "cues" in token.kinds or token.kinds & {"prepositions", "between"}:
            return None
        mention = self._mentions.at.get(verb - 1)
        if mention is not None and mention.type is EntityType.PERSON:
            return verb, verb + 1, self._mentions.span_at(verb - 1)
        return None
