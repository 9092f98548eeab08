"""The words that stand in many articles: for each of them the revisions that contain it, as Roaring bitmaps.

The text index of a database lists the revisions of a word one by one, which takes long for half a million of them. The
words of a revision never change and ids of revisions only grow, so that what is stored of some ids stays right: a
publish adds a part for the ids that are new. Revisions that are not served are left out where positions are looked up.

For relevance there are how often each of its revisions contains a word, and how many words each revision has. They are
in parts of their own, which are read when they are needed: together they are larger than the bitmaps.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json, to_json
from pyroaring import BitMap

from app.search.index.bitmaps import positions_of
from app.text.tokenizer import TITLE_MARK, TOKENIZER_VERSION

# Below that, the text index answers within a few milliseconds.
MIN_SHARE = 0.03
"""The share of the revisions that contain a frequent word when the words are chosen."""

MIN_REVISIONS = 10_000
"""The number of revisions below which no word is frequent."""

MAX_REVISION_ID = 2**32 - 1
"""The greatest id that a bitmap has room for."""

MAX_LENGTH = 200
"""The number of characters of the longest word that is frequent."""

PART_BYTES = 6_000_000
"""About how many bytes a part has."""

# A search reads one of them for each of its words.
COUNT_PART_BYTES = 100_000
"""About how many bytes a part of numbers of occurrences has, unless one word alone has more."""

COUNT_TYPE = np.dtype("u1")
"""How most numbers of occurrences are stored; see `encode_numbers`."""

LENGTH_TYPE = np.dtype("<u2")
"""How most lengths of revisions are stored."""

_LENGTH_BYTES = 8

WordCounts = tuple[str, BitMap, NDArray[np.integer]]
"""A word, the revisions that contain it, and how often each of them does."""


@dataclass(frozen=True, slots=True)
class WordEntry:
    """A part in the manifest: bitmaps of some frequent words for the revisions after `after`, up to `last`.

    `chosen` is the last id when the words were chosen, and `tokenizer` the version of the tokenizer that read them.
    Only the parts of the first revisions list their `words`, so that a publish need not read them. `counts` are the
    parts with the numbers of occurrences of its words, each after the last word in it. `lengths` is the part with the
    lengths of these revisions, `texts` of which the text index had. Earlier releases stored neither counts nor lengths.
    """

    name: str
    after: int
    last: int
    chosen: int
    tokenizer: int = TOKENIZER_VERSION
    words: tuple[str, ...] = ()
    counts: tuple[tuple[str, str], ...] = ()
    lengths: str = ""
    texts: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts of the entry."""
        lengths = (self.lengths,) if self.lengths else ()
        return (self.name, *(name for _, name in self.counts), *lengths)

    def counts_of(self, word: str) -> str:
        """Return the name of the part with the counts of a word of this entry."""
        return self.counts[bisect_left(self.counts, word, key=lambda one: one[0])][1]


class WordPart:
    """The bitmaps of a part, each read from its bytes when it is needed."""

    def __init__(self, data: bytes) -> None:
        """Read the header of a part that `encode_words` made."""
        size = int.from_bytes(data[:_LENGTH_BYTES], "little")
        self._data = memoryview(data)
        self._spans: dict[str, tuple[int, int]] = {}
        start = _LENGTH_BYTES + size
        for word, length in from_json(data[_LENGTH_BYTES : _LENGTH_BYTES + size]):
            self._spans[word] = (start, start + length)
            start += length

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def revisions(self, word: str) -> BitMap | None:
        """Return the revisions with a word, None if the part does not have it."""
        data = self.data_of(word)
        return None if data is None else BitMap.deserialize(data)

    def data_of(self, word: str) -> bytes | None:
        """Return what is stored of a word, None if the part does not have it."""
        span = self._spans.get(word)
        return None if span is None else bytes(self._data[span[0] : span[1]])


class StoredWords(NamedTuple):
    """A part of bitmaps that was stored, its words, and the parts of their counts as in the manifest."""

    name: str
    words: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]


def encode_words(
    words: Iterable[WordCounts],
    store: Callable[[bytes], str],
    part_bytes: int = PART_BYTES,
    count_bytes: int = COUNT_PART_BYTES,
) -> Iterator[StoredWords]:
    """Store words with their bitmaps and counts, in order; each part has as many as fit, and is stored when it is full.

    There is at least one: that no word is frequent is worth knowing, too. `store` returns the name of a part. The same
    words, in the same order, give the same bytes; the bitmaps are compressed in place.
    """
    bitmaps: dict[str, bytes] = {}
    counts: dict[str, bytes] = {}
    names: list[tuple[str, str]] = []
    stored = 0
    for word, bitmap, numbers in words:
        bitmap.run_optimize()
        bitmaps[word], counts[word] = bitmap.serialize(), encode_numbers(numbers, COUNT_TYPE)
        is_full = _size(bitmaps) >= part_bytes
        if is_full or _size(counts) >= count_bytes:
            names.append((word, store(_pack(counts))))
            counts = {}
        if is_full:
            yield StoredWords(store(_pack(bitmaps)), tuple(bitmaps), tuple(names))
            bitmaps, names, stored = {}, [], stored + 1
    if counts:
        names.append((next(reversed(counts)), store(_pack(counts))))
    if bitmaps or not stored:
        yield StoredWords(store(_pack(bitmaps)), tuple(bitmaps), tuple(names))


def _size(values: Mapping[str, bytes]) -> int:
    return sum(map(len, values.values()))


