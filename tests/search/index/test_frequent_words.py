"""The bitmaps of frequent words: what is stored comes back, and how many parts there are."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.search.index.frequent_words import (
    FrequentWords,
    WordEntry,
    WordPart,
    encode_words,
    may_be_frequent,
    ranges_to_merge,
    readable,
)
from app.text.tokenizer import TITLE_MARK

WORDS = st.dictionaries(st.text(min_size=1, max_size=5), st.sets(st.integers(1, 200_000)).map(BitMap), max_size=12)


@given(WORDS, st.integers(1, 300))
def test_what_is_stored_comes_back(revisions: dict[str, BitMap], part_bytes: int) -> None:
    """In parts of about the wanted size; the same bitmaps give the same bytes."""
    data = [*encode_words(sorted(revisions.items()), part_bytes)]
    assert data == [*encode_words(sorted(revisions.items()), part_bytes)]
    parts = [*map(WordPart, data)]
    assert sorted(word for part in parts for word in part) == sorted(revisions)
    for word, bitmap in revisions.items():
        assert [found for part in parts if (found := part.revisions(word)) is not None] == [bitmap]
    assert all(sum(len(revisions[word].serialize()) for word in [*part][:-1]) < part_bytes for part in parts)


def test_a_word_has_the_revisions_of_all_ranges() -> None:
    """What the first range lacks is not frequent."""
    first, second = {"reef": BitMap([1, 5]), "sea": BitMap([2])}, {"reef": BitMap([9]), "cat": BitMap([8])}
    parts = [WordPart(data) for bitmaps in (first, second) for data in encode_words(bitmaps.items())]
    words = FrequentWords((WordEntry("a", 0, 5, 5, words=("reef", "sea")), WordEntry("b", 5, 9, 5)), tuple(parts))
    assert words.revisions("reef") == BitMap([1, 5, 9])
    assert words.revisions("sea") == BitMap([2])
    assert words.revisions("cat") is None
    assert FrequentWords().revisions("reef") is None


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
    revisions = {word: BitMap(range(0, 100_000, 3)) for word in ("cat", "reef", "sea")}
    one = len(revisions["cat"].serialize())
    assert [[*WordPart(data)] for data in encode_words(revisions.items(), 2 * one)] == [["cat", "reef"], ["sea"]]
    assert [[*WordPart(data)] for data in encode_words(revisions.items(), one)] == [["cat"], ["reef"], ["sea"]]
    assert [[*WordPart(data)] for data in encode_words([], one)] == [[]]
