"""What the rules see of a document: its words, the lexicon's hits by word, and the lines that are headings."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from app.models import EntityType, MentionKind
from seed.extract.candidates import Candidate
from seed.extract.lexicon.word_lists import Title, WordLists
from seed.extract.text.credits import Credit
from seed.extract.text.document import Document
from seed.extract.text.tokens import Token

# A line of at least so many words, nearly all in capitals, is a heading: capitals say nothing about names there.
_HEADING_WORDS = 4
_HEADING_SHARE = 0.8
_SHORT_WORD = 3
_LONGEST_HEADING = 25


class DocumentContext:
    """A document with the mentions that the lexicon found in it."""

    def __init__(
        self, document: Document, word_lists: WordLists, hits: Sequence[Candidate], credits_: Iterable[Credit] = ()
    ) -> None:
        self.document = document
        self.word_lists = word_lists
        self.tokens: list[Token] = document.tokens
        self.hits = hits
        self._credits = credits_
        self.hit_at = by_word(document, hits)

    @cached_property
    def titles(self) -> list[Title]:
        """The titles in order; none inside another."""
        found: list[Title] = []
        for index, token in enumerate(self.tokens):
            if "title_starts" not in token.kinds:
                continue
            if (not found or index >= found[-1].last) and (title := self.word_lists.title_at(self.tokens, index)):
                found.append(title)
        return found

    @cached_property
    def title_from(self) -> dict[int, Title]:
        """The titles by the word they begin at."""
        return {title.first: title for title in self.titles}

    @cached_property
    def title_words(self) -> frozenset[int]:
        """The words that belong to titles."""
        return frozenset(index for title in self.titles for index in range(title.first, title.last))

    @cached_property
    def in_heading(self) -> bytearray:
        """For each word whether it stands in a heading."""
        flags = bytearray(len(self.tokens))
        first = 0
        for index in range(1, len(self.tokens) + 1):
            if index == len(self.tokens) or "\n" in self.tokens[index].gap:
                if self._is_heading(first, index):
                    flags[first:index] = b"\1" * (index - first)
                first = index
        for credit in self._credits:
            words = self.document.words_of(credit.start, credit.end)
            flags[words.start : words.stop] = bytes(len(words))
        return flags

    def _is_heading(self, first: int, last: int) -> bool:
        """Whether the words of a line are a heading: few, nearly all in capitals, with no full stop behind."""
        words = self.tokens[first:last]
        if len(words) > _LONGEST_HEADING or self.document.folded.startswith((".", ":"), words[-1].end):
            return False
        long = [word for word in words if len(word.text) > _SHORT_WORD]
        capital = sum(word.is_capital for word in long)
        return len(long) >= _HEADING_WORDS and capital >= _HEADING_SHARE * len(long)

    def starts_sentence(self, index: int) -> bool:
        """Whether a word begins the text, a line, a sentence or a quotation."""
        gap = self.tokens[index].gap
        return index == 0 or "\n" in gap or any(mark in gap for mark in '.!?:"')

    def follows(self, index: int, *gaps: str) -> bool:
        """Whether a word exists and exactly one of the gaps stands before it."""
        return index < len(self.tokens) and self.tokens[index].gap in gaps

    def other_hit(self, index: int) -> Candidate | None:
        """Returns the lexicon's hit over a word, unless it is a person's or a demonym."""
        hit = self.hit_at.get(index)
        return None if hit is None or hit.type is EntityType.PERSON or hit.kind is MentionKind.DEMONYM else hit


def by_word(document: Document, mentions: Iterable[Candidate]) -> dict[int, Candidate]:
    """Returns the mention over each word that has one."""
    return {index: mention for mention in mentions for index in document.words_of(mention.start, mention.end)}
