"""People with a given name alone, and strangers with a surname of the lexicon."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


def people(mentions: list[tuple[str, str, str, str | None]]) -> list[tuple[str, str | None]]:
    return [(surface, entity) for surface, type_, _, entity in mentions if type_ == "person"]


@pytest.mark.parametrize(
    "text",
    [
        "James said it was late.",
        "It is late, and James said so.",
        "“It is late,” said James.",
        "James, 34, left.",
        "James, who left, wept.",
        "James, a nurse, left.",
        "In the end James, a tall old baker from Homs, left.",
        "Nino, a nurse, left.",
    ],
)
def test_a_given_name_alone_is_a_person(find: Find, text: str) -> None:
    assert people(find(text))[0][1] in ("james--", "nino--")


@pytest.mark.parametrize(
    "text",
    [
        "Nino said it was late.",
        "He said that he saw James.",
        "the kind James said",
        "the James, a river",
        "in James, a town",
        "James, a town",
        "James, 1934, and more",
        "James, 34",
        "James River said so.",
        "JAMES SAID SO",
        "James Said It Was Late Again",
        "He says James",
        "“It is late,” said James-Town.",
        "“It is late,” said James's friend.",
        "James and others left.",
        "James",
    ],
)
def test_a_given_name_is_no_person_elsewhere(find: Find, text: str) -> None:
    assert people(find(text)) == []


def test_a_given_name_is_that_of_the_one_person_who_has_it(find: Find) -> None:
    assert people(find("James Quill left. James said so.")) == [
        ("James Quill", "james-quill--"),
        ("James", "james-quill--"),
    ]
    two = people(find("James Quill met James Varro. James, who left, wept."))
    assert two == [("James Quill", "james-quill--"), ("James Varro", "james-varro--")]
    assert people(find("Vladimir Putin left. Vladimir, who left, wept.")) == [
        ("Vladimir Putin", "vladimir-putin"),
        ("Vladimir", "vladimir-putin"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The set is by Oxwana Putin.", [("Oxwana Putin", "oxwana-putin--")]),
        ("The set is by Vxladimir Putin.", [("Putin", "vladimir-putin")]),
        ("Oxwana Putin left.", [("Putin", "vladimir-putin")]),
        ("The set is by Big Oxwana Putin.", [("Putin", "vladimir-putin")]),
        ("The set is by Democrat Putin.", [("Putin", "vladimir-putin")]),
        ("The set is by OXWANA Putin.", [("Putin", "vladimir-putin")]),
        ("The set is by Oxwana-Putin.", [("Putin", "vladimir-putin")]),
        ("The set is by Oxwana, Putin left.", [("Putin", "vladimir-putin")]),
        ("The set is (Oxwana Putin's).", [("Putin", "vladimir-putin")]),
        ("Putin left.", [("Putin", "vladimir-putin")]),
    ],
)
def test_an_unknown_name_before_a_surname_is_somebody_else(
    find: Find, text: str, found: list[tuple[str, str | None]]
) -> None:
    assert people(find(text)) == found
