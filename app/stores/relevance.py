"""Relevance as FTS5 computes it, where the database does not: bm25 (Robertson and Zaragoza 2009) and nearness.

A column of an indexed text is the words of it in order, each between two single spaces.
"""

from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from app.stores.phrases import ANYWHERE, Phrase, near_phrases, term_phrases
from app.text.query_tree import Leaf, Near

SATURATION = 1.2
"""How soon further occurrences of a phrase count less: `k1` of bm25."""

LENGTH_WEIGHT = 0.75
"""How much the length of a text counts: `b` of bm25."""

MIN_IDF = 1e-6
"""The weight of a phrase that half of the texts contain, or more."""

# What is computed of them fits into the cache of a processor.
TEXTS_PER_BLOCK = 16_384
"""Texts whose scores are computed together."""

COLUMN_STRIDE = 1 << 32
"""Distance between the first words of two columns: nothing is near something in another column."""

TEXT_STRIDE = 1 << 36
"""The same of two texts, which is more than all columns of one."""

Columns = Mapping[str, Sequence[str]]
"""The columns of some texts by their names, each with a value per text; those of a leaf are enough to count it."""

Counts = NDArray[np.int64]
"""The number of occurrences in each of some texts."""


def spaced(words: Sequence[str]) -> str:
    """Return words as a column of an indexed text."""
    return f" {' '.join(words)} "


def needle(phrase: Phrase) -> str:
    """Return what a column contains wherever it contains a phrase."""
    return f" {' '.join(phrase.words)}" + ("" if phrase.is_prefix else " ")


def leaf_phrases(leaf: Leaf) -> list[Phrase]:
    """Return the phrases of a leaf of a query: all of a group, any of a term."""
    return near_phrases(leaf) if isinstance(leaf, Near) else term_phrases(leaf)


def count_occurrences(leaf: Leaf, columns: Columns) -> list[Counts]:
    """Return how often each of some texts, given by their columns, contains each phrase of a leaf.

    Those of a group count where they are near each other.
    """
    phrases = leaf_phrases(leaf)
    joined = {
        name: _Column(columns[name]) for name in dict.fromkeys(name for phrase in phrases for name in phrase.columns)
    }
    if isinstance(leaf, Near):
        return _count_near(phrases, leaf.distance, joined, len(next(iter(columns.values()))))
    counts = [[joined[name].count(needle(phrase)) for name in phrase.columns] for phrase in phrases]
    return [np.sum(own, axis=0) for own in counts]


class _Column:
    """One column of some texts, joined: all are searched together, in a tenth of the time. None begins in another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._joined = "".join(texts)
        self._ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))

    def find(self, wanted: str) -> Counts:
        """Return the places of a string; two of them may overlap, at least in a space."""
        places = array("q")
        at = self._joined.find(wanted)
        while at >= 0:
            places.append(at)
            at = self._joined.find(wanted, at + 1)
        return np.frombuffer(places, np.int64)

    def texts_of(self, places: Counts) -> Counts:
        """Return the numbers of the texts at these places."""
        return np.searchsorted(self._ends, places, side="right")

    def count(self, wanted: str) -> Counts:
        """Return how often each text contains a string."""
        return np.bincount(self.texts_of(self.find(wanted)), minlength=len(self._ends))

    @cached_property
    def _spaces(self) -> Counts:
        return np.flatnonzero(np.frombuffer(self._joined.encode("utf-32-le"), "<u4") == ord(" "))

    def words_at(self, places: Counts) -> Counts:
        """Return the numbers, within their texts, of the words after the spaces at these places."""
        starts = np.concatenate([[0], self._ends])[self.texts_of(places)]
        return np.searchsorted(self._spaces, places) - np.searchsorted(self._spaces, starts)


def _count_near(phrases: Sequence[Phrase], distance: int, columns: Mapping[str, _Column], size: int) -> list[Counts]:
    lengths = [len(phrase.words) for phrase in phrases]
    counts = [np.zeros(size, np.int64) for _ in phrases]
    places = [_places(phrase, columns) for phrase in phrases]
    # Few texts have all phrases at about the same place, and each takes as long as a hundred that are left out here.
    window = distance + max(lengths)
    is_possible = [
        np.searchsorted(other, places[0] - window) < np.searchsorted(other, places[0] + window, side="right")
        for other in places
    ]
    for number in np.unique(places[0][np.all(is_possible, axis=0)] // TEXT_STRIDE).tolist():
        first = number * TEXT_STRIDE
        own = [all_[slice(*np.searchsorted(all_, (first, first + TEXT_STRIDE)))].tolist() for all_ in places]
        for count, near in zip(counts, near_places(own, lengths, distance), strict=True):
            count[number] = len(near)
    return counts


def _places(phrase: Phrase, columns: Mapping[str, _Column]) -> Counts:
    """Return the places of a phrase, ascending, as numbers of words; see COLUMN_STRIDE and TEXT_STRIDE."""
    places = [np.empty(0, np.int64)]
    for name in phrase.columns:
        at = columns[name].find(needle(phrase))
        of_column = columns[name].texts_of(at) * TEXT_STRIDE + ANYWHERE.index(name) * COLUMN_STRIDE
        places.append(of_column + columns[name].words_at(at))
    return np.sort(np.concatenate(places))


def near_places(places: Sequence[Sequence[int]], lengths: Sequence[int], distance: int) -> list[list[int]]:
    """Return those of the places of phrases, given with their numbers of words, that FTS5 finds near each other.

    Each of a group starts before or at the last one, at most `distance` words between its end and that start.
    """
    near: list[list[int]] = [[] for _ in places]
    at = [0] * len(places)
    while all(index < len(own) for index, own in zip(at, places, strict=True)):
        current = [own[index] for index, own in zip(at, places, strict=True)]
        last = max(current)
        behind = [
            number
            for number, (place, length) in enumerate(zip(current, lengths, strict=True))
            if place < last - length - distance
        ]
        if behind:
            for number in behind:
                at[number] += 1
            continue
        for own, place in zip(near, current, strict=True):
            if own[-1:] != [place]:
                own.append(place)
        following = [own[index + 1] if index + 1 < len(own) else None for index, own in zip(at, places, strict=True)]
        nexts = [place for place in following if place is not None]
        if not nexts:
            break
        at[following.index(min(nexts))] += 1
    return near


def idf(texts: int, hits: int) -> float:
    """Return the weight of a phrase that `hits` of the texts contain."""
    return max(log((texts - hits + 0.5) / (hits + 0.5)), 0.0) or MIN_IDF


def bm25(
    counts: Sequence[NDArray[np.integer]], idfs: Sequence[float], lengths: NDArray[np.integer], average: float
) -> NDArray[np.float64]:
    """Return the scores of texts, the lower the better, by their occurrences of each phrase and lengths in words."""
    scores = np.empty(len(lengths))
    for start in range(0, len(lengths), TEXTS_PER_BLOCK):
        block = slice(start, start + TEXTS_PER_BLOCK)
        scores[block] = _bm25([count[block] for count in counts], idfs, lengths[block], average)
    return scores


def _bm25(
    counts: Sequence[NDArray[np.integer]], idfs: Sequence[float], lengths: NDArray[np.integer], average: float
) -> NDArray[np.float64]:
    # The order of operations is that of FTS5, so that scores are equal to the last bit.
    scores = np.zeros(len(lengths))
    weights = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths / average)
    for count, own in zip(counts, idfs, strict=True):
        scores += own * ((count * (SATURATION + 1.0)) / (count + weights))
    return -1.0 * scores
