"""The view of a document that the rules use: its words, the lexicon's hits by word, its titles and headings."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import compress, pairwise

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.lexicon.word_lists import PersonTitle, WordLists
from seed.extract.text.credits import Credit
from seed.extract.text.document import Document
from seed.extract.text.tokens import Token

# A line with at least this many long words, nearly all capitalized, is a heading: capitals there do not mark names.
_MIN_HEADING_WORDS = 4
_MIN_CAPITALIZED_SHARE = 0.8
_MAX_SHORT_WORD_LENGTH = 3
_MAX_HEADING_WORDS = 25


class DocumentContext:
    """A document with the mentions that the lexicon matches in it."""

    def __init__(
        self,
        document: Document,
        word_lists: WordLists,
        hits: Sequence[CandidateMention],
        credits_: Iterable[Credit] = (),
    ) -> None:
        self.document = document
        self.word_lists = word_lists
        self.tokens: list[Token] = document.tokens
        self.hits = hits
        self._credits = credits_
        self.hit_by_word = mentions_by_word(document, hits)

    @cached_property
    def capital_words(self) -> list[int]:
        """The indexes of the capitalized words."""
        return list(compress(range(len(self.tokens)), self.document.columns.capitals))

    @cached_property
    def capital_or_number_words(self) -> list[int]:
        """The indexes of the words that are capitalized or begin with a digit."""
        columns = self.document.columns
        texts_and_capitals = zip(columns.texts, columns.capitals, strict=True)
        return [index for index, (text, capital) in enumerate(texts_and_capitals) if capital or text[0].isdigit()]

    @cached_property
    def words_by_gap(self) -> dict[str, list[int]]:
        """The indexes of the words before which stands something other than a space, by what it is."""
        words: dict[str, list[int]] = {}
        for index, gap in enumerate(self.document.columns.gaps):
            if gap != " ":
                words.setdefault(gap, []).append(index)
        return words

    @cached_property
    def titles(self) -> list[PersonTitle]:
        """The titles in order; none is inside another."""
        titles: list[PersonTitle] = []
        for index in self.words_of_kind("title_starts"):
            if (not titles or index >= titles[-1].last) and (title := self.word_lists.title_at(self.tokens, index)):
                titles.append(title)
        return titles

    @cached_property
    def title_by_first_word(self) -> dict[int, PersonTitle]:
        """The titles by the index of their first word."""
        return {title.first: title for title in self.titles}

    @cached_property
    def title_words(self) -> frozenset[int]:
        """The indexes of the words that belong to titles."""
        return frozenset(index for title in self.titles for index in range(title.first, title.last))

    @cached_property
    def in_heading(self) -> bytearray:
        """1 for each word in a heading, 0 for each other word; credits are never headings."""
        flags = bytearray(len(self.tokens))
        ends = sorted(index for gap, words in self.words_by_gap.items() if "\n" in gap for index in words if index)
        for first, last in pairwise([0, *ends, len(self.tokens)]):
            if first < last and self._is_heading(first, last):
                flags[first:last] = b"\1" * (last - first)
        for credit in self._credits:
            words = self.document.words_of(credit.start, credit.end)
            flags[words.start : words.stop] = bytes(len(words))
        return flags

    def _is_heading(self, first: int, last: int) -> bool:
        """Return whether the words of a line are a heading: few, nearly all capitalized, with no full stop or colon."""
        words = self.tokens[first:last]
        if len(words) > _MAX_HEADING_WORDS or self.document.folded.startswith((".", ":"), words[-1].end):
            return False
        long_words = [word for word in words if len(word.text) > _MAX_SHORT_WORD_LENGTH]
        capitalized = sum(word.is_capital for word in long_words)
        return len(long_words) >= _MIN_HEADING_WORDS and capitalized >= _MIN_CAPITALIZED_SHARE * len(long_words)

    def words_of_kind(self, kind: str) -> list[int]:
        """Return the indexes of the words that a word list has."""
        return [index for index, kinds in enumerate(self.document.columns.kinds) if kind in kinds]

    def starts_sentence(self, index: int) -> bool:
        """Return whether a word begins the text, a line, a sentence or a quotation."""
        gap = self.tokens[index].gap
        return index == 0 or "\n" in gap or any(mark in gap for mark in '.!?:"')

    def follows(self, index: int, *gaps: str) -> bool:
        """Return whether the word exists and the gap before it is one of `gaps`."""
        return index < len(self.tokens) and self.tokens[index].gap in gaps

    def other_hit(self, index: int) -> CandidateMention | None:
        """Return the lexicon's hit at a word, unless it is a person or a demonym."""
        hit = self.hit_by_word.get(index)
        return None if hit is None or hit.type is EntityType.PERSON or hit.kind is MentionKind.DEMONYM else hit


def mentions_by_word(document: Document, mentions: Iterable[CandidateMention]) -> dict[int, CandidateMention]:
    """Return the mention at each word that has one, by the index of the word."""
    starts = document.columns.starts
    by_word: dict[int, CandidateMention] = {}
    for mention in mentions:
        index = bisect_left(starts, mention.start)
        while index < len(starts) and starts[index] < mention.end:
            by_word[index] = mention
            index += 1
    return by_word
