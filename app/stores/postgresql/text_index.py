"""The text index of PostgreSQL: for each word the revisions that contain it, and their words in sequence for phrases.

Its own text search reads texts in another way, and forgets the places of words behind the 16,383rd.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, starmap
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, TextClause, text

from app.deadline import check_deadline
from app.stores.phrases import ANYWHERE, TITLE_OR_TEXT, near_phrases, scored_leaves
from app.stores.postgresql.errors import driver_errors
from app.stores.postgresql.postings import (
    EVERY_TEXT,
    MAX_COUNT,
    BlockPostings,
    Ids,
    Postings,
    count_expansions,
    frequent_words,
    id_array,
    ids_of_prefix,
    indexed_form,
    intersection,
    is_word,
    postings_of_word,
    union,
)
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import Counts, bm25, count_occurrences, idf, leaf_phrases, spaced
from app.stores.store import IndexProgress, TextCounts
from app.text.query_tree import And, Leaf, Near, Node, Or, Term, leaves
from app.text.tokenizer import TOKENIZER_VERSION, joined_words, words

REVISIONS_PER_SLICE = 1_000
"""Revisions whose texts are read together."""

ROWS_PER_SLICE = 1_000
"""Rows whose texts are in memory together."""


_TEXTS = text("SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last ORDER BY id")
_COPY = "COPY article_text (id, length, title, text, joined) FROM STDIN"
_ALL_REVISIONS = text("SELECT coalesce(min(id), 1), coalesce(max(id), 0), count(*) FROM revision")
_CLEAR = text("TRUNCATE article_text, article_text_posting")
_RESET = text("UPDATE article_text_totals SET texts = 0, words = 0, tokenizer = :version")
_VERSION = text("SELECT tokenizer FROM article_text_totals")
_STATE = text("SELECT texts, words FROM article_text_totals")

_LENGTHS = text("SELECT id, length FROM article_text WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id")
_ROWS = text("SELECT id, title, text, joined FROM article_text WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id")
_FIELDS = text("SELECT id, title, text FROM article_text WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id")


class TextRow(NamedTuple):
    """A row of the index, and all words of its text in their columns."""

    id: int
    length: int
    title: str
    text: str
    joined: str
    words: tuple[list[str], list[str], list[str]]

    def forms(self) -> Iterator[str]:
        """Return the words as they are indexed, as often as they occur."""
        return map(indexed_form, chain(*self.words))

    def counts(self) -> Mapping[str, int]:
        """Return how often the text has each word, as it is indexed: at most MAX_COUNT."""
        counts = Counter(self.forms())
        counts[EVERY_TEXT] = self.length
        return {form: min(count, MAX_COUNT) for form, count in counts.items()}


def text_row(id_: int, title: str, body: str) -> TextRow:
    """Return the row of the index for a text."""
    columns = words(title), words(body), joined_words(title, body)
    in_title, in_text, apart = map(spaced, columns)
    return TextRow(id_, sum(map(len, columns)), in_title, in_text, apart, columns)


class PostgresqlTextIndex:
    """The text index of a PostgreSQL database; see `app.stores.store.TextIndex`."""

    def add(self, connection: Connection, revision_ids: range) -> None:
        """Index the titles and texts of these stored revisions."""
        for own in _by_block(revision_ids):
            postings = BlockPostings(own[0] // IDS_PER_BLOCK)
            for first in range(own.start, own.stop, REVISIONS_PER_SLICE):
                last = min(first + REVISIONS_PER_SLICE, own.stop) - 1
                texts = connection.execute(_TEXTS, {"first": first, "last": last})
                _insert(connection, postings, starmap(text_row, texts))
            postings.write(connection)

    def settle(self, connection: Connection) -> None:
        """Do nothing: `add` puts nothing off."""

    def is_current(self, connection: Connection) -> bool:
        """Return whether the texts were read by the tokenizer of this release."""
        return bool(connection.execute(_VERSION).scalar() == TOKENIZER_VERSION)

    def rebuild(self, connection: Connection, progress: IndexProgress) -> None:
        """Index all stored revisions again."""
        connection.execute(_CLEAR)
        connection.execute(_RESET, {"version": TOKENIZER_VERSION})
        first, last, total = connection.execute(_ALL_REVISIONS).one()
        for own in _by_block(range(first, last + 1)):
            self.add(connection, own)
            progress(min(own.stop - first, total), total)

    def hits(self, connection: Connection, leaf: Leaf | And | Or) -> Ids:
        """Return the ids of the revisions that contain a leaf of a query, or all or any of several leaves."""
        if isinstance(leaf, Near):
            return _near_hits(connection, leaf)
        phrases = [leaf_phrases(one) for one in leaves(leaf)]
        postings = Postings.of_phrases(connection, chain.from_iterable(phrases))
        found = [union([postings.of_phrase(phrase) for phrase in own]) for own in phrases]
        return union(found) if isinstance(leaf, Or) else intersection(found)

    def frequent_words(self, connection: Connection, at_least: int) -> list[str]:
        """Return the words that `at_least` revisions or more contain."""
        return frequent_words(connection, at_least)

    def word_hits(self, connection: Connection, word: str, after: int) -> Ids:
        """Return the ids after `after` of the revisions that contain an indexed word."""
        return postings_of_word(connection, word, after).ids

    def word_counts(self, connection: Connection, word: str) -> TextCounts:
        """Return the revisions that contain an indexed word, and how often each does, in any column."""
        ids, counts = postings_of_word(connection, word, 0)
        for rows in _slices(connection, ids[counts == MAX_COUNT].tolist()):
            for id_, *columns in rows:
                counts[np.searchsorted(ids, id_)] = sum(column.split(" ").count(word) for column in columns)
        return ids, counts

    def lengths(self, connection: Connection, after: int) -> TextCounts:
        """Return the indexed revisions after `after`, and how many words each has."""
        ids, lengths = postings_of_word(connection, EVERY_TEXT, after)
        return ids, _complete_lengths(connection, ids, lengths)

    def totals(self, connection: Connection) -> tuple[int, int]:
        """Return the number of indexed revisions, and that of all their words."""
        texts, count = connection.execute(_STATE).one()
        return texts, count

    def expansions(self, connection: Connection, prefix: Term, limit: int, known: Collection[str] = ()) -> int:
        """Return how many words a prefix stands for, at most `limit`; some of them may be known to be indexed."""
        return count_expansions(connection, words(prefix.text)[-1], limit)

    def prefix_hits(self, connection: Connection, beginning: str, known: Collection[str]) -> Ids:
        """Return the revisions that contain a word with a beginning, apart from known ones, in any column."""
        return ids_of_prefix(connection, beginning, known)

    def scores(
        self, connection: Connection, tree: Node, revision_ids: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return those of these revisions that contain a leaf that the query does not exclude, and scores by bm25."""
        scored, _ = scored_leaves(tree)
        phrases = [phrase for leaf in scored for phrase in leaf_phrases(leaf)]
        postings = Postings.of_phrases(connection, phrases, EVERY_TEXT)
        texts, total = self.totals(connection)
        idfs = [idf(texts, len(postings.of_phrase(phrase))) for phrase in phrases]
        ids = np.array(revision_ids, np.int64)
        counts = _counts(connection, scored, postings, ids)
        has_any = np.any(counts, axis=0)
        lengths = _lengths(connection, postings, ids)
        return ids[has_any], bm25(counts, idfs, lengths, max(total, 1) / max(texts, 1))[has_any]

    def state(self, connection: Connection) -> str:
        """Return the numbers of texts and of words in them."""
        texts, count = self.totals(connection)
        return f"{texts:x}-{count:x}"


