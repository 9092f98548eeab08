"""Statements: speakers before, after and inside a quotation; whole and partial quotations and paraphrases."""

from collections.abc import Callable

import pytest

from seed.extract import Annotator

Said = Callable[[str], list[tuple[str, str | None, str | None, str | None, str]]]
VARRO = "quill-varro--"


@pytest.mark.parametrize(
    ("text", "said_by"),
    [
        ("“We will go home,” Gen. Quill Varro said.", VARRO),
        ("“We will go home,” said Gen. Quill Varro.", VARRO),
        ("Gen. Quill Varro said, “We will go home, all of us.”", VARRO),
        ("Gen. Quill Varro, who met Putin, said: “We will go home.”", VARRO),
        ("Gen. Quill Varro of the United Nations told reporters: “We will go home.”", VARRO),
        ("Gen. Quill Varro of NATO on October 7 said: “We will go home.”", VARRO),
        ("The commander, Gen. Quill Varro, said: “We will go home.”", VARRO),
        ("“We will go home,” Putin was quoted as saying.", "vladimir-putin"),
        ("Reuters quoted Gen. Quill Varro: “We will go home.”", VARRO),
        ("Putin left. “We will go home,” he said.", "vladimir-putin"),
        ("Putin met Assad. “We will go home,” he said.", "vladimir-putin"),
        ("NATO met. “We will go home,” it said.", "nato"),
        ("Putin left. “We will go home,” said he.", "vladimir-putin"),
        ("“We will go home,” they said.", None),
        ("“We will go home,” the general said.", None),
        ("“We will go home,” said one of the sources.", None),
        ("“We will go home,” according to NATO.", "nato"),
        ("“We will go home,” said the State Department spokesman.", None),
        ("Foreign Minister Quill Varro left. “We will go home,” the foreign minister said.", "quill-varro--"),
        ("Putin spoke of Assad.\n\n“We will go home.”", "vladimir-putin"),
    ],
)
def test_a_quotation_has_its_speaker(find_said: Said, text: str, said_by: str | None) -> None:
    statements = find_said(text)
    assert [(kind, speaker) for kind, speaker, _, _, _ in statements] == [("quotation", said_by)]
    assert statements[0][4].startswith("We will go home")


def test_split_quotations_share_a_speaker(find_said: Said) -> None:
    text = "“We will go home,” Putin said. “We will stay there.”\n\n“We will come back.”"
    assert [(speaker, words) for _, speaker, _, _, words in find_said(text)] == [
        ("vladimir-putin", "We will go home,"),
        ("vladimir-putin", "We will stay there."),
        ("vladimir-putin", "We will come back."),
    ]


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Putin said that Russia won it.", ("paraphrase", "vladimir-putin", "Putin", "said", "Russia won it.")),
        ("Russia won in Syria, Putin said.", ("paraphrase", "vladimir-putin", "Putin", "said", "Russia won in Syria")),
        (
            "Putin said on Monday that Russia won it.",
            ("paraphrase", "vladimir-putin", "Putin", "said", "Russia won it."),
        ),
        (
            "Putin told Assad in Syria that Russia won it.",
            ("paraphrase", "vladimir-putin", "Putin", "told", "Russia won it."),
        ),
        (
            "Putin told Assad, adding that Russia won.",
            ("paraphrase", "vladimir-putin", "Putin", "told", "adding that Russia won."),
        ),
        (
            "In the old town, Putin said that Russia won it.",
            ("paraphrase", "vladimir-putin", "Putin", "said", "Russia won it."),
        ),
        (
            "According to NATO in Homs, Russia won again.",
            ("paraphrase", "nato", "NATO", "according to", "Russia won again."),
        ),
        ("Putin told Assad Russia won.", ("paraphrase", "vladimir-putin", "Putin", "told", "Assad Russia won.")),
        ("According to NATO, Russia won again.", ("paraphrase", "nato", "NATO", "according to", "Russia won again.")),
        ("Russia won again, according to NATO.", ("paraphrase", "nato", "NATO", "according to", "Russia won again")),
        (
            "Russia won it, according to a senior State Department official.",
            ("paraphrase", None, "a senior State Department official", "according to", "Russia won it"),
        ),
        (
            "Russia won a war, according to a NATO statement.",
            ("paraphrase", "nato", "a NATO statement", "according to", "Russia won a war"),
        ),
        ("It is what activists said was a strike.", ("paraphrase", None, "activists", "said", "was a strike.")),
        (
            "Russia won a war, two officials said, as part of it.",
            ("paraphrase", None, "two officials", "said", "Russia won a war"),
        ),
        (
            "Russia, an old ally, says that’s for others.",
            ("paraphrase", "russia", "Russia", "says", "that’s for others."),
        ),
        ("Putin said it was “a good” day.", ("partial", "vladimir-putin", "Putin", "said", "it was “a good” day.")),
        (
            "Reuters reported that Putin had told Assad that it was “a good” day.",
            ("partial", "vladimir-putin", "Putin", "told", "it was “a good” day."),
        ),
        (
            "Assad denied a war, which Putin said was “a good one.”",
            ("partial", "vladimir-putin", "Putin", "said", "was “a good one.”"),
        ),
        (
            "Putin called it “a good day” in Homs.",
            ("partial", "vladimir-putin", "Putin", "called", "it “a good day” in Homs."),
        ),
        ("Putin said that Assad told NATO.", ("paraphrase", "vladimir-putin", "Putin", "said", "Assad told NATO.")),
        (
            "Putin said that they told him it was “a good” day.",
            ("partial", "vladimir-putin", "Putin", "said", "they told him it was “a good” day."),
        ),
        (
            "Rain fell and the general said that it fell again.",
            ("paraphrase", None, "the general", "said", "it fell again."),
        ),
        ("Word from officials said that Russia won it.", ("paraphrase", None, "officials", "said", "Russia won it.")),
        ("Rain (the general said that Russia won it).", ("paraphrase", None, "the general", "said", "Russia won it).")),
        ("NATO claims that Russia won it.", ("paraphrase", "nato", "NATO", "claims", "Russia won it.")),
        ("Russians said that it was over.", ("paraphrase", None, "Russians", "said", "it was over.")),
        ("The Kremlin's spokesman, Putin, said “no”.", ("partial", "vladimir-putin", "Putin", "said", "“no”.")),
        ("Asked by reporters, Putin said: “No.”", ("quotation", "vladimir-putin", "Putin", "said", "No.")),
        ("“Good,” Putin said.", ("quotation", "vladimir-putin", "Putin", "said", "Good,")),
        ("“Good” Putin said.", ("partial", "vladimir-putin", "Putin", "said", "“Good” Putin said.")),
        ("“Good”, Putin said.", ("quotation", "vladimir-putin", "Putin", "said", "Good")),
        (
            "The Russian ministry said that it won big.",
            ("paraphrase", None, "The Russian ministry", "said", "it won big."),
        ),
        ("Russia lost, said NATO.", ("paraphrase", None, None, None, "")),
        (
            "Sources close to him said the Russians lost.",
            ("paraphrase", None, None, None, ""),
        ),
    ],
)
def test_the_clause_excludes_the_speaker_and_the_cue(
    find_said: Said, text: str, statement: tuple[str, str | None, str | None, str | None, str]
) -> None:
    assert find_said(text) == ([statement] if statement[4] else [])


