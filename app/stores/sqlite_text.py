"""The text index of SQLite: an FTS5 table and its queries.

The table has no content of its own: title and text are stored in `revision`, and a row is deleted from the index with
the words that it was inserted with, which two functions of the writer return. The tokenizer of FTS5 only splits them.
"""

import json
import sqlite3

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.stores.store import IndexProgress
from app.text.query_parser import TextQuery
from app.text.tokenizer import TOKENIZER_VERSION, is_open, joined_form, joined_words, spaced_words, words

TEXT_INDEX_TABLE = "article_text"
"""The table of the text index, which no model declares."""

TOKENIZER_TABLE = "article_text_tokenizer"
"""The table of one row with the version of the tokenizer that the index was made with, 0 for none."""

REVISIONS_PER_SLICE = 1_000
"""Revisions that are indexed with one statement."""

_FIELDS = "{title text}"
"""The columns in which words are where the text has them; `joined` has the joined forms."""

# A trigger would make the index flush after each row, which takes twice as long.
_ADD = text(
    "INSERT INTO article_text(rowid, title, text, joined) "
    "SELECT id, index_words(title), index_words(text), index_joined(title, text) FROM revision "
    "WHERE id BETWEEN :first AND :last"
)

_HITS = text("SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression")
"""The row ids as one value: fetching half a million rows one by one takes longer than the search."""

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
        connection.execute(_ADD, {"first": revision_ids[0], "last": revision_ids[-1]})

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

    def required_hits(self, connection: Connection, query: TextQuery) -> NDArray[np.int64]:
        """Return the ids of the revisions that contain all required phrases."""
        return _hits(connection, required_expression(query))

    def excluded_hits(self, connection: Connection, query: TextQuery) -> NDArray[np.int64]:
        """Return the ids of the revisions that contain any excluded phrase."""
        return _hits(connection, excluded_expression(query))

    def scores(
        self, connection: Connection, query: TextQuery, revision_ids: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return those of these revisions that contain all required phrases, and their scores by bm25."""
        parameters = {
            "expression": required_expression(query),
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


def required_expression(query: TextQuery) -> str:
    """Return the FTS5 expression that matches revisions with all required words and phrases."""
    return " AND ".join(map(word_expression, query.required))


def excluded_expression(query: TextQuery) -> str:
    """Return the FTS5 expression that matches revisions with an excluded word or phrase."""
    return " OR ".join(map(word_expression, query.excluded))


def word_expression(item: str) -> str:
    """Return the FTS5 expression of a word in any of its spellings: joined, or as several words.

    It is empty if the item has no word.
    """
    item_words, form = words(item), joined_form(item)
    if len(item_words) < 2:
        return _quoted(item_words) if item_words else ""
    phrase = phrase_expression(item)
    return f'({phrase} OR "{form}")' if form else phrase


def phrase_expression(item: str) -> str:
    """Return the FTS5 expression of the words of an item, one after the other; empty if it has no word."""
    item_words = words(item)
    if not item_words:
        return ""
    # The last character of a text is a word apart.
    is_character = len(item_words) == 1 and is_open(item_words)
    return _quoted(item_words) if is_character else f"({_FIELDS} : {_quoted(item_words)})"


def prefix_expression(item: str) -> str:
    """Return the FTS5 expression of words that begin with an item, in any of its spellings; empty if it has no word."""
    item_words, form = words(item), joined_form(item)
    if len(item_words) < 2:
        return _quoted(item_words, is_prefix=True) if item_words else ""
    phrase = f"({_FIELDS} : {_quoted(item_words, is_prefix=True)})"
    return f'({phrase} OR "{form}" *)' if form else phrase


def _quoted(item_words: list[str], *, is_prefix: bool = False) -> str:
    """Return words, none of which contains a quotation mark, as a string of FTS5."""
    return f'"{" ".join(item_words)}"' + (" *" if is_prefix or is_open(item_words) else "")


def _hits(connection: Connection, expression: str) -> NDArray[np.int64]:
    joined: str | None = connection.execute(_HITS, {"expression": expression}).scalar()
    return np.fromstring(joined or "", np.int64, sep=",")
