"""Query strings, parsed from bytes."""

from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.request_url import WANTED_NO_NUL, WANTED_UTF8, QueryPair, parse_pairs, with_parameter, without_parameters

# Surrogates cannot be encoded; NUL is refused.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"a=1", [QueryPair("a", "1")]),
        (b"a=1&b=2&a=3", [QueryPair("a", "1"), QueryPair("b", "2"), QueryPair("a", "3")]),
        (b"&&a=1&", [QueryPair("a", "1")]),
        (b"a", [QueryPair("a", "")]),
        (b"=1", [QueryPair("", "1")]),
        (b"a=b=c", [QueryPair("a", "b=c")]),
        (b"a=x+y%20z", [QueryPair("a", "x y z")]),
        (b"q=100%&r=%zz", [QueryPair("q", "100%"), QueryPair("r", "%zz")]),
        (b"q=%D0%BC", [QueryPair("q", "м")]),
        (b"q=%ff", [QueryPair("q", "%ff", WANTED_UTF8)]),
        (b"q=%ED%A0%80", [QueryPair("q", "%ED%A0%80", WANTED_UTF8)]),
        (b"q=\xd0\xbc", [QueryPair("q", "\ufffd\ufffd", WANTED_UTF8)]),
        (b"%ff=1", [QueryPair("%ff", "1", WANTED_UTF8)]),
        (b"q=a%00", [QueryPair("q", "a\0", WANTED_NO_NUL)]),
        (b"%00=1", [QueryPair("\0", "1", WANTED_NO_NUL)]),
    ],
)
def test_a_query_is_parsed_pair_by_pair(query: bytes, pairs: list[QueryPair]) -> None:
    assert parse_pairs(query) == pairs


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_what_a_client_encodes_is_decoded(pairs: list[tuple[str, str]]) -> None:
    expected = [QueryPair(name, value) for name, value in pairs]
    assert parse_pairs(urlencode(pairs, quote_via=quote_plus).encode()) == expected


@given(st.binary(max_size=60))
def test_valid_text_is_parsed_like_the_framework_does(query: bytes) -> None:
    pairs = parse_pairs(query)
    if not any(pair.wanted for pair in pairs):
        assert [(p.name, p.value) for p in pairs] == parse_qsl(query.decode("latin-1"), keep_blank_values=True)


@given(st.lists(st.tuples(TEXT, TEXT)), TEXT)
def test_a_parameter_is_replaced(pairs: list[tuple[str, str]], value: str) -> None:
    query = urlencode([*pairs, ("cursor", "old"), ("at", "1")]).encode()
    others = [QueryPair(name, text) for name, text in pairs if name != "cursor"]
    assert parse_pairs(with_parameter(query, "cursor", value).encode()) == [
        *others,
        QueryPair("at", "1"),
        QueryPair("cursor", value),
    ]


@pytest.mark.parametrize(
    ("query", "remaining"),
    [
        (b"", ""),
        (b"cursor=x", ""),
        (b"&&a=1&%63ursor=x&b=2&cursor=y&", "a=1&b=2"),
        (b"q=<a>%3C&limit=3&at=1&limits=4", "q=%3Ca%3E%3C&at=1&limits=4"),
    ],
)
def test_parameters_are_removed(query: bytes, remaining: str) -> None:
    assert without_parameters(query, "cursor", "limit") == remaining


def test_a_query_is_valid_in_a_header() -> None:
    """There, an angle bracket would end the reference."""
    assert with_parameter(b'q=<a>%3C"&c%75rsor=x&&r=%', "cursor", "y>") == "q=%3Ca%3E%3C%22&r=%&cursor=y%3E"
