"""The openings of texts in feeds."""

import pytest

from app.wire.exports.feeds import MAX_OPENING_LENGTH, opening

LONG = "word " * 100


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One line.", "One line."),
        ("  \n\tOne  line,\nor  two.\n\nAnother.", "One line, or two."),
        ("One.\n \t\nTwo.", "One."),
        ("One.\r\n\r\nTwo.", "One."),
        ("a\u00a0b", "a b"),
        ("\u00a0", ""),
        ("x" * MAX_OPENING_LENGTH, "x" * MAX_OPENING_LENGTH),
        ("x" * (MAX_OPENING_LENGTH + 1), "x" * (MAX_OPENING_LENGTH - 1) + "…"),
        (LONG, "word " * 58 + "word…"),
        (LONG.strip()[: MAX_OPENING_LENGTH - 1] + "\n\nAnother.", LONG.strip()[: MAX_OPENING_LENGTH - 1]),
    ],
)
def test_an_opening_is_the_first_paragraph_up_to_its_maximum_length(text: str, shown: str) -> None:
    assert opening(text) == shown
    assert len(shown) <= MAX_OPENING_LENGTH
