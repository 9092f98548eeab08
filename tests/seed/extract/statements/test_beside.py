"""Who stands beside a quotation speaks, whatever the verb."""

from collections.abc import Callable

import pytest

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“It is a mess,” chuckled Putin.", "Putin"),
        ("“It is a mess,” grinned the dad-of-two.", "the dad-of-two"),
        ("“It is a mess,” the baker chuckled.", "the baker"),
        ("“It is a mess,” she chuckled.", "she"),
        ("“It is a mess,” Xolan chuckled.", "Xolan"),
        ("“Is it a mess?” Putin wondered.", "Putin"),
        ("“It is a mess”, chimes Putin.", "Putin"),
        ("“Is it a mess?” asked Anna Varro, a student.", "Anna Varro"),
        ("“It is a mess” was the answer of Putin.", "Putin"),
        ("“It is a mess” was the short answer from a baker.", "a baker"),
        ("“It is a mess,” reads a statement.", "a statement"),
        ("“It is a mess,” a baker who watched the fire told us.", "a baker"),
        ("“It is a mess,” the woman who had lost her house in the flood told us.", "the woman"),
        ("“It is a mess,” a source close to Foreign Minister Quill Varro said.", None),
        ("“It is a mess,” said a man who would only identify himself as Abu Omar.", "Abu Omar"),
        ("“It is a mess,” said a woman named Rosa.", "Rosa"),
        ("“It is a mess,” said a man who described the road as bad.", "a man"),
        ("“It is a mess,” said a man who gave his name as", "a man"),
        ("“It is a mess,” said a man named", "a man"),
        ("“It is a mess,” said the father-of-two.", "the father-of-two"),
        ("“It is a mess,” said its founder, Xolan Biri.", "Xolan Biri"),
        ("“It is a mess,” said Putin's aide, Anna Varro.", "Anna Varro"),
        ("“It is a mess,” said Xolan's aide.", "Xolan's aide"),
        ("“It is a mess,” said the NATO's chief clerk, Anna Varro.", "Anna Varro"),
        ("“It is a mess,” said the", None),
        ("“It is a mess,” the PM said.", "the PM"),
        ("“It is a mess,” she used to say.", "she"),
        ("Then Anna Varro jokes: “It is a mess.”", "Anna Varro"),
    ],
)
def test_who_stands_beside_a_quotation_speaks(find_said: Said, text: str, name: str | None) -> None:
    names = [said_by for _, _, said_by, _, _ in find_said(text)]
    assert name in names if name else names == ["a source close to Foreign Minister Quill Varro"] or not names


@pytest.mark.parametrize(
    "text",
    [
        "“It is a mess,” reads a sign at the gate.",
        "“It is a mess,” ran the headline.",
        "“It is a mess,” and Putin left.",
        "“It is a mess,” the wounded lay there.",
        "“It is a mess” is it.",
        "“It is a mess” was the answer of",
        "“It is a mess” was the answer of it all, or “so” it was.",
        "“It is a mess” was a word.",
        "Nobody eyes: “It is a mess.”",
        "Then NATO eyes: “It is a mess.”",
        "“It is a mess,” yes.",
        "“It is a mess,” who grinned?",
        "It rains: “It is a mess.”",
    ],
)
def test_other_words_beside_a_quotation_do_not(find_said: Said, text: str) -> None:
    assert {said_by for _, _, said_by, _, _ in find_said(text)} <= {None, "it"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("If Putin says “yes”, it could begin at once, Assad told reporters.", ["Assad"]),
        ("If Putin says “yes”, it could begin at once.", []),
        ("Neither Putin nor Assad said that it was over.", []),
        ("No official said that it was over.", []),
        ("Nobody said that it was over.", []),
        ("It rained whether Putin said that it was over.", []),
        ("It was over, said two sources from Homs.", ["two sources"]),
        ("It was over, said Putin on Monday.", ["Putin"]),
        ("Anna Varro, a lawyer, said Putin in Homs was ill.", ["Anna Varro"]),
        ("Anna Varro, a lawyer, said that for others it was over.", ["Anna Varro"]),
        ("Said Prime Minister Quill Varro: “It is a mess.”", ["Quill Varro"]),
        ("“It is a mess,” Putin said; “it is ours,” wrote Assad.", ["Putin", "Assad"]),
        ("Intervening, Anna Varro, whose seat is Homs, said that it was over.", ["Anna Varro"]),
        ("“Where to?” says an old man.", ["an old man"]),
        ("“Stop,” shouted a man.", ["a man"]),
    ],
)
def test_who_says_it_and_who_does_not(find_said: Said, text: str, said: list[str]) -> None:
    assert [name for _, _, name, _, _ in find_said(text)] == said
