"""The text index of SQLite: an FTS5 table and its queries.

The table has no content of its own: title and text are stored in `revision`, and a row is deleted from the index with
the words that it was inserted with, which two functions of the writer return. The tokenizer of FTS5 only splits them.
"""

import json
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.stores.phrases import ANYWHERE, Phrase, near_phrases, scored_leaves, term_phrases
from app.stores.store import IndexProgress, TextCounts
from app.text.query_tree import And, Leaf, Near, Node, Or, Term, leaves
from app.text.tokenizer import TOKENIZER_VERSION, joined_words, spaced_words, words

TEXT_INDEX_TABLE = "article_text"
"""The table of the text index, which no model declares."""

TOKENIZER_TABLE = "article_text_tokenizer"
"""The table of one row with the version of the tokenizer that the index was made with, 0 for none."""

COLUMNS = len(ANYWHERE)
"""The number of columns of the table."""

REVISIONS_PER_SLICE = 1_000
"""Revisions that are indexed with one statement."""

# By default, a batch is written as a dozen segments, and each four are merged: in a load of a million that takes as
# long as all else that is done for the index.
INDEX_SETTINGS = {"hashsize": 64 * 1024 * 1024, "automerge": 8}
"""Settings of FTS5, which stores them with the index: bytes of words before it writes a segment, segments to merge."""

_STORED_SETTINGS = text("SELECT k, v FROM article_text_config")
_CHANGE_SETTING = text("INSERT INTO article_text(article_text, rank) VALUES (:name, :value)")

# A trigger would make the index flush after each row, which takes twice as long.
_ADD = text(
    "INSERT INTO article_text(rowid, title, text, joined) "
    "SELECT id, index_words(title), index_words(text), index_joined(title, text) FROM revision "
    "WHERE id BETWEEN :first AND :last"
)

_HITS = text("SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression")
"""The row ids as one value: fetching half a million rows one by one takes longer than the search."""

_WORD_HITS = text(
    "SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression AND rowid > :after"
)

_FREQUENT = text("SELECT term FROM temp.terms WHERE doc >= :at_least")

_TERMS_TABLE = text(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, {TEXT_INDEX_TABLE}, row)")

_PLACES_TABLE = text(
    f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, {TEXT_INDEX_TABLE}, instance)"
)
"""A row for each place of a word, in the order of the rows of the index."""

_PLACES = text("SELECT group_concat(doc) FROM temp.places WHERE term = :word")

_PLACES_BETWEEN = text("SELECT group_concat(doc) FROM temp.places WHERE term >= :first AND term <= :last")

_LENGTHS = text(
    "SELECT group_concat(id), group_concat(hex(sz), '') FROM "
    "(SELECT id, sz FROM article_text_docsize WHERE id > :after ORDER BY id)"
)
"""For each row of the index the number of words in each column, as FTS5 keeps them."""

_EXPANSIONS = text("SELECT count(*) FROM (SELECT 1 FROM temp.terms WHERE term BETWEEN :first AND :last LIMIT :limit)")

_SCORES = text(
    "SELECT rowid, rank FROM article_text WHERE article_text MATCH :expression AND rowid BETWEEN :first AND :last "
    "AND +rowid IN (SELECT value FROM json_each(:ids))"
)
"""The scores of some rows. The plus keeps SQLite from querying the index again for each of them."""

_VERSION = text("SELECT max(version) FROM article_text_tokenizer")
_NO_VERSION = text("DELETE FROM article_text_tokenizer")
_SET_VERSION = text("INSERT INTO article_text_tokenizer VALUES (:version)")
_ALL_REVISIONS = text("SELECT coalesce(min(id), 1), coalesce(max(id), 0), count(*) FROM revision")

_AVERAGES = text("SELECT block FROM article_text_data WHERE id = 1")
"""The record in which FTS5 keeps the row and token counts."""


