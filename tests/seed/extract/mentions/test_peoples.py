"""Faiths, languages and peoples: mentions that are linked to no entity."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("Muslims and Christians met.", ["Muslims", "Christians"]),
        ("A Sunni-led group spoke Arabic.", ["Sunni", "Arabic"]),
        ("Yazidis, Druze and the Rohingya fled.", ["Yazidis", "Druze", "Rohingya"]),
        ("the Shi'ite quarter", ["Shi'ite"]),
        ("the Christian President left", ["Christian"]),
        ("A Christian Varro left.", []),
        ("muslims left", []),
    ],
)
def test_a_word_of_the_list_is_a_mention_without_an_entity(find: Find, text: str, surfaces: list[str]) -> None:
    found = [(surface, kind, entity) for surface, type_, kind, entity in find(text) if type_ == "organization"]
    assert [item for item in found if item[1] == "demonym"] == [(surface, "demonym", None) for surface in surfaces]


def test_a_longer_name_has_its_own_entity(find: Find) -> None:
    assert find("the Muslim Relief Agency left")[0][:2] == ("Muslim Relief Agency", "organization")


def test_a_form_of_the_lexicon_stays_its_entity(find: Find) -> None:
    assert find("Syrian Druze left") == [
        ("Syrian", "state", "demonym", "syria"),
        ("Druze", "organization", "demonym", None),
    ]
