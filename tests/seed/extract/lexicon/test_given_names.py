"""The list of given names: membership, gender, and what the file that ships promises."""

import pytest

from seed.extract.lexicon.given_names import GivenNames, load_given_names

NAMES = GivenNames("# a comment with anna.f in it\nada.f adam.m adrian.\nbo.m\n")


@pytest.mark.parametrize("name", ["ada", "adam", "adrian", "bo"])
def test_listed_names_are_known(name: str) -> None:
    assert name in NAMES


@pytest.mark.parametrize("name", ["ad", "ada.f", "adama", "dam", "anna", "", "b", 7])
def test_parts_of_the_file_and_other_values_are_no_names(name: object) -> None:
    assert name not in NAMES


def test_a_gender_is_known_where_nearly_all_bearers_share_it() -> None:
    assert [NAMES.gender(name) for name in ("ada", "adam", "adrian", "bo", "anna")] == ["f", "m", None, "m", None]


def test_the_names_are_counted() -> None:
    assert len(NAMES) == 4


def test_the_list_that_ships_has_tens_of_thousands_of_names_and_no_common_words() -> None:
    names = load_given_names()
    assert len(names) > 40_000
    assert all(name in names for name in ("volodymyr", "xiomara", "siobhan", "ayse"))
    assert not any(name in names for name in ("will", "hope", "may", "china", "washington", "said"))
    assert [names.gender(name) for name in ("angela", "viktor", "robin")] == ["f", "m", None]
