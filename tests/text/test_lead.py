"""The leads of texts in lists and feeds."""

import pytest

from app.text.lead import MAX_LEAD_LENGTH, lead

LONG = "word " * 100
EXACT = LONG.strip()[:MAX_LEAD_LENGTH].rstrip() + "s"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One line.", "One line."),
        ("  \n\tOne  line,\nor  two.\n\nAnother.", "One line, or two."),
        ("One.\n \t\nTwo.", "One."),
        ("One.\r\n\r\nTwo.", "One."),
        ("A line\nof two\n\nTwo.", "A line of two"),
        ("a\u00a0b", "a b"),
        ("\u00a0", None),
        ("", None),
        ("x" * MAX_LEAD_LENGTH, "x" * MAX_LEAD_LENGTH),
        ("x" * (MAX_LEAD_LENGTH + 1), "x" * (MAX_LEAD_LENGTH - 1) + "…"),
        (LONG, "word " * 58 + "word…"),
        (LONG.strip()[: MAX_LEAD_LENGTH - 1] + "\n\nAnother.", LONG.strip()[: MAX_LEAD_LENGTH - 1]),
        (EXACT, EXACT),
        (EXACT + " x", "word " * 58 + "word…"),
        (" " * 5_000 + "a" + " " * 5_000 + "b.", "a b."),
        ("* * *\n\n—\n \n\ufffc\n\nOne. Two.", "One."),
        ("* * *\nOne. Two.", "* * * One."),
        ("(1)\n\nOne.", "(1)"),
        ("* * *", None),
        ("_\n\n\U0001f600", None),
        ("-" * MAX_LEAD_LENGTH + " One. Two.", "One."),
        ("- " * MAX_LEAD_LENGTH + "One. Two.", "One."),
        ("-" * (MAX_LEAD_LENGTH - 4) + " One. Two.", "One."),
        ("-" * (MAX_LEAD_LENGTH - 5) + " One. Two.", "-" * (MAX_LEAD_LENGTH - 5) + " One."),
        ("- " + "\n" * 5_000 + "One.", "One."),
    ],
)
def test_a_lead_is_on_one_line_of_one_paragraph_up_to_its_maximum_length(text: str, shown: str | None) -> None:
    assert lead(text) == shown
    assert len(shown or "") <= MAX_LEAD_LENGTH


@pytest.mark.parametrize(
    "sentence",
    [
        "The ships fired at dawn.",
        "Did they?",
        "They did!",
        "They left …",
        "He spoke of “peace.”",
        'He said "no."',
        "(They sailed.)",
        "Die Schiffe fuhren ab.",
        "Корабли вышли в море.",
        "أبحرت السفن؟",
        "جہاز روانہ ہوئے۔",
        "जहाज़ रवाना हुए।",
        "The year was 2015.",
    ],
)
@pytest.mark.parametrize("following", ["Then more.", "“Then more.”", "(Then more.)", "12 came back.", "— More."])
def test_a_lead_ends_with_its_sentence(sentence: str, following: str) -> None:
    assert lead(f"{sentence} {following}") == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Gen. V. Putin of the U.S. Navy met Lt. Col. Lee.",
        "On Nov. 17 at 5 p.m. local time they left.",
        "MOSCOW, Oct. 7 (Gazette) -- They left.",
        "Am 7. Oktober und am 17. November fuhren sie ab.",
        "It rose by 3.5 percent in approx. ten days.",
        "Yahoo! said so.",
        "... They left.",
        ". “They left,” she said.",
        "“I came. I saw,” he said.",
        '"I came. I saw," he said.',
        "„Ich kam. Ich sah“, sagte er.",
        "«Я пришёл. Я видел», — сказал он.",
        "They (the ships. All of them) left.",
    ],
)
def test_a_lead_goes_on_where_a_mark_does_not_end_the_sentence(sentence: str) -> None:
    assert lead(f"{sentence} Then more.") == sentence


@pytest.mark.parametrize("sentence", ["空袭开始了。", "空襲？", "「空襲だ。」と言った。"])
def test_a_lead_ends_without_a_space_in_scripts_that_have_none(sentence: str) -> None:
    assert lead(f"{sentence}他们离开了。") == sentence
