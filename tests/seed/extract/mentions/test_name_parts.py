"""Names with the family name first, whole and by the family name alone."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


def people(mentions: list[tuple[str, str, str, str | None]]) -> list[tuple[str, str]]:
    return [(surface, kind) for surface, type_, kind, _ in mentions if type_ == "person"]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Li Qiang spoke. Li left.", [("Li Qiang", "name"), ("Li", "surname")]),
        ("Lai Ching-te spoke. Lai left.", [("Lai Ching-te", "name"), ("Lai", "surname")]),
        ("Kim Yo-jong spoke. Kim left.", [("Kim Yo-jong", "name"), ("Kim", "surname")]),
        ("Yoon Suk Yeol spoke. Yoon left.", [("Yoon Suk Yeol", "name"), ("Yoon", "surname")]),
        ("Nguyen Phu Trong spoke. Trong left. Nguyen left.", [("Nguyen Phu Trong", "name"), ("Nguyen", "surname")]),
        ("President Moon Jae-in spoke. Mr. Moon left.", [("Moon Jae-in", "name"), ("Moon", "surname")]),
        ("In Budapest Magyar Péter spoke. Magyar left.", [("Magyar Péter", "name"), ("Magyar", "surname")]),
    ],
)
def test_the_family_name_comes_first(find: Find, text: str, mentions: list[tuple[str, str]]) -> None:
    assert people(find(text)) == mentions
    assert len({entity for _, type_, _, entity in find(text) if type_ == "person"}) == 1


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Lee Harvey Varro spoke. Varro left.", [("Lee Harvey Varro", "name"), ("Varro", "surname")]),
        ("Kim Lansing spoke. Lansing left.", [("Kim Lansing", "name"), ("Lansing", "surname")]),
        ("In Homs Magyar Péter spoke.", []),
        ("Park Lane and Moon Base stood.", []),
        ("Park Street and Wang Tower fell.", []),
        ("In Hungary, Anna Péter spoke. Péter left.", [("Anna Péter", "name"), ("Péter", "surname")]),
    ],
)
def test_the_family_name_comes_last(find: Find, text: str, mentions: list[tuple[str, str]]) -> None:
    assert people(find(text)) == mentions
