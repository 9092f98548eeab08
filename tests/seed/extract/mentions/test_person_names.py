"""People by title, given name and apposition, by surname later on, and by name and context across documents."""

from collections.abc import Callable

import pytest

from seed.extract import Annotator

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


def people(mentions: list[tuple[str, str, str, str | None]]) -> list[tuple[str, str, str | None]]:
    return [(surface, kind, entity) for surface, type_, kind, entity in mentions if type_ == "person"]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Gen. Quill Varro left.", [("Quill Varro", "quill-varro--")]),
        ("Gen. Quill R. Varro Jr. left.", [("Quill R. Varro Jr", "quill-varro--")]),
        ("Col. Quill “Q.V.” Varro left.", [("Quill “Q.V.” Varro", "quill-varro--")]),
        ("Russian envoy Quill de Varro left.", [("Quill de Varro", "quill-de-varro--russia")]),
        ("NATO commander Quill Varro left.", [("Quill Varro", "quill-varro--nato")]),
        ("Mr. Varro left.", [("Varro", "varro--")]),
        ("Foreign Minister Ibrahim al- Varro left.", [("Ibrahim al- Varro", "ibrahim-varro--")]),
        ("Prime Minister Haider Al Abadi left.", [("Haider Al Abadi", "haider-al-abadi")]),
        ("Vladimir V. Putin left.", [("Vladimir V. Putin", "vladimir-putin")]),
        ("President Putin left.", [("Putin", "vladimir-putin")]),
        ("Yesterday James Varro left.", [("James Varro", "james-varro--")]),
        ("Quill Varro, a senior analyst, left.", [("Quill Varro", "quill-varro--")]),
        ("The director, Quill Varro, left.", [("Quill Varro", "quill-varro--")]),
        ("Jean-Luc Varro left.", [("Jean-Luc Varro", "jean-luc-varro--")]),
        ("David C. Lyons left.", [("David C. Lyons", "david-lyons--")]),
        ("Said Gen. al-Varro today.", [("al-Varro", "varro--")]),
        ("The spokesman, Gen. Quill Varro, left.", [("Quill Varro", "quill-varro--")]),
        ("Quray Varro, 34, left.", [("Quray Varro", "quray-varro--")]),
        ("Quray Varro, who left, wept.", [("Quray Varro", "quray-varro--")]),
        ("“We go home,” said Quray Varro.", [("Quray Varro", "quray-varro--")]),
        ("“We go home,” Quray Varro said.", [("Quray Varro", "quray-varro--")]),
        ("Then Xiomara Varro left.", [("Xiomara Varro", "xiomara-varro--")]),
        ("James Hill left.", [("James Hill", "james-hill--")]),
        ("Gen. James Hill left.", [("James Hill", "james-hill--")]),
    ],
)
def test_a_person_is_found_without_the_title(find: Find, text: str, mentions: list[tuple[str, str]]) -> None:
    assert [(surface, entity) for surface, _, entity in people(find(text))] == mentions


