"""The key of a person's name, in texts and in parameters."""

import pytest

from app.text.person_names import has_family_name_first, id_slug, name_key, person_key, words_of


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("John Q. Smith Jr.", ("john", "smith")),
        ("Haider al-Abadi", ("haider", "abadi")),
        ("Haider Al Abadi", ("haider", "abadi")),
        ("Ash Carter", ("ash", "carter")),
        ("Ash-Sharif", ("sharif",)),
        ("Şükrü Ünal", ("sukru", "unal")),
        ("J. R.", ()),
    ],
)
def test_a_key_has_what_all_spellings_share(name: str, key: tuple[str, ...]) -> None:
    assert person_key(name) == key


def test_words_that_stand_apart_have_a_key_too() -> None:
    assert name_key(words_of(["john", "q.", "smith"])) == ("john", "smith")


def test_a_slug_has_letters_of_every_script() -> None:
    assert id_slug("Łódź & Иванов") == "lodz-иванов"


@pytest.mark.parametrize(
    ("name", "is_first"),
    [
        ("xi jinping", True),
        ("lai ching te", True),
        ("kim jong un", True),
        ("xi", False),
        ("john smith", False),
        ("kim kardashian", False),
        ("lee ann mary jane sue", False),
    ],
)
def test_family_names_of_east_asia_come_first_before_its_given_names(name: str, *, is_first: bool) -> None:
    assert has_family_name_first(name.split()) is is_first
