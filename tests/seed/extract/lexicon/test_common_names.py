"""People of the lexicon with very common names: where the document says that they are meant."""

from pathlib import Path

import pytest

from seed.extract import Annotator, load_lexicon
from seed.extract.lexicon.common_names import load_common_names

PEOPLE = """
- {id: john-smith, name: John Smith, aliases: [Johnny Smith], member_of: [{of: harbour-party}, {of: harbour-party}]}
- {id: mary-jones, name: Mary Jones}
- {id: paul-king, name: Paul King, member_of: [{of: unlisted}]}
- {id: tom-quillon, name: Tom Quillon, member_of: [{of: harbour-party}]}
"""
ORGANIZATIONS = "- {id: harbour-party, name: Harbour Party, member_of: [{of: vellandia}]}"
STATES = "- {id: vellandia, name: Vellandia, demonyms: [Vellandian], acronyms: [VL, {form: VLD, when: case}]}"


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    folder: Path = tmp_path_factory.mktemp("common")
    for stem, text in (("people", PEOPLE), ("organizations", ORGANIZATIONS), ("states", STATES)):
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


def test_names_are_in_lower_case_and_at_most_one_word() -> None:
    names = load_common_names()
    assert all(name.islower() and name.isalpha() for name in names.given_names | names.surnames)
