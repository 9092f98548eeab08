"""Whom a name means: the document comes first, and only a context lets people meet across documents."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Bob Putin left. Putin said no.", [("Bob Putin", "bob-putin--"), ("Putin", "bob-putin--")]),
        ("Putin said no. Bob Putin left.", [("Putin", "bob-putin--"), ("Bob Putin", "bob-putin--")]),
        ("Senator Bob Putin left. Sen. Putin said no.", [("Bob Putin", "bob-putin--"), ("Putin", "bob-putin--")]),
        ("Bob Putin met Vladimir Putin. Putin left.",
         [("Bob Putin", "bob-putin--"), ("Vladimir Putin", "vladimir-putin"), ("Putin", None)]),
        ("Vladimir Putin left. Putin said no.", [("Vladimir Putin", "vladimir-putin"), ("Putin", "vladimir-putin")]),
        ("Vladimir V. Putin left.", [("Vladimir V. Putin", "vladimir-putin")]),
        ("Mark Jordan left. Jordan said no.", [("Mark Jordan", "mark-jordan--"), ("Jordan", "mark-jordan--")]),
        ("Michael Jordan left. He was in Jordan and came from Jordan. Jordan.",
         [("Michael Jordan", "michael-jordan--"), ("Jordan", "jordan"), ("Jordan", "jordan"),
          ("Jordan", "michael-jordan--")]),
        ("James French left. The French left.", [("James French", "james-french--"), ("French", "france")]),
        ("David Arab left. The Syrian Arab Army left.",
         [("David Arab", "david-arab--"), ("Syrian Arab Army", "syrian-army")]),
    ],
)  # fmt: skip
def test_the_document_says_whose_surname_it_is(find: Find, text: str, mentions: list[tuple[str, str]]) -> None:
    """A place stays one after a preposition, and an adjective is never a surname."""
    assert [(surface, entity) for surface, _, _, entity in find(text)] == mentions


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Russian envoy Quill Varro left.", "quill-varro--russia"),
        ("Russia's envoy Quill Varro left.", "quill-varro--russia"),
        ("NATO commander Quill Varro left.", "quill-varro--nato"),
        ("Quill Varro, spokesman for NATO, left.", "quill-varro--nato"),
        ("Quill Varro, spokesman for the United Nations, left.", "quill-varro--un"),
        ("Quill Varro, the commander of rebels, left.", "quill-varro--"),
        ("Homs governor Quill Varro left.", "quill-varro--homs"),
        ("Putin spokesman Quill Varro left.", "quill-varro--"),
        ("Quill Varro, a spokesman", "quill-varro--"),
        ("Gen. Quill Varro left. Later, NATO commander Quill Varro came.", "quill-varro--nato"),
        ("Gen. Quill Varro left.", "quill-varro--"),
        ("Russian Gen. Varro left.", "varro--"),
        ("NATO Gen. Varro left.", "varro--nato"),
    ],
)
def test_the_context_of_a_person_is_what_the_title_belongs_to(find: Find, text: str, entity: str) -> None:
    """Anywhere in the text; a state is no context for a single word, a title alone is none at all."""
    assert entity in {id_ for _, type_, _, id_ in find(text) if type_ == "person"}


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Col. Varro left. Maj. Varro came. Colonel Varro slept.", ["varro--", "major-varro--", "varro--"]),
        ("Lt. Col. Varro left. Colonel Varro slept.", ["varro--", "varro--"]),
        ("Col. Quill Varro left. Major Varro came.", ["quill-varro--", "major-varro--"]),
        ("Col. Quill Varro left. Mr. Varro came.", ["quill-varro--", "quill-varro--"]),
        ("Mr. Varro met Mrs. Varro.", ["varro--", "mrs-varro--"]),
        ("Mr. Quill Varro met Mrs. Lanza Varro. Mrs. Varro left. Mr. Varro stayed.",
         ["quill-varro--", "lanza-varro--", "lanza-varro--", "quill-varro--"]),
        ("Mr. Varro left. Gen. Varro came. Mrs. Varro slept. Col. Varro left.",
         ["varro--", "varro--", "mrs-varro--", "mrs-varro--"]),
        ("Sgt. Maj. Varro left. Sergeant Varro came.", ["varro--", "varro--"]),
        ("Attorney General Quill Varro left. Col. Varro came.", ["quill-varro--", "quill-varro--"]),
        ("Col. Quill Varro left. Gen. Quill Varro came. Col. Varro slept.",
         ["quill-varro--", "quill-varro--", "quill-varro--"]),
        ("Col. Varro met Maj. Varro. Varro left.", ["varro--", "major-varro--", None]),
    ],
)  # fmt: skip
def test_a_title_tells_people_of_one_surname_apart(find: Find, text: str, entities: list[str | None]) -> None:
    """Another rank or another gender is another person; of several, the one whose titles have most in common."""
    assert [entity for *_, entity in find(text)] == entities


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rep. Jordan left.", ["Jordan"]),
        ("Rep. Jordan Varro left.", ["Jordan Varro"]),
        ("The president, Jordan and Syria left.", []),
        ("Jordan Varro said no.", ["Jordan Varro"]),
        ("Jordan Varro left. Later Varro left.", ["Jordan Varro", "Varro"]),
        ("Jordan Varro left.", []),
        ("Jordan", []),
        ("Jordan. Varro said no.", []),
        ("Jordan Syria said no.", []),
        ("Rep. Russians left.", []),
        ("Rep. United States left.", []),
        ("Michael Jordan Varro left.", ["Michael Jordan Varro"]),
        ("Quill Jordan of Syria, a spokesman, left.", []),
    ],
)
def test_a_place_can_be_a_name_of_a_person(find: Find, text: str, names: list[str]) -> None:
    """After a title or a given name, or before a surname that stands alone elsewhere or speaks."""
    assert [surface for surface, type_, _, _ in find(text) if type_ == "person"] == names
