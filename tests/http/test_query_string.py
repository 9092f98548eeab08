"""Query strings as bytes."""

from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.query_string import NOT_TEXT, NUL, Pair, read_pairs, with_parameter, without

# Surrogates are no text and cannot be encoded; NUL is refused.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"a=1", [Pair("a", "1")]),
        (b"a=1&b=2&a=3", [Pair("a", "1"), Pair("b", "2"), Pair("a", "3")]),
        (b"&&a=1&", [Pair("a", "1")]),
        (b"a", [Pair("a", "")]),
        (b"=1", [Pair("", "1")]),
        (b"a=b=c", [Pair("a", "b=c")]),
        (b"a=x+y%20z", [Pair("a", "x y z")]),
        (b"q=100%&r=%zz", [Pair("q", "100%"), Pair("r", "%zz")]),
        (b"q=%D0%BC", [Pair("q", "м")]),
        (b"q=%ff", [Pair("q", "%ff", NOT_TEXT)]),
        (b"q=%ED%A0%80", [Pair("q", "%ED%A0%80", NOT_TEXT)]),
        (b"q=\xd0\xbc", [Pair("q", "\ufffd\ufffd", NOT_TEXT)]),
        (b"%ff=1", [Pair("%ff", "1", NOT_TEXT)]),
        (b"q=a%00", [Pair("q", "a\0", NUL)]),
        (b"%00=1", [Pair("\0", "1", NUL)]),
    ],
)
def test_a_query_is_read_pair_by_pair(query: bytes, pairs: list[Pair]) -> None:
    assert read_pairs(query) == pairs


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_whatever_a_client_encodes_comes_back(pairs: list[tuple[str, str]]) -> None:
    expected = [Pair(name, value) for name, value in pairs]
    assert read_pairs(urlencode(pairs, quote_via=quote_plus).encode()) == expected


@given(st.binary(max_size=60))
def test_what_is_text_is_read_as_the_framework_reads_it(query: bytes) -> None:
    pairs = read_pairs(query)
    if not any(pair.fault for pair in pairs):
        assert [(p.name, p.value) for p in pairs] == parse_qsl(query.decode("latin-1"), keep_blank_values=True)


@given(st.lists(st.tuples(TEXT, TEXT)), TEXT)
def test_a_parameter_is_put_in_place_of_what_it_was(pairs: list[tuple[str, str]], value: str) -> None:
    query = urlencode([*pairs, ("cursor", "old"), ("at", "1")]).encode()
    others = [Pair(name, text) for name, text in pairs if name != "cursor"]
    assert read_pairs(with_parameter(query, "cursor", value).encode()) == [
        *others,
        Pair("at", "1"),
        Pair("cursor", value),
    ]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (b"", ""),
        (b"cursor=x", ""),
        (b"&&a=1&%63ursor=x&b=2&cursor=y&", "a=1&b=2"),
        (b"q=<a>%3C&limit=3&at=1&limits=4", "q=%3Ca%3E%3C&at=1&limits=4"),
    ],
)
def test_parameters_are_left_out(query: bytes, left: str) -> None:
    assert without(query, "cursor", "limit") == left


def test_a_query_is_valid_wherever_it_stands() -> None:
    """In a header an angle bracket would end the reference."""
    assert with_parameter(b'q=<a>%3C"&c%75rsor=x&&r=%', "cursor", "y>") == "q=%3Ca%3E%3C%22&r=%&cursor=y%3E"
