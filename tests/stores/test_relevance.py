"""Relevance in Python, compared with what FTS5 computes for the same texts."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from random import Random

import numpy as np
import pytest

from app.sqlite_driver import DRIVER
from app.stores.phrases import Phrase, scored_leaves
from app.stores.relevance import bm25, count_occurrences, idf, leaf_phrases, near_places, needle, spaced
from app.stores.sqlite_text import add_index_functions, leaf_expression, score_expression
from app.text.query_parser import parse_query
from app.text.query_tree import Leaf, Node, wanted_leaves
from app.text.tokenizer import joined_words, words
from tests import oracle_queries as oracle

TEXTS = 120
QUERIES = 150

Columns = dict[str, str]


@pytest.fixture(scope="module")
def texts() -> dict[int, Columns]:
    random = Random(7)
    records = [oracle.record(number, random) for number in range(TEXTS)]
    records.append({"title": "", "text": "a b a b a b a"})
    records.append({"title": "ship ship ships", "text": "port ship ship port"})
    return {number: {"title": str(one["title"]), "text": str(one["text"])} for number, one in enumerate(records, 1)}


@pytest.fixture(scope="module")
def indexed(texts: dict[int, Columns]) -> dict[int, Columns]:
    return {
        id_: {
            "title": spaced(words(text["title"])),
            "text": spaced(words(text["text"])),
            "joined": spaced(joined_words(text["title"], text["text"])),
        }
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


def has(text: Columns, phrase: Phrase) -> bool:
    return any(needle(phrase) in text[column] for column in phrase.columns)


def scores(tree: Node, indexed: dict[int, Columns]) -> dict[int, float]:
    """Return the scores of the texts that contain a scored leaf, all of them if the query requires all."""
    leaves, are_required = scored_leaves(tree)
    phrases = [phrase for leaf in leaves for phrase in leaf_phrases(leaf)]
    weights = [idf(len(indexed), sum(has(text, phrase) for text in indexed.values())) for phrase in phrases]
    lengths = {id_: sum(len(column.split()) for column in text.values()) for id_, text in indexed.items()}
    average = sum(lengths.values()) / len(lengths)
    found = {}
    for id_, text in indexed.items():
        counts = [count_occurrences(leaf, columns_of([text])) for leaf in leaves]
        if (all if are_required else any)(any(own) for own in counts):
            together = [count for own in counts for count in own]
            found[id_] = bm25(together, weights, np.array([lengths[id_]]), average).item()
    return found


def columns_of(texts: Sequence[Columns]) -> dict[str, list[str]]:
    return {name: [text[name] for text in texts] for name in texts[0]}


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
def test_scores_are_those_of_fts5(q: str, table: sqlite3.Connection, indexed: dict[int, Columns]) -> None:
    tree = parse_query(q).tree
    assert scores(tree, indexed) == fts5_scores(tree, table)


@pytest.mark.unmeasured
def test_drawn_queries_have_the_scores_of_fts5(table: sqlite3.Connection, indexed: dict[int, Columns]) -> None:
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
    table: sqlite3.Connection, indexed: dict[int, Columns]
) -> None:
    random = Random(13)
    for _ in range(QUERIES):
        leaf: Leaf
        for leaf in wanted_leaves(parse_query(drawn(random)).tree):
            found = {row[0] for row in table.execute("SELECT rowid FROM a WHERE a MATCH ?", (leaf_expression(leaf),))}
            counts = count_occurrences(leaf, columns_of(list(indexed.values())))
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
