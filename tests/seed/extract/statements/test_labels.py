"""Speakers without a verb of saying: labels, announcements and signatures."""

from collections.abc import Callable

import pytest

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]
QUOTED = "“We will not pay for it.”"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Mr Varro", "Varro"),
        ("13:05 - Reaction from the Xolan Party's Anna Varro", "Anna Varro"),
        ("The mayor", "The mayor"),
        ("The spokesman for the union", "The spokesman for the union"),
        ("A shopper from Homs", "A shopper"),
        ("09:48 - Post by the Justice Ministry", "Justice Ministry"),
        ("Statement, NATO", "NATO"),
        ("A message from a reader in Homs", "a reader"),
        ("Putin, on Telegram", "Putin"),
        ("Putin on Telegram", "Putin"),
        ("Putin of the ruling party", "Putin"),
        ("@MFA_Xolan", "MFA_Xolan"),
        ("In the words of Putin", "Putin"),
        ("In the words of one diplomat", "one diplomat"),
        ("To quote Putin", "Putin"),
        ("To quote one diplomat", "one diplomat"),
        ("As one diplomat has put it", "one diplomat"),
        ("As Putin put it", "Putin"),
        ("Then Putin put it bluntly", "Putin"),
        ("A lawyer, who sat there, did", "A lawyer"),
        ("My late editor had a saying about it", "My late editor"),
        ("Putin's answer was short", "Putin"),
        ("Putin came in. His verdict", "Putin"),
        ("But Putin jokes", "Putin"),
        ("Putin's father had an answer", "Putin's father"),
    ],
)
def test_a_label_names_the_speaker(find_said: Said, label: str, name: str) -> None:
    statements = find_said(f"{label}: {QUOTED}")
    assert [(said_by, words) for _, _, said_by, _, words in statements] == [(name, "We will not pay for it.")]


def test_in_the_words_of_somebody_needs_no_colon(find_said: Said) -> None:
    assert [said_by for _, _, said_by, _, _ in find_said(f"In the words of Putin, {QUOTED}")] == ["Putin"]


@pytest.mark.parametrize(
    "label",
    [
        "The facts",
        "The sign at the gate",
        "Putin unrolled a banner",
        "On the wall somebody had written it",
        "The chant went up",
        "Putin's banner",
        "The tall man eyes it",
        "Facts",
        "The mayor and the cook",
        "Her verdict",
        "Deutsche Wohnen had an answer",
        "A day of long answers",
        "Homs",
        "Syrians",
        "2025",
        "Post by",
        "The Putin's",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
        "Rain fell and then it stops",
        "It rained on",
    ],
)
def test_other_words_before_a_colon_name_nobody(find_said: Said, label: str) -> None:
    assert {said_by for _, _, said_by, _, _ in find_said(f"{label}: {QUOTED}")} <= {None}


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        (" – A teacher from Leeds", "A teacher"),
        (" — the mayor of Leeds, after the vote", "the mayor of Leeds"),
        (" — Widow of a fisherman, name known to us", "Widow of a fisherman"),
        (" — Xolan Biri", "Xolan Biri"),
        ("\nAnna Varro, mayor of Homs", "Anna Varro"),
        ("\nXolan Biri, mayor of Homs", "Xolan Biri"),
        ("\nPutin", "Putin"),
        ("\n> Putin, on the radio", "Putin"),
    ],
)
def test_a_signature_names_the_speaker(find_said: Said, signature: str, name: str) -> None:
    assert [said_by for _, _, said_by, _, _ in find_said(QUOTED + signature)] == [name]


@pytest.mark.parametrize(
    "signature",
    [
        "\nBudget Vote",
        "\nBudget Vote Today, and nothing else",
        " — a sentence that nobody forgot",
        " — Sentence after sentence",
        " — the end",
        "\nPutin went home.",
        "\nPutin in Homs:",
        f"\nPutin {'was tired ' * 20}",
        "\nand so on",
    ],
)
def test_other_lines_sign_nothing(find_said: Said, signature: str) -> None:
    assert {said_by for _, _, said_by, _, _ in find_said(QUOTED + signature)} <= {None}
