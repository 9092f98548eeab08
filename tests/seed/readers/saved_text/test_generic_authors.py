"""Values in the place of an author that name no person: offices, and news agencies, which become a detail."""

import pytest

from seed.readers.saved_text.generic_authors import agencies_among, agencies_in, is_generic_author, without_agencies


@pytest.mark.parametrize(
    "name",
    [
        *(
            "admin",
            "user1",
            "-",
            "Web Desk",
            "Entertainment Desk",
            "Staff Reporter",
            "HT Correspondent",
            "Our Correspondents",
        ),
        *("Our Special Correspondent", "Redaktion", "Sportredaktion", "Redaktion der Gazette", "La rédaction"),
        *("Redacción Digital", "Редакция сайта", "По материалам открытых источников", "With agency inputs", "编辑部"),
    ],
)
def test_words_that_name_nobody(name: str) -> None:
    assert is_generic_author(name)
    assert agencies_in(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "Ada Byrne",
        "Ani",
        "Uni Byrne",
        "Ada Desk-Byrne",
        "Redacción de Ana López",
        "Ana Petra",
        "with Ada Byrne",
        "x" * 200,
    ],
)
def test_a_person_is_neither(name: str) -> None:
    assert not is_generic_author(name)
    assert agencies_in(name) is None


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        ("ANI", "ANI"),
        ("afp", "afp"),
        ("(AFP)", "AFP"),
        ("Reuters", "Reuters"),
        ("REUTERS", "REUTERS"),
        ("By The Associated Press", "The Associated Press"),
        ("Agence France-Presse (AFP)", "Agence France-Presse (AFP)"),
        ("PTI/ANI", "PTI/ANI"),
        ("dpa und AFP", "dpa und AFP"),
        ("Mit Material von dpa", "dpa"),
        ("По материалам РИА Новости и ТАСС", "РИА Новости и ТАСС"),
        ("Источник: Интерфакс", "Интерфакс"),
        ("Express News Service", "Express News Service"),
        ("Kyiv News Agency", "Kyiv News Agency"),
        ("Agencies", "Agencies"),
        ("وكالات", "وكالات"),
        ("с использованием материалов ТАСС", "ТАСС"),
        ("(dpa)", "dpa"),
        ("新华社", "新华社"),
        ("", None),
        ("Reuters and Ada Byrne", None),
    ],
)
def test_agencies_are_known_by_name(text: str, agencies: str | None) -> None:
    assert agencies_in(text) == agencies


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Ada Byrne (AFP)", "Ada Byrne"),
        ("ANI, Ada Byrne", "Ada Byrne"),
        ("RFE/RL mit AFP", "RFE/RL"),
        ("Ada Byrne, Reuters and Jo Li", "Ada Byrne and Jo Li"),
        ("AFP", ""),
    ],
)
def test_what_is_left_without_agencies(text: str, rest: str) -> None:
    assert without_agencies(text) == rest


def test_agencies_next_to_names() -> None:
    assert agencies_among("Ada Byrne, ANI and Reuters") == "ANI, Reuters"
    assert agencies_among("Ada Byrne (AFP)") == "AFP"
    assert agencies_among("Ada Byrne") == ""
