"""Words of English in lines of capitals are no acronyms, and parts of compounds no places."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


def acronyms(mentions: list[tuple[str, str, str, str | None]]) -> list[str]:
    return [surface for surface, _, kind, _ in mentions if kind == "acronym"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("US TROOPS KILL IS FIGHTERS IN SYRIA", ["US", "IS"]),
        ("PUTIN IS BACK AND TELLS US WHY", []),
        ("NATO: WAR AGAINST IS GOES ON", ["NATO", "IS"]),
        ("NATO, US AGREE ON PLAN", ["NATO", "US"]),
        ("SYRIA AND US TO END TALKS", ["US"]),
        ("NEW TALKS BY SYRIA, US IN HOMS", ["US"]),
        ("WHY NEW US-SYRIA TALKS FAILED", ["US"]),
        ("THEY TOLD US AND SYRIA NOTHING", []),
        ("SYRIA BURNS AS US PULLS OUT", ["US"]),
        ("HE HAS THE SAME WISH AS US", []),
        ("PUTIN AND US ALL", []),
        ("WAR IS OVER\nIS left. The US left.", ["IS", "US"]),
        ("The war IS over, he told the US.", ["IS", "US"]),
        ("IS LEFT", ["IS"]),
        ("IT IS A LONG LINE " * 20, ["IS"] * 20),
        ("IT IS OVER\n" * 2, []),
    ],
)
def test_words_need_a_word_beside_them_in_capitals(find: Find, text: str, found: list[str]) -> None:
    assert acronyms(find(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a Moscow mule", []),
        ("MOSCOW MULES", []),
        ("a Moscow Mule", []),
        ("to Moscow", ["moscow"]),
        ("Moscow, mule of fate", ["moscow"]),
        ("Jordan almonds", []),
        ("cold Homs", ["homs"]),
    ],
)
def test_a_place_in_a_compound_is_none(find: Find, text: str, found: list[str]) -> None:
    assert [entity for *_, entity in find(text)] == found
