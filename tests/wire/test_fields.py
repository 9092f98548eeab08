"""Offsets in UTF-16 code units, compared with the encoding itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.fields import SurfaceFields, spans_in_utf16, utf16_offsets

TEXT = st.text(st.sampled_from("aé中𝒳😀\u0301\ue000\U0010ffff"), max_size=20)


@given(TEXT, st.lists(st.integers(0, 20), max_size=10))
def test_an_offset_is_the_number_of_code_units_before_it(text: str, offsets: list[int]) -> None:
    """The offsets may come in any order and repeat."""
    within = [min(offset, len(text)) for offset in offsets]
    assert utf16_offsets(text, within) == [len(text[:offset].encode("utf-16-le")) // 2 for offset in within]


@pytest.mark.parametrize(
    ("text", "offsets", "expected"),
    [("", [0], [0]), ("cafés", [5, 0], [5, 0]), ("a😀b", [0, 1, 2, 3], [0, 1, 3, 4]), ("😀😀", [2, 1, 2], [4, 2, 4])],
)
def test_a_code_point_beyond_the_bmp_counts_twice(text: str, offsets: list[int], expected: list[int]) -> None:
    assert utf16_offsets(text, offsets) == expected


def test_each_span_is_converted_in_its_own_field() -> None:
    """All its other fields stay."""
    spans: list[SurfaceFields] = [
        {"field": "text", "start": 1, "end": 2, "text": "b", "kind": "name"},
        {"field": "title", "start": 1, "end": 3, "text": "bc", "kind": "surname"},
    ]
    assert spans_in_utf16(spans, {"title": "abc", "text": "😀b"}) == [
        {"field": "text", "start": 2, "end": 3, "text": "b", "kind": "name"},
        {"field": "title", "start": 1, "end": 3, "text": "bc", "kind": "surname"},
    ]
