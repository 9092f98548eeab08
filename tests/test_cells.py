"""Cells of CSV: formulas are guarded, lists joined, and both are read back as they were."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cells import guard_formula, hides_formula, join_texts, split_texts, unguard_formula

# Made mostly of what has a meaning in cells, so that short texts combine it.
TEXTS = st.lists(st.sampled_from(["'", "=", "@", "-", "\u200b", "＋", "\\", ";", " ", "; ", "a", "\n"])).map("".join)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("''\u200b@x", "'''\u200b@x"),
        ("'Tis the season", "'Tis the season"),
        ("''", "''"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_only_a_formula_and_what_looks_like_a_guarded_one_is_guarded(text: str, cell: str) -> None:
    assert (guard_formula(text), unguard_formula(cell)) == (cell, text)


@given(TEXTS)
def test_a_guard_comes_off_again(text: str) -> None:
    assert unguard_formula(guard_formula(text)) == text


@given(st.lists(st.sampled_from([";", "|", "\t", " ", "\u200b", "=", "−", "a", "\n"])).map("".join))
def test_a_formula_hides_after_any_separator(text: str) -> None:
    pieces = re.split(r"[;|\t]", text.replace("\u200b", " "))
    assert hides_formula(text) == any(piece.lstrip().startswith(("=", "−")) for piece in pieces[1:])


@pytest.mark.parametrize("piece", ["\t", "\t ", ";", ";a", "a"])
def test_long_texts_are_searched_for_formulas_once(piece: str) -> None:
    """Each separator was the start of a search through the rest of the white space: this took hours."""
    assert not hides_formula(piece * 1_000_000)
    assert hides_formula(piece * 1_000_000 + ";=")


@pytest.mark.parametrize(
    ("texts", "cell"),
    [
        ([], ""),
        (["Ann Lee"], "Ann Lee"),
        (["Ann Lee", "Bo Ek"], "Ann Lee; Bo Ek"),
        (["https://a.example/;s=1", "https://a.example/2"], "https://a.example/;s=1; https://a.example/2"),
        (["Lee; Ek", "Bo"], r"Lee\; Ek; Bo"),
        (["a\\", "b\\c"], r"a\\; b\c"),
        ([r"a\; b"], r"a\\\; b"),
        (["a;", "b"], "a;; b"),
    ],
)
def test_a_list_is_joined_and_split(texts: list[str], cell: str) -> None:
    assert (join_texts(texts), split_texts(cell)) == (cell, texts)


@given(st.lists(TEXTS.filter(bool)))
def test_a_joined_list_is_split_into_the_same_texts(texts: list[str]) -> None:
    assert split_texts(join_texts(texts)) == texts


@given(TEXTS)
def test_any_cell_can_be_split(cell: str) -> None:
    assert "".join(split_texts(cell)).replace("\\", "").replace("; ", "") == cell.replace("\\", "").replace("; ", "")
