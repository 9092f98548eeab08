"""Text as XML."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from app.wire.exports.feed_xml import element, optional_element, replace_illegal_characters, start_tag

# Surrogates cannot be encoded and cannot have come out of the database.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_any_text_comes_back_from_an_element(text: str) -> None:
    """As it was, but for what no document may hold."""
    parsed = ET.fromstring(element("a", text, b=text))  # noqa: S314 - our own
    assert (parsed.text or "") == replace_illegal_characters(text)
    assert parsed.get("b") == replace_illegal_characters(text)


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert replace_illegal_characters("\0\x08\t\n\x0b\r\x1f \ud7ff\ufffd\ufffe\uffff\U00010000\U0010ffff") == (
        "\ufffd\ufffd\t\n\ufffd\r\ufffd \ud7ff\ufffd\ufffd\ufffd\U00010000\U0010ffff"
    )


def test_what_is_unknown_is_left_out() -> None:
    assert element("link", rel="self", type=None) == '<link rel="self"/>\n'
    assert start_tag("entry", lang=None) == "<entry>\n"
    assert [optional_element("rights", text) for text in (None, "", "CC0")] == ["", "", "<rights>CC0</rights>\n"]
