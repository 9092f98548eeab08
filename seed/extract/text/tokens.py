"""The words of a text with their offsets and the gaps between them."""

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from app.text.person_names import GAP_AND_WORD

_RARE_NAME = frozenset({"rare_given_names"})
MAX_WORDS = 20_000
"""Maximum number of distinct words to keep what is known of them: those of a few hundred articles, three megabytes."""


class Token(NamedTuple):
    """A word of the folded text; `start` and `end` are code points, `gap` is the text between it and the previous word.

    `is_capital` is whether it begins with an uppercase letter, `kinds` are the names of the word lists that have it.
    """

    start: int
    end: int
    text: str
    gap: str
    is_capital: bool
    kinds: frozenset[str]


class TokenColumns(NamedTuple):
    """The fields of all tokens of a text, each as one sequence, for what looks at one field of every word."""

    starts: Sequence[int]
    ends: Sequence[int]
    texts: Sequence[str]
    gaps: Sequence[str]
    capitals: Sequence[bool]
    kinds: Sequence[frozenset[str]]


def columns_of(tokens: Sequence[Token]) -> TokenColumns:
    """Return the fields of tokens as columns."""
    return TokenColumns(*zip(*tokens, strict=True)) if tokens else TokenColumns((), (), (), (), (), ())


class WordKinds(dict[str, tuple[bool, frozenset[str]]]):
    """For each word, whether it begins with an uppercase letter, and the names of the word lists that have it.

    `kinds` has the lists of words in lower case; a capitalized word of none that is one of the `given_names` is of the
    kind `rare_given_names`. Words that were looked up are kept, since texts repeat them.
    """

    def __init__(self, kinds: Mapping[str, frozenset[str]], given_names: Container[str] = ()) -> None:
        super().__init__()
        self._kinds = kinds
        self._given_names = given_names

    def __missing__(self, text: str) -> tuple[bool, frozenset[str]]:
        if len(self) == MAX_WORDS:
            self.clear()
        lower = text.lower()
        is_capital = text[0].isupper()
        kinds = self._kinds.get(lower, frozenset[str]())
        if is_capital and not kinds and lower in self._given_names:
            kinds = _RARE_NAME
        self[text] = is_capital, kinds
        return is_capital, kinds


_NO_LISTS = WordKinds({})


def tokenize(folded: str, word_kinds: Mapping[str, tuple[bool, frozenset[str]]] = _NO_LISTS) -> list[Token]:
    """Return the words of a folded text in order."""
    tokens = []
    end = 0
    new = tuple.__new__
    for gap, text in GAP_AND_WORD.findall(folded):
        if not text:
            continue
        if gap == " ":
            start = end + 1
        else:
            start = end + len(gap)
            if len(gap) > 1 and gap.isspace() and "\n" not in gap:
                gap = " "  # noqa: PLW2901 - several spaces, or an invisible one, separate words as one space does
        end = start + len(text)
        is_capital, kinds = word_kinds[text]
        # The named constructor would take half of the time of a document; this is what it calls.
        tokens.append(new(Token, (start, end, text, gap, is_capital, kinds)))
    return tokens