class SqliteTextIndex:
    """The text index of an SQLite database; see `app.stores.store.TextIndex`."""

    def add(self, connection: Connection, revision_ids: range) -> None:
        """Index the titles and texts of these stored revisions with one statement."""
        stored = {row.k: row.v for row in connection.execute(_STORED_SETTINGS)}
        for name, value in INDEX_SETTINGS.items():
            if stored.get(name) != value:  # As in a database of an earlier release.
                connection.execute(_CHANGE_SETTING, {"name": name, "value": value})
        connection.execute(_ADD, {"first": revision_ids[0], "last": revision_ids[-1]})

    def settle(self, connection: Connection) -> None:
        """Do nothing: nothing is put off."""

    def is_current(self, connection: Connection) -> bool:
        """Return whether the index was made with the tokenizer of this release."""
        return bool(connection.execute(_VERSION).scalar() == TOKENIZER_VERSION)

    def rebuild(self, connection: Connection, progress: IndexProgress) -> None:
        """Index all stored revisions again."""
        connection.exec_driver_sql("INSERT INTO article_text(article_text) VALUES ('delete-all')")
        first, last, total = connection.execute(_ALL_REVISIONS).one()
        for start in range(first, last + 1, REVISIONS_PER_SLICE):
            self.add(connection, range(start, min(start + REVISIONS_PER_SLICE, last + 1)))
            progress(min(start + REVISIONS_PER_SLICE - first, total), total)
        connection.execute(_NO_VERSION)
        connection.execute(_SET_VERSION, {"version": TOKENIZER_VERSION})

    def hits(self, connection: Connection, leaf: Leaf | And | Or) -> NDArray[np.int64]:
        """Return the ids of the revisions that contain a leaf of a query, or all or any of several leaves."""
        joined: str | None = connection.execute(_HITS, {"expression": hits_expression(leaf)}).scalar()
        return np.fromstring(joined or "", np.int64, sep=",")

    def frequent_words(self, connection: Connection, at_least: int) -> list[str]:
        """Return the words that `at_least` revisions or more contain."""
        connection.execute(_TERMS_TABLE)
        return list(connection.execute(_FREQUENT, {"at_least": at_least}).scalars())

    def word_hits(self, connection: Connection, word: str, after: int) -> NDArray[np.int64]:
        """Return the ids after `after` of the revisions that contain an indexed word."""
        parameters = {"expression": _quoted(Phrase((word,))), "after": after}
        joined: str | None = connection.execute(_WORD_HITS, parameters).scalar()
        return np.fromstring(joined or "", np.int64, sep=",")

    def word_counts(self, connection: Connection, word: str) -> TextCounts:
        """Return the revisions that contain an indexed word, and how often each does, in any column."""
        connection.execute(_PLACES_TABLE)
        joined: str | None = connection.execute(_PLACES, {"word": word}).scalar()
        ids = np.fromstring(joined or "", np.int64, sep=",")
        firsts = np.flatnonzero(np.diff(ids, prepend=-1))
        return ids[firsts], np.diff(firsts, append=len(ids))

    def lengths(self, connection: Connection, after: int) -> TextCounts:
        """Return the indexed revisions after `after`, and how many words each has."""
        joined, sizes = connection.execute(_LENGTHS, {"after": after}).one()
        ids = np.fromstring(joined or "", np.int64, sep=",")
        return ids, _numbers(bytes.fromhex(sizes or "")).reshape(len(ids), COLUMNS).sum(axis=1)

    def totals(self, connection: Connection) -> tuple[int, int]:
        """Return the number of indexed revisions, and that of all their words."""
        block: bytes | None = connection.execute(_AVERAGES).scalar()
        texts, *sizes = _numbers(block or b"").tolist() or [0]
        return texts, sum(sizes)

    def expansions(self, connection: Connection, prefix: Term, limit: int, known: Collection[str] = ()) -> int:
        """Return how many words a prefix stands for, at most `limit`; some of them may be known to be indexed."""
        connection.execute(_TERMS_TABLE)
        count = len(known)
        for first, last in _ranges(words(prefix.text)[-1], known):
            parameters = {"first": first, "last": last, "limit": max(limit - count, 0)}
            count += connection.execute(_EXPANSIONS, parameters).scalar_one()
        return min(count, limit)

    def prefix_hits(self, connection: Connection, beginning: str, known: Collection[str]) -> NDArray[np.int64]:
        """Return the revisions that contain a word with a beginning, apart from known ones, in any column.

        They are in any order, and may occur several times.
        """
        connection.execute(_PLACES_TABLE)
        found = []
        for first, last in _ranges(beginning, known):
            joined: str | None = connection.execute(_PLACES_BETWEEN, {"first": first, "last": last}).scalar()
            found.append(np.fromstring(joined or "", np.int64, sep=","))
        return np.concatenate(found)

    def scores(
        self, connection: Connection, tree: Node, revision_ids: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return those of these revisions that contain a leaf that the query does not exclude, and scores by bm25."""
        parameters = {
            "expression": score_expression(tree),
            "first": revision_ids[0],
            "last": revision_ids[-1],
            "ids": json.dumps(revision_ids),
        }
        rows = connection.execute(_SCORES, parameters).all()
        return np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)

    def state(self, connection: Connection) -> str:
        """Return the row and token counts of the index."""
        block: bytes | None = connection.execute(_AVERAGES).scalar()
        return (block or b"").hex()


def add_index_functions(connection: sqlite3.Connection) -> None:
    """Give a writer the functions that return the words to index: `index_words`, and `index_joined` for those apart.

    The trigger that deletes calls them, too: what has no such functions cannot delete a revision and leave its words.
    """
    connection.create_function("index_words", 1, spaced_words, deterministic=True)
    connection.create_function("index_joined", 2, _spaced_joined_words, deterministic=True)


def _spaced_joined_words(title: str, body: str) -> str:
    return " ".join(joined_words(title, body))


def _ranges(beginning: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the ranges, both ends inclusive, of the words that have a beginning and are not known.

    FTS5 reads all places of a word in a range, and excludes none. No word has a control character or the last one.
    """
    first = beginning
    for word in sorted(known):
        # Surrogates, which no text has, are before the private characters.
        before = ord(word[-1]) - 1 if word[-1] != "\ue000" else 0xD7FF
        yield first, word[:-1] + chr(before) + chr(sys.maxunicode)
        first = word + "\x01"
    yield first, beginning + chr(sys.maxunicode)


def _numbers(data: bytes) -> NDArray[np.int64]:
    """Return the numbers of a sequence in SQLite's format: seven bits a byte, the last byte of each below 128."""
    digits = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(digits < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    shifts = 7 * (np.repeat(ends, ends - starts + 1) - np.arange(len(digits)))
    return np.add.reduceat((digits & 127).astype(np.int64) << shifts, starts) if len(ends) else np.empty(0, np.int64)


def hits_expression(leaf: Leaf | And | Or) -> str:
    """Return the FTS5 expression of a leaf, or of all or any of several leaves."""
    return (_any if isinstance(leaf, Or) else _all)(leaves(leaf))


def score_expression(tree: Node) -> str:
    """Return the FTS5 expression that scores matches of a query by the leaves that it does not exclude."""
    scored, are_required = scored_leaves(tree)
    return (_all if are_required else _any)(scored)


def _all(terms: Iterable[Leaf]) -> str:
    return " AND ".join(map(leaf_expression, terms))


def _any(terms: Iterable[Leaf]) -> str:
    return " OR ".join(map(leaf_expression, terms))


def leaf_expression(leaf: Leaf) -> str:
    """Return the FTS5 expression of one leaf, which has at least one word."""
    if isinstance(leaf, Near):
        phrases = near_phrases(leaf)
        return f"({_filter(phrases[0])} : NEAR({' '.join(map(_quoted, phrases))}, {leaf.distance}))"
    alternatives = [
        _quoted(phrase) if phrase.columns == ANYWHERE else f"({_filter(phrase)} : {_quoted(phrase)})"
        for phrase in term_phrases(leaf)
    ]
    return alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})"


def _filter(phrase: Phrase) -> str:
    return f"{{{' '.join(phrase.columns)}}}"


def _quoted(phrase: Phrase) -> str:
    """Return words, none of which contains a quotation mark, as a string of FTS5."""
    return f'"{" ".join(phrase.words)}"' + (" *" if phrase.is_prefix else "")
