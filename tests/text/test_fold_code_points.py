"""Folding code point by code point: a table of examples, and offsets that hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.folding import fold_code_points


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
        ("قوات، ایران", "قوات، ايران"),
        ("צה״ל ג׳נין", "צה\"ל ג'נין"),
    ],
)
def test_spaces_marks_and_accents_become_plain(text: str, folded: str) -> None:
    assert fold_code_points(text) == folded


@given(st.text(st.characters(exclude_categories=())))
def test_each_code_point_folds_by_itself(text: str) -> None:
    assert len(fold_code_points(text)) == len(text)
    assert fold_code_points(text) == "".join(map(fold_code_points, text))
    assert fold_code_points(fold_code_points(text)) == fold_code_points(text)
