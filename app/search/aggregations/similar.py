"""The articles most similar to one: those that name the same entities and use the same words.

Entities and words are weighted by inverse document frequency (Spärck Jones 1972): entities over all articles, words
over the articles compared. Each similarity is the cosine of two vectors (Salton, Wong and Yang 1975); the score is the
mean of the two. Sums are exact, so that the order of addition does not change a score.
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

from app.deadline import check_deadline
from app.search.index.bitmaps import positions_of
from app.search.index.snapshot import Snapshot
from app.search.sql import rows
from app.text.tokenizer import words

# Twice the maximum `limit` of a request.
MAX_CANDIDATES = 100
"""Maximum number of articles whose words are compared: those most similar by their entities."""

# The first two or three pages, which say what a text is about.
MAX_COMPARED_LENGTH = 5_000
"""Code points of a text to compare."""

SCORE_DIGITS = 4
"""Decimals of a score; articles whose scores are equal to this precision are equally similar."""

Words = frozenset[str]
OrdinalArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """An article that is similar to another: its position, and the entities and words of both, the rarest first.

    `score` is from 0 to 1; `ordinals` are those of entities; `words` are folded, without those that most articles use.
    """

    position: int
    score: float
    ordinals: list[int]
    words: list[str]


@dataclass(frozen=True, slots=True)
class SimilarArticles:
    """How many articles share an entity with one, and the most similar of them; ties by article id."""

    total: int
    ranking: list[ScoredArticle]


def similar(session: Session, snapshot: Snapshot, position: int, limit: int) -> SimilarArticles:
    """Return the articles most similar to one, at most `limit`."""
    candidates = _candidates(snapshot, position)
    comparison = _Comparison(snapshot, position, _words(session, snapshot, [position, *candidates]))
    articles = [comparison.similar(candidate) for candidate in candidates]
    ids = snapshot.columns.article_ids
    articles.sort(key=lambda article: (-article.score, int(ids[article.position])))
    return SimilarArticles(_count_sharing(snapshot, position), articles[:limit])


def _count_sharing(snapshot: Snapshot, position: int) -> int:
    """Return how many other articles share an entity with this one."""
    postings = [snapshot.postings["entity"][ordinal] for ordinal in snapshot.vectors.entities(position)]
    return len(BitMap.union(*postings)) - 1 if postings else 0


def _candidates(snapshot: Snapshot, position: int) -> list[int]:
    """Return the positions most similar by their entities, at most MAX_CANDIDATES, in no order; ties by article id."""
    ordinals = snapshot.vectors.entities(position)
    sharing = [positions_of(snapshot.postings["entity"][ordinal]) for ordinal in ordinals]
    if not sharing:
        return []
    weights = np.repeat(snapshot.vectors.weights[ordinals], list(map(len, sharing)))
    products = np.bincount(np.concatenate(sharing), weights, minlength=len(snapshot))
    products[position] = 0
    # The length of the article's own vector is the same in all scores: leave it out.
    scores = products / snapshot.vectors.lengths
    threshold = np.partition(scores, -MAX_CANDIDATES)[-MAX_CANDIDATES] if len(scores) > MAX_CANDIDATES else 0
    above, tied = np.flatnonzero(scores > threshold), np.flatnonzero((scores == threshold) & (scores > 0))
    if len(above) + len(tied) > MAX_CANDIDATES:
        tied = tied[np.argpartition(snapshot.columns.article_ids[tied], MAX_CANDIDATES - len(above) - 1)]
    candidates: list[int] = np.concatenate((above, tied))[:MAX_CANDIDATES].tolist()
    return candidates


def _words(session: Session, snapshot: Snapshot, positions: Sequence[int]) -> dict[int, Words]:
    """Return the words of the title and the beginning of the text of these articles, by position."""
    ids = {int(snapshot.columns.order[position]): position for position in positions}
    texts = rows.titles_and_openings(session, snapshot, list(ids), MAX_COMPARED_LENGTH)
    return {ids[id_]: frozenset(words(text)) for id_, text in texts}


class _Comparison:
    """The comparison of one article with its candidates."""

    def __init__(self, snapshot: Snapshot, position: int, words_of: Mapping[int, Words]) -> None:
        self._snapshot, self._words_of = snapshot, words_of
        self._ordinals, self._words = snapshot.vectors.entities(position), words_of[position]
        self._counts = Counter(chain.from_iterable(words_of.values()))
        self._word_weights = {word: log((len(words_of) + 1) / count) ** 2 for word, count in self._counts.items()}

    def similar(self, candidate: int) -> ScoredArticle:
        """Return the score of a candidate, and the entities and words in common."""
        check_deadline()
        other_ordinals, other_words = self._snapshot.vectors.entities(candidate), self._words_of[candidate]
        ordinals = np.intersect1d(self._ordinals, other_ordinals, assume_unique=True).tolist()
        words = self._words & other_words
        weights = self._snapshot.vectors.weights
        score = (
            _cosine(weights[ordinals], weights[self._ordinals], weights[other_ordinals])
            + _cosine(self._weights(words), self._weights(self._words), self._weights(other_words))
        ) / 2
        # Labels are sorted by id, so that ordinals break ties.
        ordinals.sort(key=lambda ordinal: (-weights[ordinal], ordinal))
        return ScoredArticle(candidate, round(score, SCORE_DIGITS), ordinals, self._distinctive(words))

    def _weights(self, words: Words) -> list[float]:
        return [self._word_weights[word] for word in words]

    def _distinctive(self, words: Words) -> list[str]:
        """Return the words that at most half of the articles use, or only these two: the rarest first, then longest."""
        max_count = max(2, len(self._words_of) / 2)
        distinctive = (word for word in words if self._counts[word] <= max_count)
        return sorted(distinctive, key=lambda word: (self._counts[word], -len(word), word))


def _cosine(shared: Iterable[float], first: Iterable[float], second: Iterable[float]) -> float:
    """Return the cosine of two vectors from the squares of their shared components and of all components of each."""
    length = sqrt(fsum(first) * fsum(second))
    return fsum(shared) / length if length else 0.0
