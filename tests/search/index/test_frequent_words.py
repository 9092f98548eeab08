"""The bitmaps and counts of frequent words: what is stored comes back, and how many parts there are."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.search.index.frequent_words import (
    LENGTH_TYPE,
    FrequentWords,
    WordCounts,
    WordEntry,
    WordPart,
    encode_numbers,
    encode_words,
    may_be_frequent,
    ranges_to_merge,
    readable,
)
from app.text.tokenizer import TITLE_MARK

COUNTS = st.dictionaries(st.integers(1, 200_000), st.sampled_from([1, 2, 3, 254, 255, 256, 70_000]))
WORDS = st.dictionaries(st.text(min_size=1, max_size=5), COUNTS, max_size=12)


class Stored(dict[str, bytes]):
    """Parts by their names."""

    def store(self, data: bytes) -> str:
        """Store a part, and return its name."""
        self[str(len(self))] = data
        return str(len(self) - 1)

    def part(self, name: str) -> WordPart:
        """Return the part of a name."""
        return WordPart(self[name])

    def words(self, *ranges: dict[str, dict[int, int]], part_bytes: int = 300, count_bytes: int = 40) -> FrequentWords:
        """Store the words of some ranges of revisions, and return them."""
        entries = [
            WordEntry(one.name, after, 0, 0, words=() if after else one.words, counts=one.counts)
            for after, counts in enumerate(ranges)
            for one in encode_words(word_counts(counts), self.store, part_bytes, count_bytes)
        ]
        return FrequentWords(tuple(entries), tuple(WordPart(self[entry.name]) for entry in entries))


def word_counts(counts: dict[str, dict[int, int]]) -> list[WordCounts]:
    """Return words with the number of occurrences by revision as a publish has them."""
    return [
        (word, BitMap(own), np.array([own[id_] for id_ in sorted(own)], np.int64))
        for word, own in sorted(counts.items())
    ]


@given(WORDS, st.integers(1, 300), st.integers(1, 50))
def test_what_is_stored_comes_back(counts: dict[str, dict[int, int]], part_bytes: int, count_bytes: int) -> None:
    """In parts of about the wanted size; the same words give the same bytes."""
    stored, again = Stored(), Stored()
    words = stored.words(counts, part_bytes=part_bytes, count_bytes=count_bytes)
    assert again.words(counts, part_bytes=part_bytes, count_bytes=count_bytes).entries == words.entries
    assert again == stored
    assert words.words == counts.keys()
    assert {name for entry in words.entries for name in entry.names} == stored.keys()
    for word, own in counts.items():
        assert words.revisions(word) == BitMap(own)
        ids, numbers = words.occurrences(word, stored.part)
        assert dict(zip(ids.tolist(), numbers.tolist(), strict=True)) == own
    for entry, part in zip(words.entries, words.parts, strict=True):
        assert sum(len(part.data_of(word) or b"") for word in [*part][:-1]) < part_bytes
        for _, name in entry.counts:
            one = WordPart(stored[name])
            assert sum(len(one.data_of(word) or b"") for word in [*one][:-1]) < count_bytes


def test_a_word_has_the_revisions_of_all_ranges() -> None:
    """What the first range lacks is not frequent."""
    stored = Stored()
    words = stored.words({"reef": {1: 1, 5: 300}, "sea": {2: 1}}, {"reef": {9: 2}, "cat": {8: 1}})
    assert words.revisions("reef") == BitMap([1, 5, 9])
    assert [one.tolist() for one in words.occurrences("reef", stored.part)] == [[1, 5, 9], [1, 300, 2]]
    assert words.revisions("sea") == BitMap([2])
    assert [one.tolist() for one in words.occurrences("sea", stored.part)] == [[2], [1]]
    assert words.revisions("cat") is None
    assert FrequentWords().revisions("reef") is None


def test_each_revision_has_a_length() -> None:
    """Those of each range are stored once, whatever the number of its parts."""
    stored = Stored()
    one, other = (stored.store(encode_numbers(np.array(own), LENGTH_TYPE)) for own in ([7, 0], [70_000]))
    first = WordEntry("a", 0, 2, 2, lengths=one, texts=1)
    words = FrequentWords((first, replace(first, name="b"), WordEntry("c", 2, 3, 2, lengths=other, texts=1)))
    assert words.lengths(stored.__getitem__).tolist() == [0, 7, 0, 70_000]
    assert (words.texts, words.last, words.are_counted) == (2, 3, True)
    assert first.names == ("a", one)


def test_words_of_earlier_releases_are_not_counted() -> None:
    assert not FrequentWords().are_counted
    assert not FrequentWords((WordEntry("a", 0, 5, 5),)).are_counted
    assert FrequentWords().last == 0


def test_words_of_another_tokenizer_are_not_read() -> None:
    assert readable([WordEntry("a", 0, 5, 5, 0), one := WordEntry("b", 0, 5, 5)]) == (one,)


def test_words_that_only_the_index_has_are_left_out() -> None:
    assert [word for word in ("reef", "", f"{TITLE_MARK}reef", "r" * 201) if may_be_frequent(word)] == ["reef"]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=200))
def test_there_are_few_ranges(sizes: list[int]) -> None:
    """Each is at least twice as long as the next one, and all ids are in one of them."""
    entries: list[WordEntry] = []
    last = 0
    for size in sizes:
        last += size
        count = ranges_to_merge(entries, last)
        after = entries[count].after if count < len(entries) else last - size
        # A range may have several parts.
        entries = [*entries[:count], *[WordEntry("", after, last, sizes[0])] * 2]
        ranges = sorted({(entry.after, entry.last) for entry in entries})
        assert [after for after, _ in ranges] == [0, *(end for _, end in ranges[:-1])]
        assert ranges[-1][1] == last
        lengths = [end - after for after, end in ranges]
        assert all(longer >= 2 * shorter for longer, shorter in pairwise(lengths))


def test_a_part_has_as_many_words_as_fit() -> None:
    counts = {word: dict.fromkeys(range(0, 100_000, 3), 1) for word in ("cat", "reef", "sea")}
    stored = Stored()
    one = len(WordPart(stored[stored.words(counts).entries[0].name]).data_of("cat") or b"")

    def groups(part_bytes: int) -> list[list[str]]:
        return [[*part] for part in Stored().words(counts, part_bytes=part_bytes).parts]

    assert groups(2 * one) == [["cat", "reef"], ["sea"]]
    assert groups(one) == [["cat"], ["reef"], ["sea"]]
    assert [[*part] for part in Stored().words({}).parts] == [[]]
