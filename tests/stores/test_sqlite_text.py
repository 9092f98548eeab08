"""The FTS5 expressions of text queries, and what they match in a real table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidRequestError
from app.sqlite_driver import DRIVER
from app.stores.sqlite_text import excluded_expression, fts_phrase, required_expression
from app.text.query_parser import TextQuery, parse_query
from app.text.tokenizer import TOKENIZER
from tests.conftest import SOAK

ARTICLES = {
    1: ("Russian Warships Launch Missiles", "Four ships fired cruise missiles from the Caspian Sea."),
    2: ("Bombers over Raqqa", "Tu-160 and Tu-95 bombers fired cruise missiles; the missiles’ cruise was long."),
    3: ("Erdoğan wants a zone", "The president said: “No zone, no peace.” Ankara’s jets, 24 of them, flew."),
    4: ("Tanks roll", "Tanks and missiles, but no warship at all. It's a NOT, an OR and an AND."),
}


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    with closing(DRIVER.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE a USING fts5(title, text, tokenize='{TOKENIZER}')")
        rows = [(rowid, *article) for rowid, article in ARTICLES.items()]
        connection.executemany("INSERT INTO a(rowid, title, text) VALUES (?, ?, ?)", rows)
        yield connection


def matches(table: sqlite3.Connection, expression: str) -> set[int]:
    return {row[0] for row in table.execute("SELECT rowid FROM a WHERE a MATCH ?", (expression,))}


def hits(table: sqlite3.Connection, q: str) -> set[int]:
    query = parse_query(q)
    articles = matches(table, required_expression(query)) if query.required else set(ARTICLES)
    return articles - matches(table, excluded_expression(query)) if query.excluded else articles


def test_the_expressions_quote_every_item() -> None:
    query = TextQuery(("cruise missiles", 'a"b'), ("x", "NOT"))
    assert required_expression(query) == '"cruise missiles" AND "a""b"'
    assert excluded_expression(query) == '"x" OR "NOT"'


def test_a_query_without_items_of_a_kind_has_no_expression_for_it() -> None:
    assert required_expression(TextQuery(excluded=("x",))) == ""
    assert excluded_expression(TextQuery(required=("x",))) == ""


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("missiles", {1, 2, 4}),
        ("MISSILES", {1, 2, 4}),
        ("missile", set()),
        ("cruise missiles", {1, 2}),
        ("missiles cruise", {1, 2}),
        ('"missiles cruise"', {2}),
        ("“cruise missiles” -tu", {1}),
        ("-missiles", {3}),
        ('-"cruise missiles"', {3, 4}),
        ("-missiles -zone", set()),
        ("missiles -tanks -bombers", {1}),
        ("russian caspian", {1}),
        ("Tu-160", {2}),
        ("tu160", set()),
        ("tu-16", set()),
        ('"95 bombers"', {2}),
        ("erdogan", {3}),
        ("ERDOĞAN", {3}),
        ("Ankara's", {3}),
        ("ankara", {3}),
        ('"no zone no peace"', {3}),
        ('"no peace', {3}),
        ("24", {3}),
        ("not", {4}),
        ("NOT OR AND", {4}),
        ("warships", {1}),
        ("warship*", {4}),
        ("title:tanks", set()),
        ("missiles NEAR tanks", set()),
        ("\u0f0b raqqa", {2}),
        ("\u0f4b raqqa", set()),
    ],
)
def test_a_query_matches_these_articles(table: sqlite3.Connection, q: str, expected: set[int]) -> None:
    assert hits(table, q) == expected


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\0 \"“”«»-'*^():+{},\\ABNOTR\ud800\u0301")), max_size=80)


@settings(max_examples=200 * SOAK, deadline=None)
@example('"')
@example("\0a")
@example('a"" NEAR("b" c')
@given(q=HOSTILE)
def test_no_query_is_a_database_error(table: sqlite3.Connection, q: str) -> None:
    try:
        articles = hits(table, q)
    except InvalidRequestError:
        return
    assert articles <= set(ARTICLES)


@given(st.text())
def test_no_item_terminates_its_phrase(item: str) -> None:
    assert fts_phrase(item)[1:-1].replace('""', "").count('"') == 0
