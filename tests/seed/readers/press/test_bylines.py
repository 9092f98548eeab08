"""Persons and agencies in bylines of press databases."""

import pytest

from seed.readers.press.bylines import Byline, read_byline

OUTLETS = {"the norland post", "norland post"}


def read(text: str, language: str | None = None) -> Byline:
    """Return what the byline of an article of The Norland Post says."""
    return read_byline(text, lambda name: name.lower() in OUTLETS, language)


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("Ada Byrne", ["Ada Byrne"]),
        ("By ADA BYRNE", ["ADA BYRNE"]),
        ("Von Ada Byrne und Jo Li", ["Ada Byrne", "Jo Li"]),
        ("Par Ada Byrne, à Sula", ["Ada Byrne"]),
        ("door Ada Byrne en Jo Li", ["Ada Byrne", "Jo Li"]),
        ("Ada Byrne y Jo Li", ["Ada Byrne", "Jo Li"]),
        ("Ada Byrne;Jo Li;Keith L. Alexander", ["Ada Byrne", "Jo Li", "Keith L. Alexander"]),
        ("Ada Byrne in Sula and Jo Li in Norhaven", ["Ada Byrne", "Jo Li"]),
        ("ADA BYRNE - SULA", ["ADA BYRNE"]),
        ("Ada Byrne (Norhaven)", ["Ada Byrne"]),
        ("Ada Byrne, Norhaven", ["Ada Byrne"]),
        ("By Ada Byrne, abyrne@post.example", ["Ada Byrne"]),
        ("Ada Byrne and Jo Li, Staff Writers", ["Ada Byrne", "Jo Li"]),
        ("BY ADA BYRNE POLITICAL EDITOR", ["ADA BYRNE"]),
        ("By Staff Reporter Ada Byrne", ["Ada Byrne"]),
        ("De notre correspondante Ada Byrne", ["Ada Byrne"]),
        ("By Ada Byrne Special to The Norland Post", ["Ada Byrne"]),
        ("Ada Byrne Norland Post", ["Ada Byrne"]),
        ("Ada Byrne of The Norland Post", ["Ada Byrne"]),
        ("Byrne, Ada", ["Ada Byrne"]),
        ("Byrne, Ada Maria; Li, Jo", ["Ada Maria Byrne", "Jo Li"]),
        ("From Ada Byrne in Sula", ["Ada Byrne"]),
        ("Exclusive by Ada Byrne", ["Ada Byrne"]),
        ("The Norland Post", []),
        ("From Staff Reports", []),
        ("Redaktion", []),
    ],
)
def test_persons_are_authors(text: str, authors: list[str]) -> None:
    assert read(text) == Byline(tuple(authors))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reuters", Byline(agency="Reuters")),
        ("By The Associated Press", Byline(agency="The Associated Press")),
        ("Ada Byrne, AP Business Writer", Byline(("Ada Byrne",), "AP")),
        ("AP/Reuters", Byline(agency="AP; Reuters")),
        ("Norland News Agency", Byline(agency="Norland News Agency")),
        ("dpa/aby", Byline(agency="dpa", unread=("aby",))),
        ("Byrne, London", Byline(unread=("Byrne", "London"))),
        ("Review by Critics", Byline(unread=("Review by Critics",))),
        ("Daily Quay Reporter", Byline(unread=("Daily Quay Reporter",))),
        ("The Editors", Byline(unread=("The Editors",))),
        ("Ada Byrne; Jo Li contributed reporting.", Byline(("Ada Byrne",), "", ("Jo Li contributed reporting",))),
        ("", Byline()),
        ("a" * 1_001, Byline(unread=("a" * 1_001,))),
    ],
)
def test_agencies_and_the_rest_are_apart(text: str, expected: Byline) -> None:
    assert read(text) == expected


def test_words_for_by_of_another_language_are_names() -> None:
    assert read("Von Ada Byrne", "de").authors == ("Ada Byrne",)
    assert read("Par Ada Byrne", "de").authors == ("Par Ada Byrne",)
