"""Relevance as FTS5 computes it, where the database does not: bm25 (Robertson and Zaragoza 2009) and nearness.

A column of an indexed text is the words of it in order, each between two single spaces.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import log

from app.stores.phrases import ANYWHERE, Phrase, near_phrases, term_phrases
from app.text.query_tree import Leaf, Near

SATURATION = 1.2
"""How soon further occurrences of a phrase count less: `k1` of bm25."""

LENGTH_WEIGHT = 0.75
"""How much the length of a text counts: `b` of bm25."""

MIN_IDF = 1e-6
"""The weight of a phrase that half of the texts contain, or more."""

COLUMN_STRIDE = 1 << 32
"""Distance between the first words of two columns: nothing is near something in another column."""

Columns = Mapping[str, str]
"""The columns of a text by their names; those of a leaf are enough to count its phrases."""

OccurrenceCounter = Callable[[Columns], list[int]]
"""Returns the number of occurrences of each phrase of a leaf."""


def spaced(words: Sequence[str]) -> str:
    """Return words as a column of an indexed text."""
    return f" {' '.join(words)} "


def needle(phrase: Phrase) -> str:
    """Return what a column contains wherever it contains a phrase."""
    return f" {' '.join(phrase.words)}" + ("" if phrase.is_prefix else " ")


def leaf_phrases(leaf: Leaf) -> list[Phrase]:
    """Return the phrases of a leaf of a query: all of a group, any of a term."""
    return near_phrases(leaf) if isinstance(leaf, Near) else term_phrases(leaf)


def occurrence_counter(leaf: Leaf) -> OccurrenceCounter:
    """Return a function that counts how often a text, given by its columns, contains each phrase of a leaf.

    Those of a group count where they are near each other.
    """
    phrases = leaf_phrases(leaf)
    if isinstance(leaf, Near):
        return partial(_count_near, phrases, [len(phrase.words) for phrase in phrases], leaf.distance)
    return partial(_count_phrases, [(needle(phrase), phrase.columns) for phrase in phrases])


def _count_phrases(needles: Sequence[tuple[str, tuple[str, ...]]], columns: Columns) -> list[int]:
    return [sum([_count(columns[column], wanted) for column in own]) for wanted, own in needles]


def _count_near(phrases: Sequence[Phrase], lengths: Sequence[int], distance: int, columns: Columns) -> list[int]:
    places = [_places(columns, phrase) for phrase in phrases]
    return list(map(len, near_places(places, lengths, distance)))


def _count(text: str, wanted: str) -> int:
    """Return how often a text contains another one; two occurrences may overlap, at least in a space."""
    count, at = 0, text.find(wanted)
    while at >= 0:
        count += 1
        at = text.find(wanted, at + 1)
    return count


def _places(columns: Columns, phrase: Phrase) -> list[int]:
    """Return the places of a phrase, as numbers of words from the first column on."""
    *middle, last = phrase.words
    is_last: Callable[[str], bool] = (lambda word: word.startswith(last)) if phrase.is_prefix else last.__eq__
    places = []
    for column in phrase.columns:
        if needle(phrase) in columns[column]:
            words, first = columns[column].split(), ANYWHERE.index(column) * COLUMN_STRIDE
            count = len(middle)
            places += [
                first + at - count
                for at, word in enumerate(words)
                if at >= count and is_last(word) and words[at - count : at] == middle
            ]
    return places


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


def bm25(counts: Sequence[int], idfs: Sequence[float], length: int, average: float) -> float:
    """Return the score of a text, the lower the better, by its occurrences of each phrase and its length in words."""
    # The order of operations is that of FTS5, so that scores are equal to the last bit.
    score = 0.0
    weight = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / average)
    for count, own in zip(counts, idfs, strict=True):
        score += own * ((count * (SATURATION + 1.0)) / (count + weight))
    return -1.0 * score
