"""Short forms that a document introduces."""

from collections.abc import Callable

import pytest

from seed.extract import Annotator

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "short", "entity"),
    [
        ("The Lancer Relief Agency (LRA) met. LRA left.", "LRA", "lancer-relief-agency--organization"),
        ("Friends of the Lake (FL) met. FL left.", "FL", "friends-of-the-lake--organization"),
        ("The Orient Centre (OC) met. The OC left.", "OC", "orient-centre"),
        ("The old Islamic State (IS) fell. IS left.", "IS", "islamic-state"),
        ("The North Atlantic Treaty Organization’s (NATO) men left NATO.", "NATO", "nato"),
        ("The Lancer-Relief Agency (LRA, once) met. LRA left.", "LRA", None),
    ],
)
def test_a_defined_short_form_is_used_throughout(find: Find, text: str, short: str, entity: str | None) -> None:
    found = [mention[3] for mention in find(text) if mention[0] == short]
    assert len(found) == 2
    assert found[0] == found[1]
    assert entity in (None, found[0])


@pytest.mark.parametrize(
    "text",
    [
        "The agency for lakes (AFL) met.",
        "The Lancer Relief Agency (Quill) met.",
        "The Lancer Relief Agency (LRA met.",
        "The Lancer Relief Agency (XYZ) met.",
        "Lancers met. (LRA)",
        "of men (OM) met",
        "Lake, Relief, Agency (LRA)",
        "The Lancer and many many many many many many many many more Agencies (LA)",
        "(LRA)",
        "The Lancer Relief Agency (TOOLONGNAME)",
    ],
)
def test_no_definition_is_made_up(find: Find, text: str) -> None:
    assert [mention for mention in find(text) if mention[2] == "acronym"] == []


def test_the_long_form_takes_the_short_one_as_alias(annotator: Annotator) -> None:
    annotation = annotator.annotate(title=None, text="Old Lancer Relief Men (OLRM) met.")
    assert [(entity.name, entity.aliases) for entity in annotation.entities] == [("Old Lancer Relief Men", ("OLRM",))]
    assert [mention.kind for mention in annotation.mentions] == ["name", "acronym"]
