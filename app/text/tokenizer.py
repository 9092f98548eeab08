"""The tokenizer of the text index, code point by code point, so that a match has its offsets in the stored text.

Letters fold as in unicode61, the tokenizer of FTS5, whose tables differ from Python's. Every store indexes texts in
this way, so that all of them find the same. The tables are read from an FTS5 table in memory, which needs no file and
no store.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.sqlite_driver import DRIVER

TOKENIZER = "unicode61 remove_diacritics 2"
"""The tokenizer of the text index; a test compares it with the migrations."""

ACCENT = "\x01"
"""The replacement of an accent that is a code point of its own and belongs to the letter before it."""

# A script has a few such blocks.
BLOCK_SIZE = 128
"""Code points that are looked up together."""

# More than the letters of all scripts in daily use, about 10 MB.
MAX_CACHED_CODE_POINTS = 100_000
"""Maximum number of code points to cache."""

_FOLDINGS = "SELECT doc, CASE count(*) WHEN 1 THEN min(term) ELSE 'a b' END FROM vocabulary GROUP BY doc"

_INDEXED_WORD = re.compile("[^ ]+")
_STRAY_ACCENTS = re.compile(f"(?<![^ ]){ACCENT}+")


def index_foldings(codes: range) -> dict[int, str]:
    """Return how the text index folds these code points.

    A letter maps to the one code point that it is folded to, a combining accent to an empty string, and a separator of
    words to a space.
    """
    connection = DRIVER.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE probe USING fts5(letters, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(probe, 'instance')")
        # No stored text contains surrogates, because databases refuse them.
        rows = [(code, f"a{chr(code)}b") for code in codes if not 0xD800 <= code < 0xE000]
        connection.executemany("INSERT INTO probe(rowid, letters) VALUES (?, ?)", rows)
        foldings: dict[int, str] = dict(connection.execute(_FOLDINGS))
    finally:
        connection.close()
    return {code: foldings.get(code, "a b")[1:-1] for code in codes}


class _IndexedCodePoints(dict[int, str]):
    """The indexed form of each code point, looked up when one of its block is first seen."""

    def __missing__(self, code: int) -> str:
        first = code - code % BLOCK_SIZE
        block = {point: form or ACCENT for point, form in index_foldings(range(first, first + BLOCK_SIZE)).items()}
        if len(self) >= MAX_CACHED_CODE_POINTS:
            self.clear()
        self.update(block)
        return block[code]


_INDEXED_CODE_POINTS = _IndexedCodePoints()


def indexed(text: str) -> str:
    """Return the indexed form of a text, of equal length: folded letters, ACCENT for accents, spaces between words."""
    copy = text.translate(_INDEXED_CODE_POINTS)
    # A word starts with a letter: an accent before it is in no word.
    return _STRAY_ACCENTS.sub(lambda accents: " " * len(accents[0]), copy) if ACCENT in copy else copy


def words(text: str) -> list[str]:
    """Return the indexed words of a text, in order."""
    return [word for word in indexed(text).replace(ACCENT, "").split(" ") if word]


class Token(NamedTuple):
    """A word as the index has it, and its range of code points in the stored text, end exclusive."""

    token: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the indexed words of a text with their places, in order."""
    return [Token(match[0].replace(ACCENT, ""), *match.span()) for match in _INDEXED_WORD.finditer(indexed(text))]


def joined(_text: str) -> list[Token]:
    """Return the joined forms of words with apostrophes and hyphens, each with the place of the whole word."""
    return []


class Phrase:
    """Consecutive words, to find in texts in their indexed form."""

    def __init__(self, text: str) -> None:
        phrase = words(text)
        self._plain = _pattern(phrase, "")
        self._accented = _pattern(phrase, f"{ACCENT}*")

    def spans(self, copy: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each occurrence in the indexed form of a text, in order.

        Occurrences that share a word are joined, as the text index does when it highlights.
        """
        start = end = -1
        for first, last in self._occurrences(f" {copy} "):
            if first >= end:
                if end >= 0:
                    yield start, end
                start = first
            end = last
        if end >= 0:
            yield start, end

    def _occurrences(self, padded: str) -> Iterator[tuple[int, int]]:
        pattern = self._accented if ACCENT in padded else self._plain
        match = pattern.search(padded) if pattern else None
        while pattern and match:
            yield match.start(), match.end() - 1
            match = pattern.search(padded, match.start() + 1)


def _pattern(words: list[str], after_letter: str) -> re.Pattern[str] | None:
    """Return the pattern of these words, each after a space (a literal prefix is fast to find); None for no words."""
    spellings = ("".join(re.escape(letter) + after_letter for letter in word) for word in words)
    return re.compile(f" {' +'.join(spellings)}(?= )") if words else None
