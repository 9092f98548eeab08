"""The marks of the articles with known names and speakers, and what is wrong with a mark."""

from collections import Counter

import pytest

from tests.seed.extract.marked_articles import (
    STATEMENTS,
    TYPES,
    TrueMention,
    TrueStatement,
    parse_article,
    read_articles,
)

HEAD = "kind: agency\nscript: Latin\nblind: no\n"


def test_marks_become_spans_of_the_text_without_marks() -> None:
    article = parse_article(
        "a",
        f"{HEAD}title: [[Oslo|place=]] waits\n---\n"
        "“{{quotation|Ada Holm/she|We [[Su-24~ jets|weapon]] fly}},” she\n",
    )
    assert (article.title, article.text) == ("Oslo waits", "“We Su-24 jets fly,” she")
    assert (article.kind, article.script, article.is_blind) == ("agency", "Latin", False)
    assert article.mentions == (
        TrueMention("title", 0, 4, 4, "Oslo", frozenset({"place"}), ("Oslo",), is_optional=False),
        TrueMention("text", 4, 14, 9, "Su-24 jets", frozenset({"weapon"}), (), is_optional=False),
    )
    assert article.statements == (TrueStatement("text", 1, 18, "We Su-24 jets fly", "quotation", ("Ada Holm", "she")),)


def test_a_name_has_several_types_and_entities_or_is_optional() -> None:
    article = parse_article("a", f"{HEAD}---\n[[Rome|state/place=Italy/Rome]] [[VAT|?]] [[X|media?=Twitter]]")
    assert [(mention.types, mention.entities, mention.is_optional) for mention in article.mentions] == [
        (frozenset({"state", "place"}), ("Italy", "Rome"), False),
        (frozenset(), (), True),
        (frozenset({"media"}), ("Twitter",), True),
    ]


def test_statements_nest_and_leave_their_quotation_marks_out() -> None:
    article = parse_article("a", f"{HEAD}---\n{{{{partial|A|“so {{{{quotation||‘Go’}}}} now,”}}}}")
    assert article.text == "“so ‘Go’ now,”"
    assert [(statement.text, statement.start, statement.speakers) for statement in article.statements] == [
        ("so ‘Go’ now,", 1, ("A",)),
        ("Go", 5, ()),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[Oslo|city]]", "a: 'Oslo' has an unknown type: 'city'"),
        ("[[Oslo|]]", "a: 'Oslo' has an unknown type: ''"),
        ("[[Oslo]]", "a: this has half a mark: '[[Oslo]]'"),
        ("{{said|A|so}}", "a: 'said' is no kind of statement"),
        ("so}} it is", "a: a statement ends that did not begin, before ' it is'"),
        ("{{partial|A|so it is", "a: a statement does not end: 'so it is'"),
    ],
)
def test_a_wrong_mark_is_named(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"^a: ") as error:
        parse_article("a", f"{HEAD}---\n{text}")
    assert str(error.value) == problem


def test_the_articles_are_many_and_of_all_kinds() -> None:
    articles = read_articles()
    mentions = [mention for article in articles for mention in article.mentions]
    statements = [statement for article in articles for statement in article.statements]
    assert len(articles) >= 60
    assert sum(article.is_blind for article in articles) >= 35
    assert {article.script for article in articles} == {"Latin", "Cyrillic", "Arabic", "Hebrew", "Chinese"}
    assert {article.kind for article in articles} == {
        "agency",
        "blog",
        "broadcaster",
        "ordinary",
        "statement",
        "transcript",
        "translation",
    }
    assert set().union(*(mention.types for mention in mentions)) == TYPES
    assert min(Counter(statement.kind for statement in statements)[kind] for kind in STATEMENTS) >= 20
    assert all(mention.text == mention.text.strip() for mention in mentions)
    assert all(statement.text for statement in statements)
