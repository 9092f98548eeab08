"""JSON bodies of searches as the pairs of a query."""

import json

import pytest

from app.errors import InvalidRequestError
from app.http.posted_search import MAX_POSTED_VALUES, WANTED_UNICODE, WANTED_VALUE, body_pairs
from app.http.request_url import WANTED_NO_NUL

Pairs = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{}", []),
        ('{"q": "ships"}', [("q", "ships")]),
        ('{"actor": "a"}', [("actor", "a")]),
        ('{"actor": ["a"]}', [("actor", "a")]),
        ('{"actor": ["a", "b"], "limit": 5}', [("actor", "a"), ("actor", "b"), ("limit", "5")]),
        ('{"actor": [], "q": null, "limit": null}', []),
        ('{"members": true, "explain": false}', [("members", "true"), ("explain", "false")]),
        ('{"limit": "5", "members": "true"}', [("limit", "5"), ("members", "true")]),
        ('{"from": 2015, "limit": 1.0, "q": -1e3}', [("from", "2015"), ("limit", "1.0"), ("q", "-1e3")]),
        (f'{{"limit": {"9" * 5000}}}', [("limit", "9" * 5000)]),
        ('{"fields": ["id", "title"]}', [("fields", "id,title")]),
        ('{"fields": "id,title"}', [("fields", "id,title")]),
        ('{"fields": []}', []),
        ('{"fields": [1, "id"]}', [("fields", "1,id")]),
        ('{"q": ["a", "b"]}', [("q", "a"), ("q", "b")]),
        ('{"actor": "a", "actor": "b"}', [("actor", "a"), ("actor", "b")]),
        (r'{"q": "\ud83d\udea2 caf\u00e9"}', [("q", "\U0001f6a2 café")]),
        (' \n{"q": "café"}\n', [("q", "café")]),
    ],
)
def test_a_body_has_the_pairs_of_a_query(body: str, expected: Pairs) -> None:
    assert [(pair.name, pair.value) for pair in body_pairs(body.encode())] == expected
    assert {pair.wanted for pair in body_pairs(body.encode())} <= {None}


@pytest.mark.parametrize(
    ("body", "name", "value", "wanted"),
    [
        ('{"actor": {"id": "a"}}', "actor", "{…}", WANTED_VALUE),
        ('{"actor": [["a"]]}', "actor", "[…]", WANTED_VALUE),
        ('{"actor": ["a", null]}', "actor", "null", WANTED_VALUE),
        ('{"fields": ["id", null]}', "fields", "null", WANTED_VALUE),
        (r'{"q": "a\u0000b"}', "q", "a\0b", WANTED_NO_NUL),
        (r'{"a\u0000b": "q"}', "a\0b", "q", WANTED_NO_NUL),
        (r'{"q": "\ud800"}', "q", r"\ud800", WANTED_UNICODE),
        (r'{"\udfff": "a"}', r"\udfff", "a", WANTED_UNICODE),
    ],
)
def test_a_value_that_no_query_could_have_says_what_is_wanted(body: str, name: str, value: str, wanted: str) -> None:
    pair = body_pairs(body.encode())[-1]
    assert (pair.name, pair.value, pair.wanted) == (name, value, wanted)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"", "valid JSON (expecting value at line 1 column 1)"),
        (b"q=ships", "valid JSON (expecting value at line 1 column 1)"),
        (b'{"q": ', "valid JSON (expecting value at line 1 column 7)"),
        (b'{"q": "a"} x', "valid JSON (extra data at line 1 column 12)"),
        (b'{"q": "\xff"}', "valid JSON in UTF-8, without NaN and Infinity"),
        ('{"q": "a"}'.encode("utf-16"), "valid JSON in UTF-8, without NaN and Infinity"),
        (b'{"limit": NaN}', "valid JSON in UTF-8, without NaN and Infinity"),
        (b"[]", "a JSON object"),
        (b'"q"', "a JSON object"),
        (b"null", "a JSON object"),
        (b'{"q": ' + b"[" * 100_000, "JSON without nested lists"),
    ],
)
def test_a_body_that_is_not_an_object_is_refused(body: bytes, wanted: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        body_pairs(body)
    (error,) = refusal.value.errors
    assert (error.parameter, error.wanted) == ("body", wanted)


def test_all_lists_together_have_at_most_5000_values() -> None:
    lists = {"actor": ["a"] * (MAX_POSTED_VALUES - 1), "source": ["b"], "limit": 20}
    assert len(body_pairs(json.dumps(lists).encode())) == MAX_POSTED_VALUES + 1
    with pytest.raises(InvalidRequestError, match="“5,001 values”: expected lists of at most 5,000 values in all"):
        body_pairs(json.dumps({**lists, "place": ["c"]}).encode())
