"""Names of the lexicon that are common: where the document says that the person or the weapon is meant."""

from pathlib import Path

import pytest

from seed.extract import Annotator, load_lexicon
from seed.extract.lexicon.common_names import load_common_names
from seed.extract.lexicon.lexicon import Lexicon

PEOPLE = """
- {id: john-smith, name: John Smith, aliases: [Johnny Smith], member_of: [{of: harbour-party}, {of: harbour-party}]}
- {id: mary-jones, name: Mary Jones}
- {id: paul-king, name: Paul King, member_of: [{of: unlisted}]}
- {id: tom-quillon, name: Tom Quillon, member_of: [{of: harbour-party}]}
"""
ORGANIZATIONS = "- {id: harbour-party, name: Harbour Party, member_of: [{of: vellandia}]}"
WEAPONS = """
- {id: javelin, name: Javelin, aliases: [Javelin missile]}
- {id: harrier, name: AV-8B, aliases: [{form: Harrier, when: case}, {form: Grad, when: {after: [rocket]}}]}
"""
STATES = "- {id: vellandia, name: Vellandia, demonyms: [Vellandian], acronyms: [VL, {form: VLD, when: case}]}"


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    folder: Path = tmp_path_factory.mktemp("common")
    for stem, text in (("people", PEOPLE), ("organizations", ORGANIZATIONS), ("states", STATES), ("weapons", WEAPONS)):
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return Annotator(load_lexicon(folder))


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("John Smith spoke.", "john-smith--"),
        ("John Smith left the Harbour Party.", "john-smith"),
        ("In Vellandia, John Smith spoke.", "john-smith"),
        ("In Vellandia, John Q. Smith spoke.", "john-smith--"),
        ("In vl, John Smith spoke.", "john-smith--"),
        ("Johnny Smith spoke.", "john-smith"),
        ("Mary Jones spoke.", "mary-jones"),
        ("Paul King spoke.", "paul-king"),
        ("Tom Quillon spoke.", "tom-quillon"),
    ],
)
def test_a_common_name_needs_what_the_person_belongs_to(annotator: Annotator, text: str, person: str) -> None:
    """Without anything that the person belongs to there is nothing to look for."""
    mentions = annotator.annotate(title=None, text=text).mentions
    assert person in {mention.entity for mention in mentions}


@pytest.mark.parametrize(
    ("text", "weapon"),
    [
        ("The Javelin flew 80 metres.", None),
        ("The Javelin final", None),
        ("Soldiers fired a Javelin.", "javelin"),
        ("SOLDIERS fired a JAVELIN.", "javelin"),
        ("A Javelin missile fell.", "javelin"),
        ("A Harrier hound slept.", None),
        ("A Harrier left the warship.", "harrier"),
        ("An AV-8B flew.", "harrier"),
        ("A Grad fell on the army.", None),
        ("A rocket, Grad, fell.", "harrier"),
    ],
)
def test_a_weapon_with_a_common_name_needs_a_word_of_war(annotator: Annotator, text: str, weapon: str | None) -> None:
    """A condition of the lexicon's own stays."""
    mentions = annotator.annotate(title=None, text=text).mentions
    assert [mention.entity for mention in mentions if mention.type == "weapon"] == ([weapon] if weapon else [])


def test_each_weapon_with_a_common_name_is_in_the_lexicon_that_ships(shipped_lexicon: Lexicon) -> None:
    names = load_common_names()
    forms = {form for entity in shipped_lexicon.entities.values() for form in entity.forms if entity.type == "weapon"}
    assert {form.text for form in forms if names.has_weapon(form)} == names.weapons


def test_names_are_in_lower_case_and_at_most_one_word() -> None:
    names = load_common_names()
    assert all(name.islower() and name.isalpha() for name in names.given_names | names.surnames)
