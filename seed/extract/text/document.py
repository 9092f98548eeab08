"""A text to annotate: its folded copy and its words."""

import re
from bisect import bisect_left
from collections.abc import Container, Mapping
from functools import cached_property

from app.text.folding import fold_code_points
from seed.extract.lexicon.scripts import FIRST_ATTACHING
from seed.extract.text.single_quotes import with_double_marks
from seed.extract.text.tokens import Token, tokenize

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
        kinds: Mapping[str, frozenset[str]],
        given_names: Container[str] = (),
    ) -> None:
        self.offset = 0 if title is None else len(title) + len(SEPARATOR)
        self.title_end = 0 if title is None else len(title)
        self.combined = text if title is None else title + SEPARATOR + text
        self.folded = with_double_marks(fold_code_points(self.combined))
        self._outlet = fold_code_points(outlet)
        self.kinds = kinds
        self._given_names = given_names
        self._contained: dict[str, bool] = {}

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, in order."""
        return tokenize(self.folded, self.kinds, self._given_names)

    @cached_property
    def starts(self) -> list[int]:
        """The start of each word."""
        return [token.start for token in self.tokens]

    def words_of(self, start: int, end: int) -> range:
        """Return the indexes of the words that start within [start, end)."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    @cached_property
    def lowered(self) -> str:
        """The folded text and outlet in lower case, which may change the length: offsets do not apply."""
        return f"{self.folded} {self._outlet}".lower()

    @cached_property
    def words(self) -> frozenset[str]:
        """The distinct words of the text and outlet in lower case, split at apostrophes."""
        return frozenset(_WORD.findall(self.lowered))

    def contains(self, phrase: str) -> bool:
        """Return whether the word or phrase occurs, in any letter case."""
        is_contained = self._contained.get(phrase)
        if is_contained is None:
            folded_phrase = fold_code_points(phrase).lower()
            # Words of other scripts can have letters attached or no spaces around them.
            is_word = folded_phrase.isalnum() and folded_phrase < FIRST_ATTACHING
            is_contained = self._contained[phrase] = folded_phrase in (self.words if is_word else self.lowered)
        return is_contained
