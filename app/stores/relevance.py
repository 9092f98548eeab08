"""Relevance as FTS5 computes it, where the database does not: bm25 (Robertson and Zaragoza 2009) and nearness."""

from collections.abc import Sequence
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

COLUMN_STRIDE = 1 << 30
"""Distance between the first words of two columns: no text has as many words."""

TEXT_STRIDE = 1 << 32
"""The same of two texts, which is the distance of four columns."""

Places = NDArray[np.int64]
"""Where a word or a phrase begins in some texts, ascending.

Each is the number of the text times TEXT_STRIDE, that of the column times COLUMN_STRIDE, and that of the word.
"""

Counts = NDArray[np.int64]
"""The number of occurrences in each of some texts."""


def leaf_phrases(leaf: Leaf) -> list[Phrase]:
    """Return the phrases of a leaf of a query: all of a group, any of a term."""
    return near_phrases(leaf) if isinstance(leaf, Near) else term_phrases(leaf)


def phrase_places(phrase: Phrase, places: Sequence[Places]) -> Places:
    """Return the places of a phrase by those of each of its words."""
    first, *others = places
    numbers = [ANYWHERE.index(name) for name in phrase.columns]
    found = first if len(numbers) == len(ANYWHERE) else first[np.isin(first % TEXT_STRIDE // COLUMN_STRIDE, numbers)]
    for distance, other in enumerate(others, 1):
        found = np.intersect1d(found, other - distance, assume_unique=True)
    return found


def counts_of_places(places: Places, size: int) -> Counts:
    """Return how often a phrase is in each of this number of texts."""
    return np.bincount(places // TEXT_STRIDE, minlength=size)


def near_texts(near: Near, places: Sequence[Places]) -> NDArray[np.int64]:
    """Return the numbers of the texts in which the phrases of a group, by their places, are near each other."""
    found = []
    for last in places:
        is_near = np.ones(len(last), bool)
        for phrase, other in zip(near_phrases(near), places, strict=True):
            if other is not last:
                first = last - len(phrase.words) - near.distance
                is_near &= np.searchsorted(other, first) < np.searchsorted(other, last, side="right")
        found.append(last[is_near] // TEXT_STRIDE)
    return np.unique(np.concatenate(found))


def near_counts(near: Near, places: Sequence[Places], size: int) -> list[Counts]:
    """Return how often each phrase of a group, by its places, is near the others in each of this number of texts."""
    lengths = [len(phrase.words) for phrase in near_phrases(near)]
    counts = [np.zeros(size, np.int64) for _ in places]
    for number in near_texts(near, places).tolist():
        first = number * TEXT_STRIDE
        own = [all_[slice(*np.searchsorted(all_, (first, first + TEXT_STRIDE)))].tolist() for all_ in places]
        for count, found in zip(counts, near_places(own, lengths, near.distance), strict=True):
            count[number] = len(found)
    return counts


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
