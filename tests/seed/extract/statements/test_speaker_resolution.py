"""Whom he, she and it mean: the one fitting person of the sentences before, or nobody."""

from collections.abc import Callable

import pytest

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]
PUTIN, ASSAD, ANNA = "vladimir-putin", "bashar-al-assad", "anna-varro"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Vladimir Putin met Anna Varro. “We will go home,” she said.", ANNA),
        ("Anna Varro met Vladimir Putin. “We will go home,” he said.", PUTIN),
        ("Putin met Assad. “We will go home,” he said.", PUTIN),
        ("Putin met Assad. “We will go home,” she said.", None),
        ("Putin and Assad met. “We will go home,” he said.", None),
        ("It rained on Putin. “We will go home,” he said.", PUTIN),
        ("It rained on Putin and on Assad. “We will go home,” he said.", None),
        ("Putin's house burned. “We will go home,” he said.", PUTIN),
        ("Putin left.\n\nIt rained.\n\n“We will go home,” he said.", PUTIN),
        ("Putin left.\n\nIt rained.\n\nIt rained.\n\n“We will go home,” he said.", None),
        ("Mrs. Xolan left. “We will go home,” she said.", "xolan"),
        ("Mrs. Xolan left. “We will go home,” he said.", None),
        ("Li Qiang left. “We will go home,” she said.", "li-qiang"),
        ("Putin said that Assad left. “We will go home,” he said.", PUTIN),
        ("NATO met. “We will go home,” it said.", "nato"),
        ("The office of NATO met. “We will go home,” it said.", None),
        ("Homs met. “We will go home,” it said.", None),
        ("NATO met.\n\nIt rained.\n\nIt rained.\n\nIt rained.\n\n“We will go home,” it said.", None),
        ("“We will go home,” I said.", None),
    ],
)
def test_a_pronoun_means_the_one_fitting_person_or_nobody(find_said: Said, text: str, speaker: str | None) -> None:
    said_by = find_said(text)[-1][1]
    assert (said_by and said_by.partition("--")[0]) == speaker


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“We will go home,” the woman said. “Why not today?” she asked.", ["the woman", "the woman"]),
        ("“We will go home,” the woman said. “Why not today?” he asked.", ["the woman", "he"]),
        ("“We will go home,” the spokesman said. “Why not today?” she asked.", ["the spokesman", "she"]),
        ("“We will go home,” Anna Xolan said. “Why not today?” he asked.", ["Anna Xolan", "he"]),
        ("“We will go home,” the ministry said. “Why not today?” it asked.", ["the ministry", "the ministry"]),
        ("“We will go home,” he said. “Why not today?” she asked.", ["he", "she"]),
        ("“We will go home,” Xolan said. “Why not today?” she asked.", ["Xolan", "Xolan"]),
        ("NATO met. “We will go home,” Xolan said. “Why not today?” it asked.", ["Xolan", "Xolan"]),
        ("NATO met. “We will go home,” XLN said. “Why not today?” it asked.", ["XLN", "XLN"]),
        ("“We will go home,” XLN said. “Why not today?” she asked.", ["XLN", "she"]),
    ],
)
def test_a_pronoun_means_a_speaker_without_an_entity_too(find_said: Said, text: str, names: list[str]) -> None:
    assert [name for _, _, name, _, _ in find_said(text)] == names
