"""Where a sentence names its speaker: a mention, a pronoun or a description beside the verb of saying."""

from collections.abc import Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import Candidate
from seed.extract.context import DocumentContext, by_word
from seed.extract.statements.sentences import Sentence

# A description such as "a senior official of the interior ministry" is no longer; nor is what hangs on a subject.
_LONGEST_DESCRIPTION = 9
_LONGEST_PHRASE = 12
_LONGEST_ASIDE = 40
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
# Words that end a description looked for backwards: "what activists said" is said by activists.
_JOINERS = frozenset(
    ["what", "that", "which", "when", "while", "and", "but", "because", "although", "as", "if", "where", "how", "why"]
)
_COUNTS = frozenset({"one", "two", "some", "others", "many", "another"})


class Speaker(NamedTuple):
    """Words [first, last) that name the speaker: a mention, a pronoun or a description."""

    first: int
    last: int
    mention: Candidate | None = None
    pronoun: str | None = None


class Speakers:
    """Finds the namings of speakers in one document."""

    def __init__(self, context: DocumentContext, mentions: Sequence[Candidate]) -> None:
        self._tokens = context.tokens
        self._titles = context.title_words
        self._covers = by_word(context.document, mentions)

    def is_mentioned(self, index: int) -> bool:
        """Whether a word belongs to a mention."""
        return index in self._covers

    def after(self, sentence: Sentence, first: int) -> Speaker | None:
        """Returns the speaker whose naming begins at a word: titles, then a mention; else a description."""
        limit = min(first + _LONGEST_DESCRIPTION, sentence.last)
        for index in range(first, limit):
            if index > first and any(mark in self._tokens[index].gap for mark in ',;:("'):
                return None
            if index == first and self._tokens[index].text.lower() in _PRONOUNS:
                return Speaker(index, index + 1, pronoun=self._tokens[index].text.lower())
            if speaker := self._naming_from(first, index, sentence.last):
                return speaker
        return None

    def _naming_from(self, first: int, index: int, limit: int) -> Speaker | None:
        mention = self._covers.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return Speaker(index, self._end_of(index), mention) if self._stands_free(mention, index) else None
        kinds = self._tokens[index].kinds
        is_title = index in self._titles and index + 1 < limit and self._is_person(index + 1)
        if "speakers" not in kinds or is_title or self._counts(index, limit):
            return None
        author = None
        if "documents" in kinds:
            author = next((self._covers[i] for i in range(first, index) if self._may_author(i)), None)
        return Speaker(first, index + 1, author)

    def _is_person(self, index: int) -> bool:
        mention = self._covers.get(index)
        return index in self._titles or (mention is not None and mention.type is EntityType.PERSON)

    def _counts(self, index: int, limit: int) -> bool:
        """Whether the word only counts what follows: "one of the sources"."""
        return self._tokens[index].text in _COUNTS and index + 1 < limit and self._tokens[index + 1].text == "of"

    def _may_author(self, index: int) -> bool:
        return index in self._covers and self._covers[index].kind is not MentionKind.DEMONYM

    def _stands_free(self, mention: Candidate, index: int) -> bool:
        """Whether a mention is the naming itself and not part of a longer one: "the State Department spokesman"."""
        last = self._end_of(index)
        if mention.type is EntityType.PERSON:
            return True
        following = self._tokens[last : last + 2]
        words = [word for word in following[:1] if word.gap in (" ", "'")]
        words += [word for word in following[1:] if words and word.gap == " "]
        return not any("speakers" in word.kinds or "title_starts" in word.kinds for word in words)

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

    def before(self, sentence: Sentence, cue: int) -> Speaker | None:
        """Returns the subject of a verb: what stands before it, less adverbs, dates and what hangs on the subject."""
        outside = sentence.outside
        index = cue - 1
        while index in outside and self.is_between(index):
            index -= 1
        if index in outside and "," in self._tokens[index + 1].gap:
            index = index if self._is_apposition(index) else self._past_comma(index, outside)
        return self._subject(index, outside)

    def _is_apposition(self, index: int) -> bool:
        """Whether a person's name and title fill all that stands between two commas, of which the second follows."""
        mention = self._covers.get(index)
        if mention is None or mention.type is not EntityType.PERSON:
            return False
        first = self._start_of(index)
        while first and first - 1 in self._titles and "," not in self._tokens[first].gap:
            first -= 1
        return "," in self._tokens[first].gap

    def is_between(self, index: int) -> bool:
        """Whether a word between subject and verb changes nothing: an auxiliary, an adverb, a date."""
        token = self._tokens[index]
        is_day = "openers" in token.kinds and token.is_capital and len(token.text) > 3
        return "between" in token.kinds or token.text.isdigit() or is_day

    def _past_comma(self, index: int, outside: frozenset[int]) -> int:
        """Returns the word before the comma that opens the phrase which ends at a word."""
        for place in range(index, max(index - _LONGEST_ASIDE, 0), -1):
            if place not in outside:
                break
            if "," in self._tokens[place].gap:
                return place - 1
        return index

    def _subject(self, index: int, outside: frozenset[int]) -> Speaker | None:
        """Returns the naming that ends at a word, or the one that it hangs on ("Lute of the mission", "X, who …")."""
        fallback: Speaker | None = None
        while index in outside:
            found = self._naming_at(index, outside)
            tie = self._tie(found, index, outside)
            if found and (found.pronoun or tie is None):
                return found
            if tie is None:
                return fallback
            fallback = fallback or found
            index = tie - 1
        return fallback

    def _naming_at(self, index: int, outside: frozenset[int]) -> Speaker | None:
        mention = self._covers.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return Speaker(self._start_of(index), self._end_of(index), mention)
        text = self._tokens[index].text
        if text.lower() in _PRONOUNS:
            return Speaker(index, index + 1, pronoun=text.lower())
        if "speakers" in self._tokens[index].kinds or mention is not None:
            return Speaker(self._description_start(index, outside), index + 1)
        return None

    def _description_start(self, index: int, outside: frozenset[int]) -> int:
        first = index
        while first - 1 in outside and index - first < _LONGEST_DESCRIPTION:
            before = self._tokens[first - 1]
            if self._tokens[first].gap not in (" ", "-", "'") or before.text.lower() in _JOINERS:
                break
            if "prepositions" in before.kinds or "say" in before.kinds:
                break
            first -= 1
            if "determiners" in before.kinds:
                break
        return first

    def _tie(self, found: Speaker | None, index: int, outside: frozenset[int]) -> int | None:
        """Returns the preposition or relative word that ties the words before a naming to an earlier noun."""
        first = found.first if found else index
        reach = _LONGEST_PHRASE
        if found is not None and found.mention is None:
            reach = 2  # a description begins at its own start, so only what stands right before it can tie it
        for place in range(first, first - reach, -1):
            token = self._tokens[place] if place in outside else None
            if token is None or (place < first and self._ends_tie(place, found)):
                return None
            if place < first and (token.text in ("who", "which", "that") or "prepositions" in token.kinds):
                return place if token.gap in (" ", ", ") and place - 1 in outside else None
            if token.gap not in (" ", "-", "'", " -"):
                return None
        return None

    def _ends_tie(self, place: int, found: Speaker | None) -> bool:
        """Whether a word before a naming shows that no preposition further back ties it."""
        token = self._tokens[place]
        if token.text in ("what", "when", "because", "if"):
            return True
        is_person = found is not None and found.mention is not None and found.mention.type is EntityType.PERSON
        is_tie = "prepositions" in token.kinds or token.text in ("who", "which", "that")
        return is_person and not is_tie and "determiners" not in token.kinds and place not in self._titles