def test_a_pronoun_does_not_refer_to_a_name_in_the_quotation(find_said: Said) -> None:
    assert [speaker for _, speaker, _, _, _ in find_said("Putin left. “Assad has lost it,” he said.")] == [
        "vladimir-putin"
    ]


def test_statements_do_not_share_a_mark(find_said: Said) -> None:
    text = 'Putin said that Russia won it."“A good” day is near, Assad said.'
    assert [words for _, _, _, _, words in find_said(text)] == ['Russia won it."“']


def test_words_announced_with_a_colon_are_a_quotation(find_said: Said) -> None:
    text = "Putin said:\n\nThe war is over. It rained.\n\nThe rest is silence."
    assert find_said(text) == [("quotation", "vladimir-putin", "Putin", "said", "The war is over. It rained.")]


def test_announced_words_in_the_first_person_continue(find_said: Said) -> None:
    text = "Putin said:\n\nI am glad.\n\nThe war is over.\n\n“No,” said Assad, “we go on with it.”\n\nIt rained."
    assert [(speaker, words) for _, speaker, _, _, words in find_said(text)] == [
        ("vladimir-putin", "I am glad."),
        ("vladimir-putin", "The war is over."),
        ("bashar-al-assad", "No,"),
        ("bashar-al-assad", "we go on with it."),
    ]


def test_announced_words_with_a_speaker_of_their_own_keep_it(find_said: Said) -> None:
    text = "Reuters reports:\n\nPutin said that the war is over."
    assert [(speaker, words) for _, speaker, _, _, words in find_said(text)] == [("vladimir-putin", "the war is over.")]


@pytest.mark.parametrize(
    "text",
    [
        "The Tu-160 “Blackjack” flew.",
        "Despite the claims by Moscow, it rained.",
        "Russia won it, according to plan, again.",
        "The “good old days” of Syria and Russia went by.",
        "It rained, and said so.",
        "Putin Says Russia Wins Again In Syria",
        "“One two three four.”",
        "He was told.",
        "Putin called Assad.",
        "By James Varro | May 1, 2015\n\n“We will go home.”",
        "",
        "…",
        "Said",
        "said",
        "according",
        "according to",
    ],
)
def test_other_texts_have_no_statements(find_said: Said, text: str) -> None:
    assert find_said(text) == []


def test_a_statement_in_the_title_has_offsets_in_the_title(annotator: Annotator) -> None:
    annotation = annotator.annotate(title="Putin said that it is over", text="Assad said that it is not.")
    assert [(statement.field, statement.start, statement.end) for statement in annotation.statements] == [
        ("title", 16, 26),
        ("text", 16, 26),
    ]


def test_a_quotation_that_the_title_leaves_open_does_not_enter_the_text(annotator: Annotator) -> None:
    annotation = annotator.annotate(title="Putin said: “We will go home", text="“We will stay there,” Assad said.")
    assert [(s.field, s.start, s.end, s.speaker) for s in annotation.statements] == [
        ("title", 13, 28, "vladimir-putin"),
        ("text", 1, 20, "bashar-al-assad"),
    ]
