"""Relevance in Python, compared with what FTS5 computes for the same texts."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from random import Random

import numpy as np
import pytest

from app.sqlite_driver import DRIVER
from app.stores.phrases import Phrase, scored_leaves
from app.stores.relevance import (
    COLUMN_STRIDE,
    TEXT_STRIDE,
    Counts,
    Places,
    bm25,
    counts_of_places,
    idf,
    leaf_phrases,
    near_counts,
    near_places,
    near_texts,
    phrase_places,
)
from app.stores.sqlite_text import add_index_functions, leaf_expression, score_expression
from app.text.query_parser import parse_query
from app.text.query_tree import Leaf, Near, Node, wanted_leaves
from app.text.tokenizer import joined_words, words
from tests import oracle_queries as oracle

TEXTS = 120
QUERIES = 150

Columns = dict[str, str]
Words = Sequence[Sequence[str]]
"""The words of a text in their columns."""


@pytest.fixture(scope="module")
def texts() -> dict[int, Columns]:
    random = Random(7)
    records = [oracle.record(number, random) for number in range(TEXTS)]
    records.append({"title": "", "text": "a b a b a b a"})
    records.append({"title": "ship ship ships", "text": "port ship ship port"})
    return {number: {"title": str(one["title"]), "text": str(one["text"])} for number, one in enumerate(records, 1)}


@pytest.fixture(scope="module")
def indexed(texts: dict[int, Columns]) -> dict[int, Words]:
    return {
        id_: (words(text["title"]), words(text["text"]), joined_words(text["title"], text["text"]))
        for id_, text in texts.items()
    }


@pytest.fixture(scope="module")
def table(texts: dict[int, Columns]) -> Iterator[sqlite3.Connection]:
    with closing(DRIVER.connect(":memory:")) as connection:
        add_index_functions(connection)
        connection.execute("CREATE VIRTUAL TABLE a USING fts5(title, text, joined, content='', tokenize='ascii')")
        connection.executemany(
            "INSERT INTO a(rowid, title, text, joined) "
            "VALUES (?1, index_words(?2), index_words(?3), index_joined(?2, ?3))",
            [(id_, text["title"], text["text"]) for id_, text in texts.items()],
        )
        yield connection


def places(phrase: Phrase, texts: Sequence[Words]) -> Places:
    """Return the places of a phrase in texts."""
    last = len(phrase.words) - 1
    return phrase_places(
        phrase,
        [
            np.array(
                [
                    text * TEXT_STRIDE + column * COLUMN_STRIDE + at
                    for text, columns in enumerate(texts)
                    for column, own in enumerate(columns)
                    for at, word in enumerate(own)
                    if word == wanted or (number == last and phrase.is_prefix and word.startswith(wanted))
                ],
                np.int64,
            )
            for number, wanted in enumerate(phrase.words)
        ],
    )


def count_occurrences(leaf: Leaf, texts: Sequence[Words]) -> list[Counts]:
    """Return how often each text contains each phrase of a leaf."""
    own = [places(phrase, texts) for phrase in leaf_phrases(leaf)]
    if isinstance(leaf, Near):
        counts = near_counts(leaf, own, len(texts))
        assert near_texts(leaf, own).tolist() == np.flatnonzero(counts[0]).tolist()
        return counts
    return [counts_of_places(of_phrase, len(texts)) for of_phrase in own]


def scores(tree: Node, indexed: dict[int, Words]) -> dict[int, float]:
    """Return the scores of the texts that contain a scored leaf, all of them if the query requires all."""
    leaves, are_required = scored_leaves(tree)
    texts = list(indexed.values())
    phrases = [phrase for leaf in leaves for phrase in leaf_phrases(leaf)]
    weights = [idf(len(texts), len({*(places(phrase, texts) // TEXT_STRIDE).tolist()})) for phrase in phrases]
    lengths = np.array([sum(map(len, columns)) for columns in texts])
    counts = [count_occurrences(leaf, texts) for leaf in leaves]
    found = bm25([count for own in counts for count in own], weights, lengths, lengths.sum().item() / len(texts))
    is_found = (np.all if are_required else np.any)([np.any(own, axis=0) for own in counts], axis=0)
    return {id_: score for id_, score, is_own in zip(indexed, found.tolist(), is_found, strict=True) if is_own}


def fts5_scores(tree: Node, table: sqlite3.Connection) -> dict[int, float]:
    return dict(table.execute("SELECT rowid, rank FROM a WHERE a MATCH ?", (score_expression(tree),)))


def drawn(random: Random) -> str:
    """Return a random query within the limits of queries."""
    while True:
        q = oracle.written(oracle.draw_tree(random), random)
        if len(q) <= 500 and q.count("NEAR(") + q.count("~") <= 2:
            return q


FIXED = (
    *("ship", '"a b a"', "a*", '"a b"', "NEAR(ship port, 1)", "NEAR(ship* port, 2)", "NEAR(a b, 1)", "title:ship"),
    *(
        "東",
        "空袭",
        "title:空袭*",
        "Tu-160",
        "da'esh OR port",
        "-ship OR port",
        'NEAR("ship ship" port, 5)',
        "title:sh*",
    ),
    *("title:Da'esh", "NEAR(ship port, 1) -port"),
)


@pytest.mark.parametrize("q", FIXED)
def test_scores_are_those_of_fts5(q: str, table: sqlite3.Connection, indexed: dict[int, Words]) -> None:
    tree = parse_query(q).tree
    assert scores(tree, indexed) == fts5_scores(tree, table)


@pytest.mark.unmeasured
def test_drawn_queries_have_the_scores_of_fts5(table: sqlite3.Connection, indexed: dict[int, Words]) -> None:
    """Words, phrases, prefixes and groups of several scripts; equal to the last bit, so that the order is equal."""
    random = Random(11)
    checked = 0
    while checked < QUERIES:
        tree = parse_query(q := drawn(random)).tree
        if wanted_leaves(tree):
            assert scores(tree, indexed) == fts5_scores(tree, table), q
            checked += 1


@pytest.mark.unmeasured
def test_drawn_leaves_are_in_the_texts_in_which_fts5_finds_them(
    table: sqlite3.Connection, indexed: dict[int, Words]
) -> None:
    random = Random(13)
    for _ in range(QUERIES):
        leaf: Leaf
        for leaf in wanted_leaves(parse_query(drawn(random)).tree):
            found = {row[0] for row in table.execute("SELECT rowid FROM a WHERE a MATCH ?", (leaf_expression(leaf),))}
            counts = count_occurrences(leaf, list(indexed.values()))
            assert {id_ for id_, *own in zip(indexed, *counts, strict=True) if any(own)} == found, leaf


@pytest.mark.parametrize(
    ("places", "lengths", "distance", "expected"),
    [
        ([[0], [1]], [1, 1], 0, [[0], [1]]),
        ([[0], [2]], [1, 1], 0, [[], []]),
        ([[0], [2]], [1, 1], 1, [[0], [2]]),
        ([[0, 9], [2, 8]], [1, 1], 1, [[0, 9], [2, 8]]),
        ([[0], []], [1, 1], 9, [[], []]),
        ([[0], [4]], [4, 1], 0, [[0], [4]]),
    ],
)
def test_phrases_are_near_each_other_as_fts5_says(
    places: list[list[int]], lengths: list[int], distance: int, expected: list[list[int]]
) -> None:
    assert near_places(places, lengths, distance) == expected
