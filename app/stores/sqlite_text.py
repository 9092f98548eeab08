"""The text index of SQLite: an FTS5 table and its queries."""

import json

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.text.query_parser import TextQuery

TEXT_INDEX_TABLE = "article_text"
"""The table of the text index, which no model declares."""

# A trigger would make the index flush after each row, which takes twice as long.
_ADD = text(
    "INSERT INTO article_text(rowid, title, text) "
    "SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last"
)

_HITS = text("SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression")
"""The row ids as one value: fetching half a million rows one by one takes longer than the search."""

_SCORES = text(
    "SELECT rowid, rank FROM article_text WHERE article_text MATCH :expression AND rowid BETWEEN :first AND :last "
    "AND +rowid IN (SELECT value FROM json_each(:ids))"
)
"""The scores of some rows. The plus keeps SQLite from querying the index again for each of them."""

_AVERAGES = text("SELECT block FROM article_text_data WHERE id = 1")
"""The record in which FTS5 keeps the row and token counts."""


class SqliteTextIndex:
    """The text index of an SQLite database; see `app.stores.store.TextIndex`."""

    def add(self, connection: Connection, revision_ids: range) -> None:
        """Index the titles and texts of these stored revisions with one statement."""
        connection.execute(_ADD, {"first": revision_ids[0], "last": revision_ids[-1]})

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


def required_expression(query: TextQuery) -> str:
    """Return the FTS5 expression that matches revisions with all required phrases."""
    return " AND ".join(map(fts_phrase, query.required))


def excluded_expression(query: TextQuery) -> str:
    """Return the FTS5 expression that matches revisions with an excluded phrase."""
    return " OR ".join(map(fts_phrase, query.excluded))


def fts_phrase(item: str) -> str:
    """Return an item as a quoted FTS5 string, which no character in the item can terminate."""
    return '"' + item.replace('"', '""') + '"'


def _hits(connection: Connection, expression: str) -> NDArray[np.int64]:
    joined: str | None = connection.execute(_HITS, {"expression": expression}).scalar()
    return np.fromstring(joined or "", np.int64, sep=",")
