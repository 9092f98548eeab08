"""Text queries: a table of parsed queries, and what their FTS5 expressions match in a real table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidParameter, InvalidRequestError
from app.text.query_parser import TextQuery, excluded_expression, fts_phrase, parse_query, required_expression

ARTICLES = {
    1: ("Russian Warships Launch Missiles", "Four ships fired cruise missiles from the Caspian Sea."),
    2: ("Bombers over Raqqa", "Tu-160 and Tu-95 bombers fired cruise missiles; the missiles’ cruise was long."),
    3: ("Erdoğan wants a zone", "The president said: “No zone, no peace.” Ankara’s jets, 24 of them, flew."),
    4: ("Tanks roll", "Tanks and missiles, but no warship at all. It's a NOT, an OR and an AND."),
}


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    sqlite = import_module("pysqlite3" if find_spec("pysqlite3") else "sqlite3")
    with closing(sqlite.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE a USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')")
        rows = [(rowid, *article) for rowid, article in ARTICLES.items()]
        connection.executemany("INSERT INTO a(rowid, title, text) VALUES (?, ?, ?)", rows)
        yield connection


def matches(table: sqlite3.Connection, expression: str | None) -> set[int]:
    return {row[0] for row in table.execute("SELECT rowid FROM a WHERE a MATCH ?", (expression,))}


def hits(table: sqlite3.Connection, q: str) -> set[int]:
    query = parse_query(q)
    required, excluded = required_expression(query), excluded_expression(query)
    articles = set(ARTICLES) if required is None else matches(table, required)
    return articles if excluded is None else articles - matches(table, excluded)


def errors_of(q: str) -> tuple[InvalidParameter, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        parse_query(q)
    return caught.value.errors


@pytest.mark.parametrize(
    ("q", "required", "excluded"),
    [
        ("missiles", ["missiles"], []),
        ("  cruise\u00a0missiles\t", ["cruise", "missiles"], []),
        ('"cruise missiles" -tanks', ["cruise missiles"], ["tanks"]),
        ("“cruise  missiles”", ["cruise missiles"], []),
        ("„cruise missiles“", ["cruise missiles"], []),
        ("«cruise missiles»", ["cruise missiles"], []),
        ('"cruise missiles', ["cruise missiles"], []),
        ('-"cruise missiles', [], ["cruise missiles"]),
        ("-tanks", [], ["tanks"]),
        ("--tanks", [], ["tanks"]),
        ("- tanks", ["tanks"], []),
        ("Tu-160", ["Tu-160"], []),
        ("Tu- 160-", ["Tu-", "160-"], []),
        ('no"peace talks"now', ["no", "peace talks", "now"], []),
        ('"Tu"-160', ["Tu", "-160"], []),
        ('"" missiles "!" -"" … -', ["missiles"], []),
        ("missiles OR tanks", ["missiles", "OR", "tanks"], []),
        ("title:x (a* ^b)", ["title:x", "(a*", "^b)"], []),
        ("don't ’s", ["don't", "’s"], []),
        ("a\0b \ud800c", ["a", "b", "c"], []),
        ("½ Ⅻ \ue000", ["½", "Ⅻ", "\ue000"], []),
        ("\u0301 x", ["x"], []),
        ("x x", ["x", "x"], []),
    ],
)
def test_a_query_is_parsed(q: str, required: list[str], excluded: list[str]) -> None:
    assert parse_query(q) == TextQuery(tuple(required), tuple(excluded))


@pytest.mark.parametrize("q", ["", " ", '"', '""', "-", '-"', "!?", "…", "\0", "\ud800", "- - “”", "\u0301"])
def test_a_query_without_a_word_is_refused(q: str) -> None:
    assert errors_of(q) == (InvalidParameter("q", q, "at least one word of letters or digits"),)


def test_a_query_has_at_most_32_items() -> None:
    full = "a " * 16 + "-b " * 16
    assert len(parse_query(full).required) == len(parse_query(full + "- ! ''").excluded) == 16
    q = full + "c"
    assert errors_of(q) == (InvalidParameter("q", q, "at most 32 words and phrases, not 33"),)


def test_a_long_phrase_is_one_item() -> None:
    assert parse_query('"' + "a " * 200 + '"').required == (" ".join("a" * 200),)


def test_the_expressions_quote_every_item() -> None:
    query = TextQuery(("cruise missiles", 'a"b'), ("x", "NOT"))
    assert required_expression(query) == '"cruise missiles" AND "a""b"'
    assert excluded_expression(query) == '"x" OR "NOT"'


def test_a_query_without_items_of_a_kind_has_no_expression_for_it() -> None:
    assert required_expression(TextQuery(excluded=("x",))) is None
    assert excluded_expression(TextQuery(required=("x",))) is None


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


@settings(max_examples=2000, deadline=None)
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


@given(st.lists(st.text(min_size=1, alphabet=st.characters(categories=["L", "N"])), min_size=1, max_size=32))
def test_plain_words_are_required_as_typed(words: list[str]) -> None:
    assert parse_query(" ".join(words)) == TextQuery(tuple(words))


@given(st.text())
def test_no_item_terminates_its_phrase(item: str) -> None:
    assert fts_phrase(item)[1:-1].replace('""', "").count('"') == 0
