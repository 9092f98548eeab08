"""The text index of PostgreSQL: for each word the revisions that contain it, and its places in them for phrases.

Its own text search reads texts in another way, and forgets the places of words behind the 16,383rd.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.stores.phrases import near_phrases, scored_leaves
from app.stores.postgresql.block_postings import BlockPostings
from app.stores.postgresql.errors import driver_errors
from app.stores.postgresql.postings import (
    EVERY_TEXT,
    Ids,
    Postings,
    count_expansions,
    frequent_words,
    intersection,
    posting_of_prefix,
    posting_of_word,
    union,
)
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import Counts, Places, bm25, idf, leaf_phrases, near_counts, near_texts
from app.stores.store import IndexProgress, TextCounts
from app.text.query_tree import And, Leaf, Near, Node, Or, Term, leaves
from app.text.tokenizer import TOKENIZER_VERSION, joined_words, words

REVISIONS_PER_SLICE = 1_000
"""Revisions whose texts are read together."""

# Sorting them takes about 60 bytes each.
WORDS_PER_WRITE = 1_000_000
"""Words after which their postings are written."""

_TEXTS = text("SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last ORDER BY id")
_COPY = "COPY article_text (id, length) FROM STDIN"
_ALL_REVISIONS = text("SELECT coalesce(min(id), 1), coalesce(max(id), 0), count(*) FROM revision")
_FIRST_NOT_INDEXED = text("SELECT min(id) FROM revision WHERE id > (SELECT coalesce(max(id), 0) FROM article_text)")
_CLEAR = text("TRUNCATE article_text, article_text_posting")
_RESET = text("UPDATE article_text_totals SET texts = 0, words = 0, tokenizer = :version")
_VERSION = text("SELECT tokenizer FROM article_text_totals")
_STATE = text("SELECT texts, words FROM article_text_totals")


class PostgresqlTextIndex:
    """The text index of a PostgreSQL database; see `app.stores.store.TextIndex`."""

    def add(self, connection: Connection, revision_ids: range) -> None:
        """Index the titles and texts of these stored revisions, and of earlier ones that are not indexed.

        A block that may get more of them waits until it is settled: writing its postings once takes half as long.
        """
        _index_to(connection, revision_ids.stop // IDS_PER_BLOCK * IDS_PER_BLOCK - 1)

    def settle(self, connection: Connection) -> None:
        """Index the newest revisions, too."""
        _, newest, _ = connection.execute(_ALL_REVISIONS).one()
        _index_to(connection, newest)

    def is_current(self, connection: Connection) -> bool:
        """Return whether the texts were read by the tokenizer of this release."""
        return bool(connection.execute(_VERSION).scalar() == TOKENIZER_VERSION)

    def rebuild(self, connection: Connection, progress: IndexProgress) -> None:
        """Index all stored revisions again."""
        connection.execute(_CLEAR)
        connection.execute(_RESET, {"version": TOKENIZER_VERSION})
        first, last, total = connection.execute(_ALL_REVISIONS).one()
        for own in _by_block(range(first, last + 1)):
            _index_to(connection, own[-1])
            progress(min(own.stop - first, total), total)

    def hits(self, connection: Connection, leaf: Leaf | And | Or) -> Ids:
        """Return the ids of the revisions that contain a leaf of a query, or all or any of several leaves."""
        phrases = [leaf_phrases(one) for one in leaves(leaf)]
        postings = Postings.of_phrases(connection, chain.from_iterable(phrases))
        found = [_leaf_hits(postings, one) for one in leaves(leaf)]
        return union(found) if isinstance(leaf, Or) else intersection(found)

    def frequent_words(self, connection: Connection, at_least: int) -> list[str]:
        """Return the words that `at_least` revisions or more contain."""
        return frequent_words(connection, at_least)

    def word_hits(self, connection: Connection, word: str, after: int) -> Ids:
        """Return the ids after `after` of the revisions that contain an indexed word."""
        return posting_of_word(connection, word, after).ids

    def word_counts(self, connection: Connection, word: str) -> TextCounts:
        """Return the revisions that contain an indexed word, and how often each does, in any column."""
        return posting_of_word(connection, word, 0)

    def lengths(self, connection: Connection, after: int) -> TextCounts:
        """Return the indexed revisions after `after`, and how many words each has."""
        return posting_of_word(connection, EVERY_TEXT, after)

    def totals(self, connection: Connection) -> tuple[int, int]:
        """Return the number of indexed revisions, and that of all their words."""
        texts, count = connection.execute(_STATE).one()
        return texts, count

    def expansions(self, connection: Connection, prefix: Term, limit: int, known: Collection[str] = ()) -> int:
        """Return how many words a prefix stands for, at most `limit`; some of them may be known to be indexed."""
        return count_expansions(connection, words(prefix.text)[-1], limit)

    def prefix_hits(self, connection: Connection, beginning: str, known: Collection[str]) -> Ids:
        """Return the revisions that contain a word with a beginning, apart from known ones, in any column."""
        return posting_of_prefix(connection, beginning, known).ids

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
        counts = [own for leaf in scored for own in _leaf_counts(postings, leaf, ids)]
        has_any = np.any(counts, axis=0)
        lengths = postings.by_word[EVERY_TEXT].counts_of(ids)
        return ids[has_any], bm25(counts, idfs, lengths, max(total, 1) / max(texts, 1))[has_any]

    def state(self, connection: Connection) -> str:
        """Return the numbers of texts and of words in them."""
        texts, count = self.totals(connection)
        return f"{texts:x}-{count:x}"


def _index_to(connection: Connection, last: int) -> None:
    """Index the revisions that are not indexed up to this id."""
    first = connection.execute(_FIRST_NOT_INDEXED).scalar()
    for own in _by_block(range(first or last + 1, last + 1)):
        block = own[0] // IDS_PER_BLOCK
        postings = BlockPostings(block)
        for start in range(own.start, own.stop, REVISIONS_PER_SLICE):
            slice_ = {"first": start, "last": min(start + REVISIONS_PER_SLICE, own.stop) - 1}
            _insert(connection, postings, connection.execute(_TEXTS, slice_))
            if len(postings) >= WORDS_PER_WRITE:
                postings.write(connection)
                postings = BlockPostings(block)
        postings.write(connection)


def _by_block(revision_ids: range) -> Iterator[range]:
    """Yield these revision ids, block by block."""
    first, end = revision_ids.start, revision_ids.stop
    while first < end:
        next_ = min((first // IDS_PER_BLOCK + 1) * IDS_PER_BLOCK, end)
        yield range(first, next_)
        first = next_


def columns_of(title: str, body: str) -> tuple[list[str], list[str], list[str]]:
    """Return the words of a text in their columns."""
    return words(title), words(body), joined_words(title, body)


def _insert(connection: Connection, postings: BlockPostings, texts: Iterable[Any]) -> None:
    """Store the lengths of texts of one block of revisions, and add their words to its postings."""
    driver: Any = connection.connection.driver_connection
    with driver_errors(), driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for id_, title, body in texts:
            copy.write_row((id_, postings.add(id_, columns_of(title, body))))


def _leaf_hits(postings: Postings, leaf: Leaf) -> Ids:
    """Return the ids of the revisions that contain a leaf of a query."""
    phrases = leaf_phrases(leaf)
    if not isinstance(leaf, Near):
        return union([postings.of_phrase(phrase) for phrase in phrases])
    ids = intersection([postings.of_words(phrase) for phrase in phrases])
    return ids[near_texts(leaf, _near_places(postings, leaf, ids))]


def _leaf_counts(postings: Postings, leaf: Leaf, ids: Ids) -> list[Counts]:
    """Return how often each of these texts contains each phrase of a leaf."""
    phrases = leaf_phrases(leaf)
    if not isinstance(leaf, Near):
        return [postings.counts(phrase, ids) for phrase in phrases]
    own = intersection([ids, *(postings.of_words(phrase) for phrase in phrases)])
    numbers, counts = np.searchsorted(ids, own), np.zeros((len(phrases), len(ids)), np.int64)
    counts[:, numbers] = near_counts(leaf, _near_places(postings, leaf, own), len(own))
    return list(counts)


def _near_places(postings: Postings, near: Near, ids: Ids) -> list[Places]:
    return [postings.places(phrase, ids) for phrase in near_phrases(near)]
