"""An article -> the articles most like it: those that name the same entities and have the same words.

Both count by how few have them too (inverse document frequency; Spärck Jones 1972): entities among all articles, words
among the articles compared. Each likeness is the cosine of two vectors (Salton, Wong and Yang 1975), the score the mean
of the two. Sums are exact, so that no order of adding changes a score.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import fsum, log, sqrt

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlmodel import Session

from app.search.index.bitmaps import places_of
from app.search.index.snapshot import Snapshot
from app.search.sql import rows
from app.text.tokenizer import words

CANDIDATES = 100
"""Articles of which the words are compared, those most alike by their entities: twice what may be asked for."""

READ = 5_000
"""Code points of a text that are compared: the first two or three pages, which say what it is about."""

DIGITS = 4
"""Digits of a score: what is alike to so many is equally alike."""

Words = frozenset[str]
Ordinals = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Similar:
    """An article that is like another: its position, and what both have, the most telling first.

    `score` is from 0 to 1, `ordinals` are of entities; `words` are folded and leave out what most articles have.
    """

    position: int
    score: float
    ordinals: list[int]
    words: list[str]


def similar(session: Session, snapshot: Snapshot, position: int, limit: int) -> tuple[int, list[Similar]]:
    """Return how many articles share an entity with this one, and the most alike of them; ties by article id."""
    candidates = _candidates(snapshot, position)
    comparison = _Comparison(snapshot, position, _words(session, snapshot, [position, *candidates]))
    found = [comparison.similar(other) for other in candidates]
    ids = snapshot.columns.article_ids
    found.sort(key=lambda one: (-one.score, int(ids[one.position])))
    return _sharing(snapshot, position), found[:limit]


def _entities(snapshot: Snapshot, position: int) -> Ordinals:
    return snapshot.entity_lists[snapshot.entity_starts[position] : snapshot.entity_starts[position + 1]]


def _sharing(snapshot: Snapshot, position: int) -> int:
    """Return how many other articles have an entity of this one."""
    postings = [snapshot.postings["entity"][ordinal] for ordinal in _entities(snapshot, position)]
    return len(BitMap.union(*postings)) - 1 if postings else 0


def _candidates(snapshot: Snapshot, position: int) -> list[int]:
    """Return the positions most alike by their entities, at most CANDIDATES, in no order; ties by article id."""
    ordinals = _entities(snapshot, position)
    sharing = [places_of(snapshot.postings["entity"][ordinal]) for ordinal in ordinals]
    if not sharing:
        return []
    weights = np.repeat(snapshot.entity_weights[ordinals], list(map(len, sharing)))
    products = np.bincount(np.concatenate(sharing), weights, minlength=len(snapshot))
    products[position] = 0
    # The length of the article's own vector is the same for all of them.
    scores = products / snapshot.entity_lengths
    least = np.partition(scores, -CANDIDATES)[-CANDIDATES] if len(scores) > CANDIDATES else 0
    above, tied = np.flatnonzero(scores > least), np.flatnonzero((scores == least) & (scores > 0))
    if len(above) + len(tied) > CANDIDATES:
        tied = tied[np.argpartition(snapshot.columns.article_ids[tied], CANDIDATES - len(above) - 1)]
    found: list[int] = np.concatenate((above, tied))[:CANDIDATES].tolist()
    return found


def _words(session: Session, snapshot: Snapshot, positions: Sequence[int]) -> dict[int, Words]:
    """Return the words of title and text of these articles."""
    ids = {int(snapshot.columns.order[position]): position for position in positions}
    return {ids[id_]: frozenset(words(text)) for id_, text in rows.beginnings(session, list(ids), READ)}


class _Comparison:
    """One article beside its candidates, whose words are given."""

    def __init__(self, snapshot: Snapshot, position: int, read: Mapping[int, Words]) -> None:
        self._snapshot, self._read = snapshot, read
        self._ordinals, self._words = _entities(snapshot, position), read[position]
        self._counts = Counter(chain.from_iterable(read.values()))
        self._weights = {word: log((len(read) + 1) / count) ** 2 for word, count in self._counts.items()}

    def similar(self, other: int) -> Similar:
        """Return how alike a candidate is, and by what."""
        theirs, read = _entities(self._snapshot, other), self._read[other]
        ordinals, words = np.intersect1d(self._ordinals, theirs, assume_unique=True).tolist(), self._words & read
        weighed = self._snapshot.entity_weights
        score = (
            _cosine(weighed[ordinals], weighed[self._ordinals], weighed[theirs])
            + _cosine(self._weighed(words), self._weighed(self._words), self._weighed(read))
        ) / 2
        # Labels are sorted by id, so that ordinals break ties.
        ordinals.sort(key=lambda ordinal: (-weighed[ordinal], ordinal))
        return Similar(other, round(score, DIGITS), ordinals, self._telling(words))

    def _weighed(self, words: Words) -> list[float]:
        return [self._weights[word] for word in words]

    def _telling(self, words: Words) -> list[str]:
        """Return the words that at most half of the articles have, or only these two; of equals the longest first."""
        most = max(2, len(self._read) / 2)
        telling = (word for word in words if self._counts[word] <= most)
        return sorted(telling, key=lambda word: (self._counts[word], -len(word), word))


def _cosine(shared: Iterable[float], first: Iterable[float], second: Iterable[float]) -> float:
    """Return the cosine of two vectors of which the squares are given: those of what both have, and all of each."""
    length = sqrt(fsum(first) * fsum(second))
    return fsum(shared) / length if length else 0.0
