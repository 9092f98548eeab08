"""Where the leaves of text queries occur in texts."""

import pytest
from hypothesis import given, settings

from app.search.fulltext.occurrences import SearchedText, find_leaves
from app.text.query_parser import parse_query
from app.text.query_tree import Term, leaves
from app.text.tokenizer import words
from tests.contract.strategies import bounded
from tests.text.test_tokenizer import TEXTS


def spans(text: str, q: str) -> list[str]:
    """Return the pieces of a text in which the only leaf of a query occurs."""
    (leaf,) = leaves(parse_query(q).tree)
    return [text[start:end] for start, end in SearchedText(text).spans(leaf)]


@pytest.mark.parametrize(
    ("field", "item", "expected"),
    [
        ("Élan de\u0301ja\u0300-vu \u0301x", "deja VU", [(5, 14)]),
        ("a a a b a a", "a a", [(0, 5), (8, 11)]),
        ("a a b", "a", [(0, 1), (2, 3)]),
        ("\u0301x", "x", [(1, 2)]),
        ("air-strike, airstrike, air strike", "airstrike", [(0, 10), (12, 21)]),
        ("air-strike, airstrike, air strike", "air-strike", [(0, 10), (12, 21), (23, 33)]),
        ("一架苏-24战机", "苏24", [(2, 6)]),
        ("一架苏-24战机", "24战", [(4, 7)]),
        ("東京の東", "東", [(0, 1), (3, 4)]),
        ("東京の東", "京", [(1, 2)]),
        ("東京東京", "東京", [(0, 2), (2, 4)]),
        ("a c 股市", "a b股", []),
        ("cafe\u0301\u200b cafe\u200b", "cafe", [(0, 5), (7, 11)]),
    ],
)
def test_spans_are_places_in_the_stored_text(field: str, item: str, expected: list[tuple[int, int]]) -> None:
    """Spans include accents; occurrences that share a word are joined."""
    assert SearchedText(field).spans(Term("word", item)) == expected


@settings(bounded, max_examples=200)
@given(before=TEXTS, text=TEXTS, after=TEXTS)
def test_a_text_is_found_in_a_longer_one(before: str, text: str, after: str) -> None:
    """As a phrase that ends where it ends."""
    if words(text):
        found = SearchedText(f"{before} {text} {after}").spans(Term("phrase", text))
        assert any(start <= len(before) + 1 + len(text) and end > len(before) for start, end in found)


@pytest.mark.parametrize(
    ("text", "q", "expected"),
    [
        ("Ship, ships and SHIP", "ship", ["Ship", "SHIP"]),
        ("Élan de\u0301ja\u0300-vu", "deja-VU", ["de\u0301ja\u0300-vu"]),
        ("a b c a b", '"a b"', ["a b", "a b"]),
        ("a a a b a a", '"a a"', ["a a a", "a a"]),
        ("a b", '"b a"', []),
        ("Fish, fishing, fisher-folk, fi", "fish*", ["Fish", "fishing", "fisher"]),
        ("Su-24M and su 24, Su-2", "Su-24*", ["Su-24M", "su 24"]),
        ("24x Su-24x", "Su-24*", ["Su-24x"]),
        ("a x b x x x a", "NEAR(a b, 1)", ["a", "b"]),
        ("a x b x x x a", "NEAR(a b, 3)", ["a", "b", "a"]),
        ("a x b", "NEAR(b a, 1)", ["a", "b"]),
        ("a x b", '"b a"~1', ["a", "b"]),
        ("a x x b", "NEAR(a b, 1)", []),
        ("a b x c b", 'NEAR("b c" a, 5)', []),
        ("a b x b c", 'NEAR("b c" a, 2)', ["a", "b c"]),
        ("a b", "NEAR(a z, 5)", []),
        ("one two three", 'NEAR("one two" "two three", 1)', ["one two three"]),
        ("cod and fishing", "NEAR(fish* cod, 1)", ["cod", "fishing"]),
    ],
)
def test_a_leaf_occurs_in_these_places(text: str, q: str, expected: list[str]) -> None:
    assert spans(text, q) == expected


def test_joined_forms_are_occurrences_of_words() -> None:
    """Both of the text and of the word, but not of a phrase."""
    text = "Da'esh or Daesh"
    assert spans(text, "Daesh") == spans(text, "Da'esh") == ["Da'esh", "Daesh"]
    assert spans(text, "Daes*") == spans(text, "Da'es*") == ["Da'esh", "Daesh"]
    assert spans(text, '"Daesh"') == ["Daesh"]


def test_a_leaf_of_the_title_occurs_in_the_title_only() -> None:
    tree = parse_query("title:ship OR port OR port").tree
    found = find_leaves(leaves(tree), {"title": "Ship", "text": "Ship in port"})
    assert [[(leaf.value, start, end) for leaf, start, end in own] for own in found.values()] == [
        [("title:ship", 0, 4)],
        [("port", 8, 12)],
    ]


def test_no_leaves_occur_nowhere() -> None:
    assert find_leaves([], {"title": "Ship"}) == {"title": []}
