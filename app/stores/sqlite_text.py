"""The text index of SQLite: an FTS5 table and its queries."""

import json
import sys
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.text.query_tree import And, Leaf, Near, Node, Not, Or, Term, leaves, wanted_leaves
from app.text.tokenizer import words

TEXT_INDEX_TABLE = "article_text"
"""The table of the text index, which no model declares."""

# A trigger would make the index flush after each row, which takes twice as long.
_ADD = text(
    "INSERT INTO article_text(rowid, title, text) "
    "SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last"
)

_HITS = text("SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression")
"""The row ids as one value: fetching half a million rows one by one takes longer than the search."""

_TERMS_TABLE = text(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, {TEXT_INDEX_TABLE}, row)")

_EXPANSIONS = text("SELECT count(*) FROM (SELECT 1 FROM temp.terms WHERE term BETWEEN :first AND :last LIMIT :limit)")

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

    def hits(self, connection: Connection, leaf: Leaf | And | Or) -> NDArray[np.int64]:
        """Return the ids of the revisions that contain a leaf of a query, or all or any of several leaves."""
        joined: str | None = connection.execute(_HITS, {"expression": hits_expression(leaf)}).scalar()
        return np.fromstring(joined or "", np.int64, sep=",")

    def expansions(self, connection: Connection, prefix: Term, limit: int) -> int:
        """Return how many words a prefix stands for, at most `limit`."""
        connection.execute(_TERMS_TABLE)
        first = words(prefix.text)[-1]
        parameters = {"first": first, "last": first + chr(sys.maxunicode), "limit": limit}
        return int(connection.execute(_EXPANSIONS, parameters).scalar_one())

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


def hits_expression(leaf: Leaf | And | Or) -> str:
    """Return the FTS5 expression of a leaf, or of all or any of several leaves."""
    return (_any if isinstance(leaf, Or) else _all)(leaves(leaf))


def score_expression(tree: Node) -> str:
    """Return the FTS5 expression that scores matches of a query by the leaves that it does not exclude."""
    # All of them are in each match, and fewer rows are read than have any of them.
    if isinstance(tree, And) and all(isinstance(one, Term | Near | Not) for one in tree.operands):
        return _all([one for one in tree.operands if isinstance(one, Term | Near)]) or _any(wanted_leaves(tree))
    return _any(wanted_leaves(tree))


def _all(terms: Iterable[Leaf]) -> str:
    return " AND ".join(map(leaf_expression, terms))


def _any(terms: Iterable[Leaf]) -> str:
    return " OR ".join(map(leaf_expression, terms))


def leaf_expression(leaf: Leaf) -> str:
    """Return the FTS5 expression of one leaf."""
    if isinstance(leaf, Near):
        terms = (prefix_expression(one.text) if one.kind == "prefix" else fts_phrase(one.text) for one in leaf.terms)
        matching = f"NEAR({' '.join(terms)}, {leaf.distance})"
    else:
        matching = _TERM_EXPRESSIONS[leaf.kind](leaf.text)
    return f"title : ({matching})" if leaf.in_title else matching


def word_expression(text: str) -> str:
    """Return the FTS5 expression of an unquoted word, which may be several to the tokenizer."""
    return fts_phrase(text)


def phrase_expression(text: str) -> str:
    """Return the FTS5 expression of words in sequence."""
    return fts_phrase(text)


def prefix_expression(text: str) -> str:
    """Return the FTS5 expression of words in sequence, of which the last one is the beginning of a word."""
    return f"{fts_phrase(text)} *"


_TERM_EXPRESSIONS = {"word": word_expression, "phrase": phrase_expression, "prefix": prefix_expression}


def fts_phrase(item: str) -> str:
    """Return an item as a quoted FTS5 string, which no character in the item can terminate."""
    return '"' + item.replace('"', '""') + '"'
