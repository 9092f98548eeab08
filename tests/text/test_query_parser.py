"""Text queries: tables of what is understood, what is noted and what is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.text.query_parser import MAX_DEPTH, parse_query
from app.text.query_tree import And, Near, Node, Not, Or, Term

PIECES = re.split(
    " ",
    'AND OR NOT NEAR( title: ( ) | - + * ~ ^2 " ” , ,5) ~3  ship Tu-160 café мир 空袭 or x:y http://a.b/(c) 1,500',
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.just(" "), st.text(max_size=2)), max_size=30).map("".join)
"""Strings of operators, words and anything else, mostly without spaces between them."""


def errors_of(q: str) -> tuple[ParameterProblem, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        parse_query(q)
    return caught.value.errors


def word(text: str) -> Term:
    return Term("word", text)


def phrase(text: str) -> Term:
    return Term("phrase", text)


@pytest.mark.parametrize(
    ("q", "required", "excluded"),
    [
        ("missiles", [word("missiles")], []),
        ("  cruise\u00a0missiles\t", [word("cruise"), word("missiles")], []),
        ('"cruise missiles" -tanks', [phrase("cruise missiles")], [word("tanks")]),
        ("“cruise  missiles”", [phrase("cruise missiles")], []),
        ("„cruise missiles“", [phrase("cruise missiles")], []),
        ("«cruise missiles»", [phrase("cruise missiles")], []),
        ('"cruise missiles', [phrase("cruise missiles")], []),
        ('-"cruise missiles', [], [phrase("cruise missiles")]),
        ("-tanks", [], [word("tanks")]),
        ("--tanks", [], [word("tanks")]),
        ("- tanks", [word("tanks")], []),
        ("Tu-160", [word("Tu-160")], []),
        ("Tu- 160-", [word("Tu-"), word("160-")], []),
        ('no"peace talks"now', [word("no"), phrase("peace talks"), word("now")], []),
        ('"Tu"-160', [phrase("Tu"), word("-160")], []),
        ('"" missiles "!" -"" -! … -', [word("missiles")], []),
        ("(a* ^b)", [word("a"), word("^b")], []),
        ("don't ’s", [word("don't"), word("’s")], []),
        ("a\0b \ud800c", [word("a"), word("b"), word("c")], []),
        ("½ Ⅻ \ue000", [word("½"), word("Ⅻ"), word("\ue000")], []),
        ("\u0301 x", [word("x")], []),
        ("x x", [word("x"), word("x")], []),
    ],
)  # fmt: skip
def test_words_and_phrases_are_parsed_as_typed(q: str, required: list[Term], excluded: list[Term]) -> None:
    operands: list[Node] = [*required, *map(Not, excluded)]
    assert parse_query(q).tree == (And(tuple(operands)) if len(operands) > 1 else operands[0])


@pytest.mark.parametrize(
    ("q", "tree"),
    [
        ("a | b", Or((word("a"), word("b")))),
        ("a b OR c", Or((And((word("a"), word("b"))), word("c")))),
        ("-(a b)", Not(And((word("a"), word("b"))))),
        ("NOT NOT a", word("a")),
        ("fish*", Term("prefix", "fish")),
        ("title:fish*", Term("prefix", "fish", in_title=True)),
        ('NEAR(a "b c" fish*, 7)', Near((word("a"), phrase("b c"), Term("prefix", "fish")), 7)),
        ('"a b"~7', Near((word("a"), word("b")), 7)),
        ("title:NEAR(a b)", Near((word("a"), word("b")), 10, in_title=True)),
        ("title:(a -b)", And((Term("word", "a", in_title=True), Not(Term("word", "b", in_title=True))))),
    ],
)
def test_operators_make_a_tree(q: str, tree: object) -> None:
    assert parse_query(q).tree == tree


@pytest.mark.parametrize(
    ("q", "understood"),
    [
        ("airstrikes OR bombing", "airstrikes OR bombing"),
        ("airstrikes | bombing", "airstrikes OR bombing"),
        ("airstrikes|bombing||shelling", "airstrikes OR bombing OR shelling"),
        ("a b", "a AND b"),
        ("a AND b", "a AND b"),
        ("a AND b OR c d", "(a AND b) OR (c AND d)"),
        ("a (b (c d))", "a AND b AND c AND d"),
        ("(a OR (b OR c)) d", "(a OR b OR c) AND d"),
        ('(putin OR shoigu) AND NOT "red line"', '(putin OR shoigu) AND NOT "red line"'),
        ('(putin | shoigu) -“red  line”', '(putin OR shoigu) AND NOT "red line"'),
        ("Obama NOT Kerry", "Obama AND NOT Kerry"),
        ("a OR -b", "a OR NOT b"),
        ("-a", "NOT a"),
        ("-a -b", "NOT a AND NOT b"),
        ("-(a OR b)", "NOT (a OR b)"),
        ("NOT(a b)", "NOT (a AND b)"),
        ("a NOT -b", "a AND b"),
        ("a OR(b c)", "a OR (b AND c)"),
        ("(-a|-b)", "NOT a OR NOT b"),
        ("（a OR b）｜c", "a OR b OR c"),
        ('"a OR b"', '"a OR b"'),
        ('"AND" "NOT"', '"AND" AND "NOT"'),
        ("-OR a", 'NOT "OR" AND a'),
        ('a"b"(c)d', 'a AND "b" AND c AND d'),
        ("missiles, (ships).", "missiles AND ships"),
        ("()", None),
        ("() a (-!)", "a"),
        ("-() a", "a"),
        ("title:soybeans", "title:soybeans"),
        ("Title:soybeans -title:wrap", "title:soybeans AND NOT title:wrap"),
        ('title:"a b" title:-c', 'title:"a b" AND NOT title:c'),
        ("title:(a OR b*)", "title:a OR title:b"),
        ("title:title:a", "title:a"),
        ('title:"a b"~3', "title:NEAR(a b, 3)"),
        ("Su-24* Tu-16*", "Su-24* AND Tu-16*"),
        ("fish**, (ship*)", "fish* AND ship*"),
        ("NEAR(a b, 5)", "NEAR(a b, 5)"),
        ("NEAR(a,b)", "NEAR(a b, 10)"),
        ('-NEAR("a b" c,1)', 'NOT NEAR("a b" c, 1)'),
        ("NEAR(1,500 rifles)", "NEAR(1,500 rifles, 10)"),
        ("NEAR(rifles 1,500)", "NEAR(rifles 1,500, 10)"),
        ('NEAR("a)" b, 5)', 'NEAR("a" b, 5)'),
        ("attack(s) f(x)", '"attack(s" AND "f(x"'),
        ("12:30 https://x.org/a|b?c=d www.x.org/(e)", '"12:30" AND "https://x.org/a|b?c=d" AND "www.x.org/(e"'),
        ("R2-D2's C++ AT&T 50% @desk #quay", "R2-D2's AND C AND AT&T AND 50 AND desk AND quay"),
        ("who? 5*", "who AND 5"),
    ],
)  # fmt: skip
def test_a_query_is_understood(q: str, understood: str | None) -> None:
    """What was understood is a query that is understood in the same way."""
    if understood is None:
        errors_of(q)
        return
    assert parse_query(q).understood == understood
    assert parse_query(understood).understood == understood


@pytest.mark.parametrize(
    ("q", "understood", "notes"),
    [
        ("a OR", "a", ["“OR” was ignored: nothing follows that it could refer to."]),
        ("| a", "a", ["“|” was ignored: nothing precedes that it could refer to."]),
        ("a OR OR b", "a OR b", ["“OR” was ignored: nothing follows that it could refer to."]),
        ("a NOT", "a", ["“NOT” was ignored: nothing follows that it could refer to."]),
        ("(OR) a", "a", ["“OR” was ignored: nothing follows that it could refer to."]),
        ("OR", '"OR"', ["“OR” was read as a word."]),
        ("NOT (AND)", '"NOT" AND "AND"', ["“NOT” was read as a word.", "“AND” was read as a word."]),
        ("a (b", "a AND b", ["An unbalanced bracket “(” was ignored."]),
        ("a) b", "a AND b", ["An unbalanced bracket “)” was ignored."]),
        ("a or b", "a AND or AND b", ["“or” was read as a word; the operator is OR, in capitals."]),
        ("a And (b)", "a AND And AND b", ["“And” was read as a word; the operator is AND, in capitals."]),
        ("not b", "not AND b", ["“not” was read as a word; the operator is NOT, in capitals."]),
        ("or b", "or AND b", []),
        ("a or", "a AND or", []),
        ("a -or b", "a AND NOT or AND b", []),
        ('a "or" b', 'a AND "or" AND b', []),
        ("IS", "IS", ["“IS” also matches “is”, since case is ignored; actor=IS finds the name."]),
        ("is NATO", "is AND NATO", []),
        ("US, WHO", "US AND WHO", [
            "“US” also matches “us”, since case is ignored; actor=US finds the name.",
            "“WHO” also matches “who”, since case is ignored; actor=WHO finds the name.",
        ]),
        ("fi*", "fi", ["“fi*” was read as a word: a prefix needs at least 3 letters."]),
        ("*fish", "fish", ["“*” was ignored in “*fish”: only `*` at the end of a word stands for other letters."]),
        ("f*sh", '"f*sh"', ["“*” was ignored in “f*sh”: only `*` at the end of a word stands for other letters."]),
        ("wom?n", '"wom?n"', ["“?” was ignored in “wom?n”: only `*` at the end of a word stands for other letters."]),
        ("C++*", "C", ["“*” was ignored in “C++*”: only `*` at the end of a word stands for other letters."]),
        ("fish^2.5", "fish", ["“^2.5” was ignored after “fish”: words have no weights."]),
        ("fish~1", "fish", ["“~1” was ignored after “fish”: words are matched as they are written."]),
        ('"a b"^2', '"a b"', ["“^2” was ignored after a phrase; a distance is written \"a b\"~5."]),
        ('"a b"*', '"a b"', ["“*” was ignored after a phrase; a distance is written \"a b\"~5."]),
        ('"a"~5', '"a"', ["A distance was ignored: it needs two different words."]),
        ("+fish", "fish", ["“+” was ignored before “fish”: all words must occur."]),
        ("!fish", "fish", ["“!” was ignored before “fish”: write -fish to exclude a word."]),
        ("+44 -5", "44 AND NOT 5", []),
        ("source:rferl", '"source:rferl"', [
            "“source:rferl” was read as words: the only field is title:, and filters are parameters of their own."
        ]),
        ("title: fish", "title AND fish", [
            "“title:” was read as a word: write the word for the title directly after it."
        ]),
        ("/fi.*h/", '"fi.*h"', [
            "“*” was ignored in “/fi.*h/”: only `*` at the end of a word stands for other letters.",
            "“/fi.*h/” was read as words: there are no regular expressions.",
        ]),
        ("a NEAR/3 b", "a AND NEAR/3 AND b", ["“NEAR/3” was read as a word: write NEAR(a b, 5)."]),
        ("NEAR(a b", "a AND b", ["“NEAR(” has no closing bracket and was ignored."]),
        ("NEAR(a a, 5)", "a", ["A distance was ignored: it needs two different words."]),
        ("NEAR() b", "b", ["A distance was ignored: it needs two different words."]),
        ("NEAR(title:a b, 5)", "NEAR(a b, 5)", ["“title:” was ignored within NEAR; write it before NEAR."]),
        ("NEAR(a OR b, 5)", "NEAR(a b, 5)", ["“OR” was ignored within NEAR, which takes words and phrases."]),
        ("NEAR(a NEAR(b c, 2), 5)", "NEAR(a b c, 5)", [
            "“NEAR(b c, 2)” was ignored within NEAR, which takes words and phrases."
        ]),
        ('"a b', '"a b"', ["A quotation mark was not closed: the phrase extends to the end."]),
        ("mailto:a@b.c Re:x 12:30 host:8000 http://a/b", None, []),
    ],
)  # fmt: skip
def test_what_is_ignored_is_noted(q: str, understood: str | None, notes: list[str]) -> None:
    query = parse_query(q)
    assert list(query.notes) == notes
    assert understood is None or query.understood == understood


@pytest.mark.parametrize("q", ["", " ", '"', '""', "-", '-"', "!?", "…", "\0", "\ud800", "- - “”", "\u0301", "(-)"])
def test_a_query_without_a_word_is_refused(q: str) -> None:
    assert errors_of(q) == (ParameterProblem("q", q, "at least one word of letters or digits", code=ErrorCode.BLANK),)


def test_a_query_has_at_most_32_items() -> None:
    full = "a " * 16 + "-b " * 14 + "NEAR(c d) "
    parse_query(full + "- ! ''")
    q = full + "c"
    wanted = "at most 32 words and phrases, not 33, of 64 words in all, not 33"
    assert errors_of(q) == (ParameterProblem("q", q, wanted, code=ErrorCode.TOO_MANY),)


@pytest.mark.parametrize("separator", [" ", "-", "'"])
def test_a_query_has_at_most_64_words_however_they_are_joined(separator: str) -> None:
    full = separator.join("a" * 64)
    assert parse_query(f'"{full}"').tree == phrase(full)
    q = f'"{full}" b'
    wanted = "at most 32 words and phrases, not 2, of 64 words in all, not 65"
    assert errors_of(q) == (ParameterProblem("q", q, wanted, code=ErrorCode.TOO_MANY),)


def test_brackets_have_a_depth() -> None:
    assert parse_query("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH).tree == word("a")
    q = "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1)
    assert errors_of(q) == (ParameterProblem("q", q, "at most 8 brackets within each other", code=ErrorCode.TOO_MANY),)
    assert parse_query("(" * 400 + "a").understood == "a", "unbalanced ones are ignored"


def test_near_groups_are_few() -> None:
    assert errors_of("NEAR(a b) NEAR(c d) NEAR(e f)")[0].wanted == "at most 2 NEAR groups, not 3"


@pytest.mark.parametrize("distance", [0, 51, 10**20])
def test_distances_are_bounded(distance: int) -> None:
    wanted = f"a distance of 1 to 50 words, as in NEAR(a b, 5), not {distance}"
    for q in (f"NEAR(a b, {distance})", f'"a b"~{distance}'):
        assert errors_of(q) == (ParameterProblem("q", q, wanted, code=ErrorCode.OUT_OF_RANGE),)


@given(st.lists(st.text(min_size=1, max_size=6, alphabet=st.characters(categories=["L", "N"])), min_size=1, max_size=8))
def test_plain_words_are_required_as_typed(texts: list[str]) -> None:
    assert parse_query(" ".join(f"x{text}" for text in texts)).understood == " AND ".join(f"x{text}" for text in texts)


@given(HOSTILE)
def test_every_query_is_understood_or_refused(q: str) -> None:
    """What was understood is a query that is understood in the same way."""
    try:
        query = parse_query(q)
    except InvalidRequestError:
        return
    assert parse_query(query.understood).understood == query.understood
