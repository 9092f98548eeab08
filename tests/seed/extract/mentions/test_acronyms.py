"""Short forms that a document defines."""

from collections.abc import Callable

import pytest

from app.models import EntityType, MentionKind
from seed.extract import Annotator
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.lexicon.word_lists import load_word_lists
from seed.extract.mentions.acronyms import find_definitions, resolve_acronyms
from seed.extract.mentions.local_entities import LocalEntities
from seed.extract.text.document import Document
from seed.extract.text.tokens import WordKinds

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
    entities = [mention[3] for mention in find(text) if mention[0] == short]
    assert len(entities) == 2
    assert entities[0] == entities[1]
    assert entity in (None, entities[0])


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
def test_no_definition_is_invented(find: Find, text: str) -> None:
    assert [mention for mention in find(text) if mention[2] == "acronym"] == []


def test_the_short_form_becomes_an_alias_of_the_long_one(annotator: Annotator) -> None:
    annotation = annotator.annotate(title=None, text="Old Lancer Relief Men (OLRM) met.")
    assert [(entity.name, entity.aliases) for entity in annotation.entities] == [("Old Lancer Relief Men", ("OLRM",))]
    assert [mention.kind for mention in annotation.mentions] == ["name", "acronym"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The NKBD said it was over. An NKBD man left.", ["NKBD", "NKBD"]),
        ("The NKBD's office burned. NKBD men left.", ["NKBD", "NKBD"]),
        ("The NKBD said it was over.", []),
        ("NKBD men came. NKBD men left.", []),
        ("The NKBD men came. The NKBD men left.", []),
        ("The GDP said it. The GDP fell.", []),
        ("The XIV said it. The XIV fell.", []),
        ("THE NKBD SAID IT. THE NKBD LEFT.", []),
        ("The NKBD", []),
        ("NKBD, NKBD", []),
    ],
)
def test_an_unknown_acronym_that_acts_and_comes_back_is_an_organization(
    find: Find, text: str, found: list[str]
) -> None:
    mentions = [(surface, type_, entity) for surface, type_, kind, entity in find(text) if kind == "acronym"]
    assert mentions == [(surface, "organization", "nkbd--organization") for surface in found]


def test_two_readings_of_a_long_form_of_which_one_names_no_entity() -> None:
    context = DocumentContext(Document(None, "The Orient Centre (OC) met.", "", WordKinds({})), load_word_lists(), ())
    unsure = CandidateMention(4, 17, EntityType.ORGANIZATION, MentionKind.NAME, None, "ambiguous", 0.5)
    sure = unsure._replace(entity="orient-centre", rule="lexicon", confidence=0.95)
    mentions = list(resolve_acronyms(context, find_definitions(context), [sure, unsure], LocalEntities()))
    assert [(mention.start, mention.entity) for mention in mentions] == [(4, "orient-centre"), (19, "orient-centre")]