def _by_block(revision_ids: range) -> Iterator[range]:
    """Yield these revision ids, block by block."""
    first, end = revision_ids.start, revision_ids.stop
    while first < end:
        next_ = min((first // IDS_PER_BLOCK + 1) * IDS_PER_BLOCK, end)
        yield range(first, next_)
        first = next_


def _insert(connection: Connection, postings: BlockPostings, rows: Iterable[TextRow]) -> None:
    """Store rows of one block of revisions, and add their words to its postings."""
    driver: Any = connection.connection.driver_connection
    with driver_errors(), driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row[:-1])
            postings.add(row.id, row.forms())


def _near_hits(connection: Connection, near: Near) -> Ids:
    """Return the ids of the texts with a group: those with all of its terms are read and compared."""
    phrases = near_phrases(near)
    postings = Postings.of_phrases(connection, phrases)
    candidates = intersection([postings.of_words(phrase) for phrase in phrases]).tolist()
    found = [np.empty(0, np.int64)]
    for rows in _slices(connection, candidates, _FIELDS):
        ids, *own = zip(*rows, strict=True)
        counts = count_occurrences(near, dict(zip(TITLE_OR_TEXT, own, strict=True)))
        found.append(np.array(ids, np.int64)[counts[0] > 0])
    return np.concatenate(found)


def _counts(connection: Connection, scored: Sequence[Leaf], postings: Postings, ids: Ids) -> list[Counts]:
    """Return how often each of these texts contains each phrase of these leaves."""
    counts = []
    for leaf in scored:
        check_deadline()
        phrases = leaf_phrases(leaf)
        if all(map(is_word, phrases)):
            of_leaf = [postings.by_form[indexed_form(phrase.words[0])].counts_of(ids) for phrase in phrases]
            if not any((own == MAX_COUNT).any() for own in of_leaf):
                counts += of_leaf
                continue
        counts += _counts_in_texts(connection, leaf, postings, ids)
    return counts


def _counts_in_texts(connection: Connection, leaf: Leaf, postings: Postings, ids: Ids) -> list[Counts]:
    """Return how often each of these texts contains each phrase of a leaf; those with any of them are read."""
    phrases = leaf_phrases(leaf)
    counts = [np.zeros(len(ids), np.int64) for _ in phrases]
    candidates = np.intersect1d(union([postings.of_phrase(phrase) for phrase in phrases]), ids, assume_unique=True)
    for rows in _slices(connection, candidates.tolist()):
        own_ids, *own = zip(*rows, strict=True)
        numbers = np.searchsorted(ids, own_ids)
        for count, found in zip(counts, count_occurrences(leaf, dict(zip(ANYWHERE, own, strict=True))), strict=True):
            count[numbers] = found
    return counts


def _lengths(connection: Connection, postings: Postings, ids: Ids) -> Counts:
    """Return the number of words of each of these texts."""
    return _complete_lengths(connection, ids, postings.by_form[EVERY_TEXT].counts_of(ids))


def _complete_lengths(connection: Connection, ids: Ids, lengths: Counts) -> Counts:
    """Return lengths of texts with those that were cut off at MAX_COUNT in full."""
    for rows in _slices(connection, ids[lengths == MAX_COUNT].tolist(), _LENGTHS):
        for id_, length in rows:
            lengths[np.searchsorted(ids, id_)] = length
    return lengths


def _slices(connection: Connection, revision_ids: Sequence[int], query: TextClause = _ROWS) -> Iterator[Sequence[Any]]:
    """Yield the rows of these revisions, at least one at a time, as long as there is time."""
    for start in range(0, len(revision_ids), ROWS_PER_SLICE):
        check_deadline()
        if rows := connection.execute(query, {"ids": id_array(revision_ids[start : start + ROWS_PER_SLICE])}).all():
            yield rows