@pytest.mark.parametrize(
    "text",
    [
        "president of the club",
        "a certain james varro left",
        "President of the club",
        "The captain Monday left.",
        "Gen. NATO",
        "spokesman Syria",
        "the King Abdullah University",
        "The commander of Varro",
        "director Varro",
        "James left.",
        "Will James Town rise?",
        "He saw Quill James Varro.",
        "In Homs, the analyst left.",
        "It rained, a lawyer wrote.",
        "Quill Varro Army, a commander",
        "Varro, the commander",
        "James Varro Meets Homs Leaders Again",
        "Quill Varro, he wrote, the analyst",
        "Minister, 9 Varro",
        "He went to James Hill.",
        "James Varro Hospital burned.",
        "Quray Varro, 3401, left.",
        "Quray Varro, 34 of them, left.",
        "Varro, 34, left.",
        "“We go home,” said Quray Varro Agency.",
        "“We go home,” said NATO Varro.",
        "“We go home,” said Varro Research.",
        "Yesterday James Games began.",
        "“We go home,” Quray Varro left.",
        "“We go home,” said Varro.",
        "“We go home,” quray",
        "Xiomara Quill Varro Lanza Dorsi left.",
        "Gen. B.",
    ],
)
def test_no_person_is_invented(find: Find, text: str) -> None:
    assert people(find(text)) == []


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        (
            "Gen. Quill Varro left. Varro came back, said Quill R. Varro.",
            [("Quill Varro", "name"), ("Varro", "surname"), ("Quill R. Varro", "name")],
        ),
        ("Mr. Varro left. Varro slept.", [("Varro", "surname"), ("Varro", "surname")]),
        ("Gen. Quill de Varro left. De Varro slept.", [("Quill de Varro", "name"), ("De Varro", "surname")]),
        ("Quill Varro, the commander, left. He saw Quill Varro.", [("Quill Varro", "name"), ("Quill Varro", "name")]),
        ("Gen. Ali al-Varro left; al-Varro slept.", [("Ali al-Varro", "name"), ("al-Varro", "surname")]),
        ("Varro slept. Gen. Quill Varro left.", [("Varro", "surname"), ("Quill Varro", "name")]),
        ("Gen. Quill Varro left. James Varro slept.", [("Quill Varro", "name"), ("James Varro", "name")]),
        ("Gen. Quill Varro III left. Varro slept.", [("Quill Varro III", "name"), ("Varro", "surname")]),
        ("Gen. Quill Homs left. In Homs it rained.", [("Quill", "surname")]),
        ("Gen. Quill Xi left. Xi slept.", [("Quill Xi", "name")]),
        ("Gen. Quill Varro left. George Varros slept.", [("Quill Varro", "name"), ("George Varros", "name")]),
        ("Gen. James Varro left. Then james Varro slept.", [("James Varro", "name"), ("Varro", "surname")]),
        ("He wrote letters de Quill Varro, the commander.", [("Quill Varro", "name")]),
        ("Gen. Quill Varro and Mr. Varro left.", [("Quill Varro", "name"), ("Varro", "surname")]),
        ("Quray Varro left. Varro said no.", [("Quray Varro", "name"), ("Varro", "surname")]),
        ("Varro said no. Quray Varro Lanza left. Varro.", []),
        ("Varro said no. Then Varro left.", []),
        ("Gen. Quill Varro spoke again.\nVARRO LEFT", [("Quill Varro", "name"), ("VARRO", "surname")]),
    ],
)
def test_a_surname_refers_to_the_person_named_in_full(find: Find, text: str, mentions: list[tuple[str, str]]) -> None:
    assert [(surface, kind) for surface, kind, _ in people(find(text))] == mentions
    assert len({entity for _, _, entity in people(find(text))}) <= 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PRESIDENT VLADIMIR PUTIN QUITS", "VLADIMIR PUTIN"),
        ("President Vladimir Putin Quits After Long Talks", "Vladimir Putin"),
        ("MAYOR JAMES VARRO QUITS", "JAMES VARRO"),
        ("Mayor James Varro Opens Library After Long Talks", "James Varro"),
        ("MAYOR JAMES R VARRO QUITS", "JAMES R VARRO"),
        ("MAYOR JAMES MARIA VARRO QUITS", "JAMES MARIA VARRO"),
        ("MAYOR JAMES QUILL VARRO: We left.", "JAMES QUILL VARRO"),
        ("MAYOR JAMES QUILL", "JAMES QUILL"),
        ("MAYOR QUILL VARRO", "QUILL VARRO"),
    ],
)
def test_a_name_in_capitals_ends_before_other_words(find: Find, text: str, name: str) -> None:
    """The label of a speaker is whole, and without a name that is known all words are the name."""
    assert [surface for surface, *_ in people(find(text))] == [name]


def test_a_surname_of_two_people_names_neither(find: Find) -> None:
    text = "Gen. Quill Varro met Col. Brent Varro. Varro left."
    assert people(find(text))[-1] == ("Varro", "surname", None)


def test_a_surname_after_another_given_name_is_another_person(find: Find) -> None:
    assert ("Varro", "surname") not in [p[:2] for p in people(find("Gen. Quill Varro left. Then James  Varro."))]


def test_a_local_person_is_a_pure_function_of_name_and_context(annotator: Annotator) -> None:
    texts = ("Russian envoy Quill Varro left.", "It was the Russian envoy Quill B. Varro.")
    entities = [annotator.annotate(title=None, text=text).entities for text in texts]
    assert [[entity.id for entity in local] for local in entities] == [["quill-varro--russia"]] * 2
    assert entities[0][0].name == "Quill Varro"


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("Foreign Secretary Quill Varro spoke. The Foreign Secretary left.", ["Foreign Secretary"]),
        ("Foreign Secretary Quill Varro spoke. The Foreign Secretary of Homs left.", []),
        ("Foreign Secretary Quill Varro spoke. The foreign secretary left.", []),
        ("Gen. Quill Varro spoke. The Gen. left.", []),
        ("The Foreign Secretary left.", []),
    ],
)
def test_a_capitalised_office_means_its_holder(find: Find, text: str, offices: list[str]) -> None:
    assert [surface for surface, _, entity in people(find(text))[1:] if entity == "quill-varro--"] == offices


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("He met the Foreign Secretary in Homs.", ["Foreign Secretary"]),
        ("The Foreign Secretary left.", ["Foreign Secretary"]),
        ("Syria's Foreign Minister left.", ["Foreign Minister"]),
        ("The Russian Foreign Minister left.", ["Foreign Minister"]),
        ("Foreign Secretary calls for peace in our time", ["Foreign Secretary"]),
        ("Foreign Secretary", []),
        ("Foreign Secretary Calls For Peace Again", []),
        ("A Foreign Secretary left.", []),
        ("It rained. Foreign Secretary left.", []),
        ("The President left.", []),
        ("The foreign secretary left.", []),
    ],
)
def test_a_capitalised_office_without_a_holder_is_a_person_without_an_entity(
    find: Find, text: str, offices: list[str]
) -> None:
    assert people(find(text)) == [(office, "name", None) for office in offices]