def _pack(values: Mapping[str, bytes]) -> bytes:
    header = to_json([(word, len(data)) for word, data in values.items()])
    return b"".join([len(header).to_bytes(_LENGTH_BYTES, "little"), header, *values.values()])


def encode_numbers(numbers: NDArray[np.integer], type_: np.dtype[Any]) -> bytes:
    """Return numbers in a narrow type, each that does not fit as the highest one, and those with their indexes."""
    highest = np.iinfo(type_).max
    others = np.flatnonzero(numbers >= highest)
    exact = np.column_stack([others, numbers[others]]).astype("<u4")
    return b"".join([np.minimum(numbers, highest).astype(type_).tobytes(), exact.tobytes()])


def decode_numbers(data: bytes, count: int, type_: np.dtype[Any]) -> NDArray[np.integer]:
    """Return the `count` numbers that `encode_numbers` put into these bytes."""
    numbers: NDArray[np.integer] = np.frombuffer(data, type_, count)
    exact = np.frombuffer(data, "<u4", offset=numbers.nbytes).reshape(-1, 2)
    if len(exact):
        numbers = numbers.astype(np.uint32)
        numbers[exact[:, 0]] = exact[:, 1]
    return numbers


@dataclass(frozen=True)
class FrequentWords:
    """The frequent words of the revisions up to some id: parts, each with the entry that it has in the manifest."""

    entries: tuple[WordEntry, ...] = ()
    parts: tuple[WordPart, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that were chosen."""
        return frozenset(chosen_words(self.entries))

    def revisions(self, word: str) -> BitMap | None:
        """Return all revisions with a word, None if it is not frequent."""
        if word not in self.words:
            return None
        found = [bitmap for part in self.parts if (bitmap := part.revisions(word)) is not None]
        return found[0] if len(found) == 1 else BitMap.union(*found)

    @property
    def last(self) -> int:
        """The last of the revisions."""
        return self.entries[-1].last if self.entries else 0

    @property
    def are_counted(self) -> bool:
        """Whether there are counts and lengths, which earlier releases did not store."""
        return bool(self.entries) and are_counted(self.entries)

    @property
    def texts(self) -> int:
        """How many of the revisions the text index had when their lengths were stored."""
        return sum(entry.texts for entry in self._ranges)

    def occurrences(self, word: str, read: Callable[[str], WordPart]) -> tuple[NDArray[np.uint32], NDArray[np.integer]]:
        """Return the revisions with a frequent word, and how often each has it; `read` returns the part of a name."""
        ids, counts = [], []
        for entry, part in zip(self.entries, self.parts, strict=True):
            if (bitmap := part.revisions(word)) is not None:
                data = read(entry.counts_of(word)).data_of(word) or b""
                ids.append(positions_of(bitmap))
                counts.append(decode_numbers(data, len(bitmap), COUNT_TYPE))
        return np.concatenate(ids), np.concatenate(counts)

    def lengths(self, read: Callable[[str], bytes]) -> NDArray[np.integer]:
        """Return the number of words of each revision by id, 0 for an id without a text; `read` returns a part."""
        lengths: list[NDArray[np.integer]] = [np.zeros(1, LENGTH_TYPE)]
        for entry in self._ranges:
            lengths.append(decode_numbers(read(entry.lengths), entry.last - entry.after, LENGTH_TYPE))
        return np.concatenate(lengths)

    @property
    def _ranges(self) -> Iterable[WordEntry]:
        """An entry of each range of revisions, in order."""
        return {entry.after: entry for entry in self.entries}.values()


@dataclass(frozen=True)
class TextStatistics:
    """What relevance depends on apart from words: the texts of the index, and the words in them.

    `lengths` are the numbers of words of published revisions, by id. `existing` are those revisions that the frequent
    words know and that are still stored, None for all, and `later` how many revisions are stored after them.
    """

    texts: int
    words: int
    lengths: NDArray[np.integer]
    existing: BitMap | None
    later: int

    @property
    def average(self) -> float:
        """The average number of words of a text."""
        return max(self.words, 1) / max(self.texts, 1)


def are_counted(entries: Iterable[WordEntry]) -> bool:
    """Return whether all of these entries have counts and lengths."""
    return all(entry.lengths for entry in entries)


def chosen_words(entries: Iterable[WordEntry]) -> list[str]:
    """Return the words of these entries, in order."""
    return sorted(word for entry in entries for word in entry.words)


def readable(entries: Iterable[WordEntry]) -> tuple[WordEntry, ...]:
    """Return the entries whose words this release reads as it reads those of a query."""
    return tuple(entry for entry in entries if entry.tokenizer == TOKENIZER_VERSION)


def may_be_frequent(word: str) -> bool:
    """Return whether queries look for a word of the text index by itself, and all stores index it as it is."""
    return 0 < len(word) <= MAX_LENGTH and not word.startswith(TITLE_MARK)


def ranges_to_merge(entries: Sequence[WordEntry], last: int) -> int:
    """Return the number of entries to keep before a new range up to `last`, with which the others are merged.

    A range is merged with one that is less than twice as long, so that their number grows with the logarithm of the
    number of revisions, and each revision is written again as often at most.
    """
    kept = list(entries)
    start = kept[-1].last if kept else 0
    while kept and kept[-1].last - kept[-1].after < 2 * (last - start):
        start = kept[-1].after
        kept = [entry for entry in kept if entry.after != start]
    return len(kept)
