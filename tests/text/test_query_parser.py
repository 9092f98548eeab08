"""Text queries: a table of parsed queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRequestError, ParameterProblem
from app.text.query_parser import TextQuery, parse_query


def errors_of(q: str) -> tuple[ParameterProblem, ...]:
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
    assert errors_of(q) == (ParameterProblem("q", q, "at least one word of letters or digits"),)


def test_a_query_has_at_most_32_items() -> None:
    full = "a " * 16 + "-b " * 16
    assert len(parse_query(full).required) == len(parse_query(full + "- ! ''").excluded) == 16
    q = full + "c"
    wanted = "at most 32 words and phrases, not 33, of 64 words in all, not 33"
    assert errors_of(q) == (ParameterProblem("q", q, wanted),)


@pytest.mark.parametrize("separator", [" ", "-", "'"])
def test_a_query_has_at_most_64_words_however_they_are_joined(separator: str) -> None:
    full = separator.join("a" * 64)
    assert parse_query(f'"{full}"').required == (full,)
    q = f'"{full}" b'
    wanted = "at most 32 words and phrases, not 2, of 64 words in all, not 65"
    assert errors_of(q) == (ParameterProblem("q", q, wanted),)


@given(st.lists(st.text(min_size=1, alphabet=st.characters(categories=["L", "N"])), min_size=1, max_size=32))
def test_plain_words_are_required_as_typed(words: list[str]) -> None:
    assert parse_query(" ".join(words)) == TextQuery(tuple(words))
