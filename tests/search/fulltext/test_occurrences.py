"""Where the leaves of text queries occur in texts."""

import pytest

from app.search.fulltext import occurrences
from app.search.fulltext.occurrences import SearchedText, find_leaves
from app.text.query_parser import parse_query
from app.text.query_tree import leaves
from app.text.tokenizer import Token


def spans(text: str, q: str) -> list[str]:
    """Return the pieces of a text in which the only leaf of a query occurs."""
    (leaf,) = leaves(parse_query(q).tree)
    return [text[start:end] for start, end in SearchedText(text).spans(leaf)]


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


def test_joined_forms_are_occurrences_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of the text and of the word, but not of a phrase."""

    def joined(text: str) -> list[Token]:
        return [Token("daesh", at, at + 6) for at in range(len(text)) if text.startswith("Da'esh", at)]

    monkeypatch.setattr(occurrences, "joined", joined)
    occurrences._joined_forms_of.cache_clear()
    text = "Da'esh or Daesh"
    assert spans(text, "Daesh") == spans(text, "Da'esh") == ["Da'esh", "Daesh"]
    assert spans(text, '"Daesh"') == ["Daesh"]
    occurrences._joined_forms_of.cache_clear()


def test_a_leaf_of_the_title_occurs_in_the_title_only() -> None:
    tree = parse_query("title:ship OR port OR port").tree
    found = find_leaves(leaves(tree), {"title": "Ship", "text": "Ship in port"})
    assert [[(leaf.value, start, end) for leaf, start, end in own] for own in found.values()] == [
        [("title:ship", 0, 4)],
        [("port", 8, 12)],
    ]


def test_no_leaves_occur_nowhere() -> None:
    assert find_leaves([], {"title": "Ship"}) == {"title": []}
