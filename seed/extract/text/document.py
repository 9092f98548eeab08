"""A text to annotate: its folded copy and its words."""

import re
from bisect import bisect_left
from functools import cached_property, lru_cache

from app.text.folding import fold_code_points
from seed.extract.lexicon.scripts import FIRST_ATTACHING
from seed.extract.text.single_quotes import with_double_marks
from seed.extract.text.tokens import Token, TokenColumns, WordKinds, columns_of, tokenize

_WORD = re.compile(r"[^\W_]+")
# Two line ends, so that no name continues from the title into the text.
SEPARATOR = "\n\n"


class Document:
    """Title and text as one string, so that either can introduce names for the other.

    Offsets are code points of `combined`; `offset` is where the text begins in it.
    """

    def __init__(
        self,
        title: str | None,
        text: str,
        outlet: str,
        word_kinds: WordKinds,
    ) -> None:
        self.offset = 0 if title is None else len(title) + len(SEPARATOR)
        self.title_end = 0 if title is None else len(title)
        self.combined = text if title is None else title + SEPARATOR + text
        self.folded = with_double_marks(fold_code_points(self.combined))
        self._outlet = fold_code_points(outlet)
        self.word_kinds = word_kinds
        self._contained: dict[str, bool] = {}

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, in order."""
        return tokenize(self.folded, self.word_kinds)

    @cached_property
    def columns(self) -> TokenColumns:
        """The fields of the words as columns."""
        return columns_of(self.tokens)

    def words_of(self, start: int, end: int) -> range:
        """Return the indexes of the words that start within [start, end)."""
        starts = self.columns.starts
        first = bisect_left(starts, start)
        return range(first, bisect_left(starts, end, first))

    @cached_property
    def lowered(self) -> str:
        """The folded text and outlet in lower case, which may change the length: offsets do not apply."""
        return f"{self.folded} {self._outlet}".lower()

    @cached_property
    def words(self) -> set[str]:
        """The distinct words of the text and outlet in lower case, split at apostrophes."""
        words = {text.lower() for text in set(self.columns.texts)}
        split = (text for text in words if not text.isalnum())
        return words.union(_WORD.findall(self._outlet.lower()), *map(_WORD.findall, split))

    def contains(self, phrase: str) -> bool:
        """Return whether the word or phrase occurs, in any letter case."""
        is_contained = self._contained.get(phrase)
        if is_contained is None:
            folded_phrase = fold_phrase(phrase)
            # Words of other scripts can have letters attached or no spaces around them.
            is_word = folded_phrase.isalnum() and folded_phrase < FIRST_ATTACHING
            is_contained = self._contained[phrase] = folded_phrase in (self.words if is_word else self.lowered)
        return is_contained


# More than the conditions of the lexicon have.
@lru_cache(maxsize=20_000)
def fold_phrase(phrase: str) -> str:
    """Return a phrase of a condition as it is searched, in lower case."""
    return fold_code_points(phrase).lower()
