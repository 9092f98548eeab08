"""A text as the text index reads it, code point by code point: what is found has its place in the stored text."""

import re
from collections.abc import Iterator

from app.stores.sqlite import as_indexed

MARK = "\x01"
"""Stands for an accent of its own code point, which belongs to the letter before it."""

BLOCK = 128
"""Code points that are asked for at once: a script has a few such blocks."""

MOST_REMEMBERED = 100_000
"""Code points: more than the letters of all scripts in daily use, about 10 MB."""

_STRAY_MARKS = re.compile(f"(?<![^ ]){MARK}+")


class _Indexed(dict[int, str]):
    """How the index reads each code point, asked when one of its block is first seen."""

    def __missing__(self, code: int) -> str:
        first = code - code % BLOCK
        block = {at: read or MARK for at, read in as_indexed(range(first, first + BLOCK)).items()}
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self.update(block)
        return block[code]


_INDEXED = _Indexed()


def indexed(text: str) -> str:
    """Return a copy as long as the text: letters folded, MARK for an accent, a space for what is in no word."""
    copy = text.translate(_INDEXED)
    # A word begins with a letter: an accent before it stands alone.
    return _STRAY_MARKS.sub(lambda marks: " " * len(marks[0]), copy) if MARK in copy else copy


def words(text: str) -> list[str]:
    """Return the words of a text as the index has them, in order."""
    return [word for word in indexed(text).replace(MARK, "").split(" ") if word]


class Phrase:
    """Words that stand side by side, to be found in copies made by `indexed`."""

    def __init__(self, text: str) -> None:
        found = words(text)
        self._plain = _pattern(found, "")
        self._marked = _pattern(found, f"{MARK}*")

    def spans(self, copy: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each occurrence in order; those that share a word are one, as the index shows them."""
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
        pattern = self._marked if MARK in padded else self._plain
        match = pattern.search(padded) if pattern else None
        while pattern and match:
            yield match.start(), match.end() - 1
            match = pattern.search(padded, match.start() + 1)


def _pattern(words: list[str], mark: str) -> re.Pattern[str] | None:
    """Return what finds these words with a space before them, which is quick to look for; None for no words."""
    spelt = ("".join(re.escape(letter) + mark for letter in word) for word in words)
    return re.compile(f" {' +'.join(spelt)}(?= )") if words else None
