"""Transcripts: what follows a label is a quotation."""

from collections.abc import Callable

import pytest

from seed.extract import Annotator

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Secretary Anna Varro spoke.\n\nQUESTION: Will you go?\n\nSECRETARY VARRO: We will. It is good.\n\n"
            "And it is over.\n\nQUESTION: Thank you.\n\nIt rained.",
            [
                (None, "QUESTION", "Will you go?"),
                ("anna-varro", "VARRO", "We will. It is good."),
                ("anna-varro", "VARRO", "And it is over."),
                (None, "QUESTION", "Thank you."),
            ],
        ),
        (
            "Q: Will you go?\n\nA: Putin said no.\n\nQ: Why?",
            [(None, "Q", "Will you go?"), (None, "A", "Putin said no."), (None, "Q", "Why?")],
        ),
        (
            "James Varro spoke to us.\n\nQ. Will you go?\n\nA. We will.\n\n(APPLAUSE)\n\nIt is good.\n\nQ. Thank you.",
            [
                (None, "Q", "Will you go?"),
                ("james-varro", "James Varro", "We will."),
                ("james-varro", "James Varro", "It is good."),
                (None, "Q", "Thank you."),
            ],
        ),
        (
            "Anna Varro met James Quill.\n\nQ: Will you go?\n\nA: We will.\n\nQ: Why?",
            [(None, "Q", "Will you go?"), (None, "A", "We will."), (None, "Q", "Why?")],
        ),
        (
            "Le Soir: Will you go?\nXolan: We will.\nLe Soir: Why?\nXolan: It is good.\nRead more: It rained.",
            [
                (None, "Le Soir", "Will you go?"),
                (None, "Xolan", "We will."),
                (None, "Le Soir", "Why?"),
                (None, "Xolan", "It is good."),
            ],
        ),
        (
            "Q: Will you go?\n\nA: We will.\n\nPhoto of a war: It rained.\n\nIt is good.\n\nQ: Why?",
            [(None, "Q", "Will you go?"), (None, "A", "We will."), (None, "A", "It is good."), (None, "Q", "Why?")],
        ),
        (
            "James Varro (BBC): Hello.\nNATO: Good day.\nJames Varro: It rains.",
            [
                ("james-varro", "James Varro", "Hello."),
                ("nato", "NATO", "Good day."),
                ("james-varro", "James Varro", "It rains."),
            ],
        ),
    ],
)
def test_a_labelled_paragraph_is_a_quotation(
    find_said: Said, text: str, said: list[tuple[str | None, str | None, str]]
) -> None:
    statements = find_said(text)
    speakers = [speaker and speaker.partition("--")[0] for _, speaker, _, _, _ in statements]
    assert [(speaker, *rest[2::2]) for speaker, rest in zip(speakers, statements, strict=True)] == said
    assert {(kind, cue) for kind, _, _, cue, _ in statements} == {("quotation", None)}


@pytest.mark.parametrize(
    "text",
    [
        "Read more: It rained.\n\nPhoto: A man.\n\nRead more: It rained again.",
        "Q: Will you go?\n\nA: No.",
        "A: One.\n\nB: Two.\n\nC: Three.",
        "Q: One.\n\nQ: Two.\n\nQ: Three.",
        "Q: Will you go?\n\nRead more: It rained.\n\nQ: ...",
        "It rained: a lot: and again: still.",
    ],
)
def test_other_lines_with_colons_are_no_transcript(find_said: Said, text: str) -> None:
    assert find_said(text) == []


def test_a_label_in_the_title_does_not_count(annotator: Annotator) -> None:
    annotation = annotator.annotate(title="Q: Will it rain?", text="Q: Why?\n\nA: No.\n\nIt rained.")
    assert annotation.statements == ()


@pytest.mark.parametrize("line", ["NOTE" + "-" * 500, "A" + "-a" * 500, "al" + "-Sisi" * 500])
def test_a_line_of_hyphens_takes_no_longer_than_another(find_said: Said, line: str) -> None:
    # Backtracking into its words would take years here, and the run would show it.
    names = [name for _, _, name, *_ in find_said(f"Q: Will you go?\nA: No.\nQ: Why?\n\n{line}")]
    assert names[:3] == ["Q", "A", "Q"]


def test_a_label_can_begin_with_an_article(find_said: Said) -> None:
    statements = find_said("Q: Will you go?\nal-Sisi Putin: It rains.\nQ: Why?")
    assert [name for _, _, name, *_ in statements] == ["Q", "Sisi Putin", "Q"]
