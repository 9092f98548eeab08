"""Articles in order of relevance: bm25 by the counts of words and the lengths of texts, and the best of many articles.

The scores of a million articles take some milliseconds, and sorting them a hundred: only the ranks that are asked for
are sorted, a window of them at a time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import Connection

from app.deadline import check_deadline
from app.errors import CursorExpiredError
from app.search.index.bitmaps import bitmap_of, positions_of
from app.search.index.frequent_words import TextStatistics, WordPart
from app.search.index.snapshot import Snapshot
from app.search.index.storage import find_part
from app.stores.phrases import scored_leaves, single_word
from app.stores.relevance import bm25, idf
from app.stores.store import TextIndex
from app.text.query_tree import Node, Term

Positions = NDArray[np.uint32]
Ids = NDArray[np.int64]

# Some hundred pages.
WINDOW = 4_096
"""Ranks that are sorted together."""

MAX_WINDOWS = 4
"""Windows of a ranking to cache, 16 kB each."""

SAMPLED = 64
"""One in this number of scores is looked at to guess which articles are among the best."""


@dataclass(frozen=True)
class Scores:
    """The positions of articles, newest first and undated ones last, and the score of each, the lower the better."""

    positions: Positions
    scores: NDArray[np.float64]

    def rank(self, position: int) -> int | None:
        """Return the rank of an article, from 0; None if it is not among them. Ties are in the order of positions."""
        at = np.flatnonzero(self.positions == position)
        if not len(at):
            return None
        own = self.scores[at[0]]
        return int(np.count_nonzero(self.scores < own) + np.count_nonzero(self.scores[: at[0]] == own))

    def between(self, start: int, stop: int) -> Positions:
        """Return the articles at these ranks."""
        size = len(self.scores)
        stop = min(stop, size)
        if start >= stop:
            return self.positions[:0]
        candidates = self._best(stop)
        ranked = self.scores if candidates is None else self.scores[candidates]
        first, last = np.partition(ranked, (start, stop - 1))[[start, stop - 1]]
        near = np.flatnonzero((ranked >= first) & (ranked <= last))
        before = int(np.count_nonzero(ranked < first))
        chosen = near[np.argsort(ranked[near], kind="stable")][start - before : stop - before]
        return self.positions[chosen if candidates is None else candidates[chosen]]

    def _best(self, count: int) -> NDArray[np.intp] | None:
        """Return the indexes of at least the `count` best, in order; None for all."""
        size = len(self.scores)
        if count * SAMPLED // 4 > size:
            return None
        # The next one in a sample of which a share of about this size is better.
        sample = np.sort(self.scores[::SAMPLED])
        limit = sample[min(2 * count // SAMPLED + 4, len(sample) - 1)]
        candidates = np.flatnonzero(self.scores <= limit)
        return candidates if len(candidates) >= count else None

    def all(self) -> Positions:
        """Return all articles in order."""
        return self.positions[np.argsort(self.scores, kind="stable")]


@dataclass
class Ranking:
    """A number of articles in order of relevance.

    `windows` are cached, and `score` is None if no others can be computed any more.
    """

    count: int
    windows: dict[int, Positions]
    score: Callable[[], Scores] | None

    def rank(self, position: int | None) -> int:
        """Return the rank of an article, from 0; raise CursorExpiredError if it has none, or if it is not known."""
        for number, window in [*self.windows.items()]:
            at = np.flatnonzero(window == position)
            if len(at):
                return number * WINDOW + int(at[0])
        rank = None if position is None else self._scores.rank(position)
        if rank is None:
            # None of our cursors has such an article: a client wrote this one.
            raise CursorExpiredError("The article of this cursor is not in the ranking; start again at the first page.")
        return rank

    def between(self, start: int, stop: int) -> list[int]:
        """Return the articles at these ranks; raise CursorExpiredError if they are not known."""
        numbers = range(start // WINDOW, -(-min(stop, self.count) // WINDOW))
        found = [one for number in numbers for one in self._window(number).tolist()]
        first = start // WINDOW * WINDOW
        return found[start - first : stop - first]

    def all(self) -> Iterator[int]:
        """Yield all articles in order."""
        return iter(self._scores.all().tolist())

    def _window(self, number: int) -> Positions:
        window = self.windows.get(number)
        if window is None:
            window = self._scores.between(number * WINDOW, (number + 1) * WINDOW)
            if len(self.windows) >= MAX_WINDOWS:
                self.windows.pop(next(iter([*self.windows])), None)
            self.windows[number] = window
        return window

    @cached_property
    def _scores(self) -> Scores:
        if self.score is None:
            raise CursorExpiredError("The relevance order has changed with the corpus; start again at the first page.")
        return self.score()


def counted_words(tree: Node) -> list[str] | None:
    """Return the words by which matches of a query are scored; None if it is scored by anything else."""
    words = [single_word(leaf) if isinstance(leaf, Term) else None for leaf in scored_leaves(tree)[0]]
    known = [word for word in words if word is not None]
    return known if len(known) == len(words) else None


@dataclass(frozen=True)
class WordScorer:
    """Scores articles of a snapshot, the frequent words of which are counted, by words, as the text index would."""

    connection: Connection
    text_index: TextIndex
    snapshot: Snapshot

    def scores(self, words: Sequence[str], positions: Positions, state: str) -> Scores:
        """Return the scores of the articles at these positions for a state of the text index."""
        statistics = self._statistics(state)
        revisions = self.snapshot.columns.order[positions]
        known = {word: self._word(word, revisions, statistics) for word in dict.fromkeys(words)}
        counts, idfs = [known[word][0] for word in words], [known[word][1] for word in words]
        scores = bm25(counts, idfs, statistics.lengths[revisions], statistics.average)
        scores[scores == 0] = np.inf
        return Scores(positions, scores)

    def _word(self, word: str, revisions: Ids, statistics: TextStatistics) -> tuple[NDArray[np.integer], float]:
        """Return how often each of these revisions has a word, and the weight of the word."""
        check_deadline()
        ids, counts, hits = self._occurrences(word, statistics)
        # As a table by id, which takes a fraction of looking each of them up.
        by_id = np.zeros(len(statistics.lengths), counts.dtype)
        by_id[ids] = counts
        return by_id[revisions], idf(statistics.texts, hits)

    def _occurrences(
        self, word: str, statistics: TextStatistics
    ) -> tuple[NDArray[np.integer], NDArray[np.integer], int]:
        """Return the known revisions with a word, how often each has it, and how many of all stored ones have it."""
        words = self.snapshot.words
        if word in words.words:
            try:
                ids, counts = words.occurrences(word, lambda name: WordPart(self._read(name)))
            except _MergedError:
                pass
            else:
                existing = statistics.existing
                hits = len(ids) if existing is None else bitmap_of(ids).intersection_cardinality(existing)
                if statistics.later:
                    hits += len(self.text_index.word_hits(self.connection, word, words.last))
                return ids, counts, hits
        all_ids, all_counts = self.text_index.word_counts(self.connection, word)
        is_known = all_ids < len(statistics.lengths)
        return all_ids[is_known], all_counts[is_known], len(all_ids)

    def _statistics(self, state: str) -> TextStatistics:
        cache = self.snapshot.cache.text_statistics
        return cache.get(state) or cache.put(state, self._read_statistics())

    def _read_statistics(self) -> TextStatistics:
        words, index = self.snapshot.words, self.text_index
        texts, total = index.totals(self.connection)
        later = len(index.lengths(self.connection, words.last)[0])
        existing = None
        if words.texts + later != texts:
            ids, _ = index.lengths(self.connection, 0)
            existing = bitmap_of(ids[ids <= words.last])
        try:
            lengths = words.lengths(self._read)
        except _MergedError:
            lengths = np.zeros(words.last + 1, np.int64)
            ids, own = index.lengths(self.connection, 0)
            lengths[ids[ids <= words.last]] = own[ids <= words.last]
        return TextStatistics(texts, total, lengths, existing, later)

    def _read(self, name: str) -> bytes:
        """Return a part; raise _MergedError if a later publish has merged it with others."""
        data = find_part(self.connection, name)
        if data is None:
            raise _MergedError
        return data


class _MergedError(Exception):
    """A part of the snapshot is not stored any more."""


def newest_first(snapshot: Snapshot, positions: BitMap | FrozenBitMap) -> Positions:
    """Return positions newest first, undated ones last."""
    ascending = positions_of(positions)
    dated = int(np.searchsorted(ascending, snapshot.time.dated_count))
    return np.concatenate([ascending[:dated][::-1], ascending[dated:]])
