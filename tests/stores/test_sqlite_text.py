"""The FTS5 expressions of text queries, and what they match in a real table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidRequestError
from app.sqlite_driver import DRIVER
from app.stores import store_of
from app.stores.sqlite import file_url
from app.stores.sqlite_text import (
    INDEX_SETTINGS,
    SqliteTextIndex,
    add_index_functions,
    hits_expression,
    leaf_expression,
    score_expression,
)
from app.text.query_parser import parse_query
from app.text.query_tree import And, Node, Not, Or, Term
from app.text.tokenizer import words
from tests.conftest import SOAK
from tests.seed.loading import load_into, report

ARTICLES = {
    1: ("Russian Warships Launch Missiles", "Four ships fired cruise missiles from the Caspian Sea."),
    2: ("Bombers over Raqqa", "Tu-160 and Tu-95 bombers fired cruise missiles; the missiles’ cruise was long."),
    3: ("Erdoğan wants a zone", "The president said: “No zone, no peace.” Ankara’s jets, 24 of them, flew."),
    4: ("Tanks roll", "Tanks and missiles, but no warship at all. It's a NOT, an OR and an AND."),
}


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    with closing(DRIVER.connect(":memory:")) as connection:
        add_index_functions(connection)
        connection.execute("CREATE VIRTUAL TABLE a USING fts5(title, text, joined, content='', tokenize='ascii')")
        rows = [(rowid, *article) for rowid, article in ARTICLES.items()]
        connection.executemany(
            "INSERT INTO a(rowid, title, text, joined) "
            "VALUES (?1, index_words(?2), index_words(?3), index_joined(?2, ?3))",
            rows,
        )
        yield connection


def matches(table: sqlite3.Connection, expression: str) -> set[int]:
    return {row[0] for row in table.execute("SELECT rowid FROM a WHERE a MATCH ?", (expression,))}


def hits(table: sqlite3.Connection, node: Node) -> set[int]:
    if isinstance(node, Not):
        return set(ARTICLES) - hits(table, node.operand)
    if isinstance(node, And):
        return set.intersection(*(hits(table, operand) for operand in node.operands))
    if isinstance(node, Or):
        return set.union(*(hits(table, operand) for operand in node.operands))
    return matches(table, leaf_expression(node))


@pytest.mark.parametrize(
    ("q", "expression"),
    [
        ("Ships", '"ships"'),
        ('"Ships"', '({title text} : "ships")'),
        ('"cruise missiles"', '({title text} : "cruise missiles")'),
        ("fish*", '"fish" *'),
        ("Su-24", '(({title text} : "su 24") OR "su24")'),
        ('"Su-24"', '({title text} : "su 24")'),
        ("Su-24*", '(({title text} : "su 24" *) OR "su24" *)'),
        ('"the Su-24"', '({title text} : "the su 24")'),
        ("title:ships", '(({title} : "ships") OR "¦ships")'),
        ("title:a'b", '(({title} : "a b") OR ({title} : "ab") OR "¦ab")'),
        ('title:"ships sail"', '({title} : "ships sail")'),
        ("東", '"東" *'),
        ('"東"', '"東" *'),
        ("title:東", '(({title} : "東" *) OR "¦東")'),
        ("東京都", '({title text} : "東京 京都")'),
        ("A股", '({title text} : "a 股" *)'),
        ('NEAR("a b" NOT cod*, 5)', '({title text} : NEAR("a b" "cod" *, 5))'),
    ],
)
def test_the_expression_of_a_leaf_quotes_its_words(q: str, expression: str) -> None:
    node = parse_query(q).tree
    assert not isinstance(node, Not | And | Or)
    assert leaf_expression(node) == expression


def test_several_words_are_one_expression() -> None:
    a_or_b, a_and_b = parse_query("a OR b").tree, parse_query("a b").tree
    assert isinstance(a_or_b, Or)
    assert isinstance(a_and_b, And)
    assert (hits_expression(a_or_b), hits_expression(a_and_b)) == ('"a" OR "b"', '"a" AND "b"')


@pytest.mark.parametrize(
    ("q", "expression"),
    [
        ("a b -c", '"a" AND "b"'),
        ("a (b OR -c)", '"a" OR "b"'),
        ("a OR b", '"a" OR "b"'),
        ("a", '"a"'),
        ("-a -(b -c)", '"c"'),
        ("a NEAR(b c, 5)", '"a" AND ({title text} : NEAR("b" "c", 5))'),
        ("a OR NEAR(b cod*, 5)", '"a" OR "b" OR "cod" *'),
        ("a OR title:NEAR(b c, 5)", '"a" OR (({title} : "b") OR "¦b") OR (({title} : "c") OR "¦c")'),
    ],
)
def test_matches_are_scored_by_the_leaves_that_are_not_excluded(q: str, expression: str) -> None:
    assert score_expression(parse_query(q).tree) == expression


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
        ("tu160", {2}),
        ("tu-160", {2}),
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
        ("warship*", {1, 4}),
        ("title:tanks", {4}),
        ("title:missiles", {1}),
        ("missiles NEAR tanks", set()),
        ("NEAR(missiles tanks, 1)", {4}),
        ("NEAR(ships sea, 6)", {1}),
        ("NEAR(ships sea, 5)", set()),
        ("NEAR(launch ships, 50)", set()),
        ("bombers OR tanks", {2, 4}),
        ("missiles -(tanks OR bombers)", {1}),
        ("tu-9*", {2}),
        ("\u0f0b raqqa", {2}),
        ("\u0f4b raqqa", set()),
        ("ʿ raqqa", {2}),
    ],
)
def test_a_query_matches_these_articles(table: sqlite3.Connection, q: str, expected: set[int]) -> None:
    assert hits(table, parse_query(q).tree) == expected


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\0 \"“”«»-'*^():+{},\\ABNOTR\ud800\u0301")), max_size=80)


@settings(max_examples=200 * SOAK, deadline=None)
@example('"')
@example("\0a")
@example('a"" NEAR("b" c')
@given(q=HOSTILE)
def test_no_query_is_a_database_error(table: sqlite3.Connection, q: str) -> None:
    try:
        articles = hits(table, parse_query(q).tree)
    except InvalidRequestError:
        return
    assert articles <= set(ARTICLES)


@given(st.text())
def test_no_item_terminates_its_string(item: str) -> None:
    if words(item):
        assert leaf_expression(Term("phrase", item)).count('"') == 2


DELETE = (
    "INSERT INTO a(a, rowid, title, text, joined) "
    "VALUES ('delete', ?1, index_words(?2), index_words(?3), index_joined(?2, ?3))"
)


@settings(max_examples=200, deadline=None)
@given(title=HOSTILE, body=HOSTILE)
def test_what_is_deleted_leaves_no_word(table: sqlite3.Connection, title: str, body: str) -> None:
    row = [99, *(text.encode(errors="ignore").decode() for text in (title, body))]
    table.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.v USING fts5vocab(main, a, instance)")
    before = table.execute("SELECT count(*) FROM v").fetchone()
    table.execute(
        "INSERT INTO a(rowid, title, text, joined) VALUES (?1, index_words(?2), index_words(?3), index_joined(?2, ?3))",
        row,
    )
    table.execute(DELETE, row)
    assert table.execute("SELECT count(*) FROM v").fetchone() == before


def test_rows_that_are_added_bring_the_settings_of_the_index(database: Path) -> None:
    """The database of an earlier release has others."""
    load_into(database, [report("Ferry resumes")])
    with closing(DRIVER.connect(database)) as connection:
        connection.execute("INSERT INTO article_text(article_text, rank) VALUES ('automerge', 3)")
        connection.commit()
        load_into(database, [report("Ferry sinks")])
        stored = dict(connection.execute("SELECT k, v FROM article_text_config"))
    assert INDEX_SETTINGS.items() <= stored.items()


def test_an_empty_index_has_no_words(database: Path) -> None:
    """Nor has one whose counts were lost, as before its first row."""
    load_into(database, [report("Ferry resumes")])
    index, engine = SqliteTextIndex(), store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        assert index.totals(connection)[0] == 1
        connection.exec_driver_sql("INSERT INTO article_text(article_text) VALUES ('delete-all')")
        assert index.totals(connection) == (0, 0)
        assert [one.tolist() for one in index.lengths(connection, 0)] == [[], []]
        assert [one.tolist() for one in index.word_counts(connection, "ferry")] == [[], []]
        connection.exec_driver_sql("DELETE FROM article_text_data WHERE id = 1")
        assert index.totals(connection) == (0, 0)
    engine.dispose()
