"""Titles before and after names."""

from pathlib import Path

import pytest
import yaml

import seed
from app.text.folding import fold_name
from app.text.titles import LINKS, QUALIFIERS, TITLE_WORDS, WORD, is_title, title_ends, without_trailing_title

TITLES = Path(seed.__file__).parent / "lexicon" / "titles.yaml"


def is_owner(name: str) -> bool:
    return name in {"russia", "us", "white house"}


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("president ann lee", [1]),
        ("foreign minister lee", [2]),
        ("secretary of state lee", [1, 3]),
        ("president of russia ann lee", [1, 3]),
        ("white house press secretary lee", [4]),
        ("us secretary of state lee", [2, 4]),
        ("russia lee", []),
        ("first lee", []),
        ("ann lee", []),
        ("president", []),
        ("white", []),
    ],
)
def test_titles_end_before_the_name(text: str, ends: list[int]) -> None:
    assert list(title_ends(text.split(), is_owner)) == ends


@pytest.mark.parametrize(
    ("text", "expected"),
    [("president of russia", True), ("jr", True), ("phd", True), ("ann", False), ("", False), ("secretary of", False)],
)
def test_what_is_nothing_but_a_title(text: str, expected: bool) -> None:
    assert is_title(text.split(), is_owner) is expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ann lee jr", ["ann", "lee"]),
        ("erdogan bey", ["erdogan"]),
        ("jr", ["jr"]),
        ("普京总统", ["普京"]),
        ("总统", ["总统"]),
        ("ann lee", ["ann", "lee"]),
    ],
)
def test_trailing_titles_are_dropped(text: str, name: list[str]) -> None:
    assert list(without_trailing_title(text.split())) == name


def test_the_titles_of_the_lexicon_are_known() -> None:
    """The vocabulary of searches has every word of the phrases that the extractor knows."""
    phrases = [phrase for group in yaml.safe_load(TITLES.read_text("utf-8")).values() for phrase in group]
    words = {word for phrase in phrases for word in WORD.findall(fold_name(str(phrase))) if len(word) > 1}
    assert words - TITLE_WORDS - QUALIFIERS - LINKS == set()


def test_no_initial_is_a_title() -> None:
    assert [word for word in TITLE_WORDS | QUALIFIERS | LINKS if len(word) == 1 and word.isascii()] == []
