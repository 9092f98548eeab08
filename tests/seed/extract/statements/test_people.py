"""Descriptions that mean somebody whom the text names: "the headmistress", "the 39-year-old", "the statement"."""

from collections.abc import Callable

import pytest

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Anna Varro, a baker from Homs, came. “We will go home,” the baker said.", "anna-varro"),
        ("The baker, Anna Varro, came. “We will go home,” the baker said.", "anna-varro"),
        ("Baker Anna Varro came. The old baker Anna Varro came. “We will go home,” the baker said.", "anna-varro"),
        ("Anna Varro, a former baker, came. “We will go home,” the baker said.", None),
        ("Anna Varro, a baker, met Gen. Quill Abbo, a baker. “We will go home,” the baker said.", None),
        ("Anna Varro, a baker, met another young baker. “We will go home,” the baker said.", None),
        ("Anna Varro, a woman from Homs, came. “We will go home,” the woman said.", None),
        ("Anna Varro, who bakes, came. “We will go home,” the baker said.", None),
        ("Anna Varro, the old and very very very very very very old one. “We will go home,” the baker said.", None),
        ("It rained, Anna Varro, said. “We will go home,” the baker said.", None),
        ("Big old tall red warm dry soft dark long day, Anna Varro. “We will go home,” the baker said.", None),
        ("To her, Anna Varro, it rained. “We will go home,” the baker said.", None),
        ("One two three four five six seven eight nine, Anna Varro. “We will go home,” the baker said.", None),
        ("Vladimir Putin, 72, came. “We will go home,” the 72-year-old said.", "vladimir-putin"),
        ("Vladimir Putin came. “We will go home,” said the 72-year-old former spy.", "vladimir-putin"),
        ("Vladimir Putin came. “We will go home,” said the father-of-two.", "vladimir-putin"),
        ("Vladimir Putin came. “We will go home,” said the mother-of-two.", None),
        ("“We will go home,” said the 72-year-old former spy.", None),
        ("NATO said in a statement that it was over. “We will go home,” the statement read.", "nato"),
        ("NATO said that it was over. “We will go home,” the statement read.", None),
        ("“We will go home,” the statement read.", None),
        ("NATO met. One long letter came. “We will go home,” it said.", None),
        ("NATO met. One long day came. “We will go home,” it said.", "nato"),
    ],
)
def test_a_description_means_the_one_person_it_described(find_said: Said, text: str, speaker: str | None) -> None:
    said_by = find_said(text)[-1][1]
    assert (said_by and said_by.partition("--")[0]) == speaker
