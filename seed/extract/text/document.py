"""One text under annotation: its folded copy, its words and what it mentions."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property

from app.text.folding import fold_code_points
from seed.extract.text.tokens import Token, tokenize

_WORD = re.compile(r"[^\W_]+")
# Two line ends, so that no name runs from the title into the text.
JOINT = "\n\n"


class Document:
    """Title and text as one string, so that either can introduce names for the other; offsets are into that."""

    def __init__(self, title: str | None, text: str, outlet: str, kinds: Mapping[str, frozenset[str]]) -> None:
        self.offset = 0 if title is None else len(title) + len(JOINT)
        self.title_end = 0 if title is None else len(title)
        self.whole = text if title is None else title + JOINT + text
        self.folded = fold_code_points(self.whole)
        self._outlet = fold_code_points(outlet)
        self.kinds = kinds
        self._said: dict[str, bool] = {}

    @cached_property
    def tokens(self) -> list[Token]:
        """The words in order."""
        return tokenize(self.folded, self.kinds)

    @cached_property
    def starts(self) -> list[int]:
        """Where the words start."""
        return [token.start for token in self.tokens]

    def words_of(self, start: int, end: int) -> range:
        """Returns which words start within [start, end)."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    @cached_property
    def lowered(self) -> str:
        """The folded text and its outlet in small letters; its offsets do not hold."""
        return f"{self.folded} {self._outlet}".lower()

    @cached_property
    def words(self) -> frozenset[str]:
        """The distinct words of the text and its outlet in small letters, apostrophes parting them."""
        return frozenset(_WORD.findall(self.lowered))

    def says(self, phrase: str) -> bool:
        """Whether a word or phrase occurs, whatever its case."""
        known = self._said.get(phrase)
        if known is None:
            wanted = fold_code_points(phrase).lower()
            is_word = wanted.isalnum()
            known = self._said[phrase] = wanted in (self.words if is_word else self.lowered)
        return known
