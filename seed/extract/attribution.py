"""Who a sentence attributes its words to: the verb of saying and its subject."""

from collections.abc import Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.scene import Scene, by_word
from seed.extract.sentences import Sentence
from seed.extract.spans import Candidate

# A description such as "a senior official of the interior ministry" is no longer; nor is what hangs on a subject.
_LONGEST_DESCRIPTION = 9
_LONGEST_PHRASE = 12


class Speaker(NamedTuple):
    """Words [first, last) that name the speaker: a mention, a pronoun or a description."""

    first: int
    last: int
    mention: Candidate | None = None
    pronoun: str | None = None


class Attribution(NamedTuple):
    """A cue at words [first, last) and its speaker."""

    first: int
    last: int
    speaker: Speaker


class Attributions:
    """Finds the attributions of one document."""

    def __init__(self, scene: Scene, mentions: Sequence[Candidate]) -> None:
        self._scene = scene
        self._tokens = scene.tokens
        self._covers = by_word(scene.document, mentions)

    def find(self, sentence: Sentence) -> Attribution | None:
        """Returns the first cue outside quotations that has a speaker."""
        for index in sentence.outside:
            if "cues" in self._tokens[index].kinds and (attribution := self._at(sentence, index)):
                return attribution
        return None

    def _at(self, sentence: Sentence, index: int) -> Attribution | None:
        text, kinds = self._tokens[index].text, self._tokens[index].kinds
        if index in self._covers:
            return None
        if text in ("According", "according"):
            return self._attribution(index, index + 2, self._after(sentence, index + 2))
        if "say_or_noun" in kinds or ("say_quoting" in kinds and sentence.quotes):
            speaker = self._before(sentence, index)
            is_sure = speaker is not None and (speaker.mention or speaker.pronoun or "say_or_noun" not in kinds)
            return self._attribution(index, index + 1, speaker if is_sure else None)
        if "say" not in kinds:
            return None
        return self._saying(sentence, index)

    def _saying(self, sentence: Sentence, index: int) -> Attribution | None:
        last = index + 1
        if '"' in self._tokens[index].gap and (speaker := self._after(sentence, last)):
            return Attribution(index, last, speaker)
        if self._tokens[index].text == "quoted" and self._tokens[index - 1].text.lower() not in (
            "was",
            "is",
            "were",
            "also",
        ):
            return self._attribution(index, last, self._after(sentence, last))
        if last < sentence.last and self._tokens[last].gap == " " and "audiences" in self._tokens[last].kinds:
            last += 1
        return self._attribution(index, last, self._before(sentence, index))

    def _attribution(self, first: int, last: int, speaker: Speaker | None) -> Attribution | None:
        return Attribution(first, last, speaker) if speaker else None

    def _after(self, sentence: Sentence, first: int) -> Speaker | None:
        """Returns the speaker whose naming begins at a word: titles, then a mention; else a description."""
        index = first
        limit = min(first + _LONGEST_DESCRIPTION, sentence.last)
        while index < limit and (index == first or not any(mark in self._tokens[index].gap for mark in ',;:("')):
            mention = self._covers.get(index)
            if mention is not None and mention.kind is not MentionKind.DEMONYM and self._stands_free(mention, index):
                return Speaker(index, self._end_of(index), mention)
            if "pronouns" in self._tokens[index].kinds and index == first:
                return Speaker(index, index + 1, pronoun=self._tokens[index].text.lower())
            index += 1
        return self._description(first, index)

    def _stands_free(self, mention: Candidate, index: int) -> bool:
        """Whether a mention is the naming itself and not part of a longer one: "the State Department spokesman"."""
        last = self._end_of(index)
        if mention.type is EntityType.PERSON or last >= len(self._tokens):
            return True
        after = self._tokens[last]
        return after.gap != " " or not ("speakers" in after.kinds or last in self._titles)

    @property
    def _titles(self) -> frozenset[int]:
        return self._scene.title_words

    def _end_of(self, index: int) -> int:
        mention = self._covers[index]
        while self._covers.get(index) is mention:
            index += 1
        return index

    def _start_of(self, index: int) -> int:
        mention = self._covers[index]
        while self._covers.get(index - 1) is mention:
            index -= 1
        return index

    def _description(self, first: int, last: int) -> Speaker | None:
        for index in range(first, last):
            if "documents" in self._tokens[index].kinds:
                author = next((self._covers[i] for i in range(first, last) if self._may_author(i)), None)
                return Speaker(first, index + 1, author)
            if "speakers" in self._tokens[index].kinds:
                return Speaker(first, index + 1)
        return None

    def _may_author(self, index: int) -> bool:
        return index in self._covers and self._covers[index].kind is not MentionKind.DEMONYM

    def _before(self, sentence: Sentence, cue: int) -> Speaker | None:
        """Returns the subject of a verb: what stands before it, less adverbs, dates and what hangs on the subject."""
        outside = frozenset(sentence.outside)
        index = cue - 1
        while index in outside and self._is_between(index):
            index -= 1
        if index in outside and "," in self._tokens[index + 1].gap:
            mention = self._covers.get(index)
            if mention is None or mention.type is not EntityType.PERSON:
                index = self._past_comma(index, outside)
        return self._subject(index, outside)

    def _is_between(self, index: int) -> bool:
        token = self._tokens[index]
        is_day = "openers" in token.kinds and token.is_capital and len(token.text) > 3
        return "between" in token.kinds or token.text.isdigit() or is_day

    def _past_comma(self, index: int, outside: frozenset[int]) -> int:
        """Returns the word before the comma that opens the phrase which ends at a word."""
        place = index
        while place in outside and "," not in self._tokens[place].gap:
            place -= 1
        return place - 1 if place - 1 in outside else index

    def _subject(self, index: int, outside: frozenset[int]) -> Speaker | None:
        """Returns the naming that ends at a word, or the one that it hangs on ("Lute of the mission", "X, who …")."""
        fallback: Speaker | None = None
        while index in outside:
            found = self._naming_at(index, outside)
            preposition = self._hangs_on(found.first if found else index, outside)
            if found and (found.pronoun or preposition is None):
                return found
            if preposition is None:
                return fallback
            fallback = fallback or found
            index = preposition - 1
        return fallback

    def _naming_at(self, index: int, outside: frozenset[int]) -> Speaker | None:
        mention = self._covers.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return Speaker(self._start_of(index), index + 1, mention)
        text = self._tokens[index].text
        if text.lower() in ("he", "she", "they", "it", "i", "we"):
            return Speaker(index, index + 1, pronoun=text.lower())
        if "speakers" in self._tokens[index].kinds or mention is not None:
            return Speaker(self._description_start(index, outside), index + 1)
        return None

    def _description_start(self, index: int, outside: frozenset[int]) -> int:
        first = index
        while (
            first - 1 in outside and index - first < _LONGEST_DESCRIPTION and self._tokens[first].gap in (" ", "-", "'")
        ):
            before = self._tokens[first - 1].kinds
            if "prepositions" in before or "say" in before:
                break
            first -= 1
            if "determiners" in before:
                break
        return first

    def _hangs_on(self, first: int, outside: frozenset[int]) -> int | None:
        """Returns the preposition or relative word that ties the words before `first` to an earlier noun."""
        place = first
        while place in outside and first - place < _LONGEST_PHRASE:
            text = self._tokens[place].text
            if place < first and (text in ("who", "which", "that") or "prepositions" in self._tokens[place].kinds):
                return place if place - 1 in outside and self._tokens[place].gap in (" ", ", ") else None
            if place < first and self._is_border(place, first):
                return None
            if self._tokens[place].gap not in (" ", "-", "'", " -"):
                return None
            place -= 1
        return None

    def _is_border(self, place: int, first: int) -> bool:
        """Whether a word between a preposition and a naming shows that the preposition ties something else."""
        mention = self._covers.get(first)
        is_person = mention is not None and mention.type is EntityType.PERSON
        return is_person and "determiners" not in self._tokens[place].kinds and place not in self._titles
