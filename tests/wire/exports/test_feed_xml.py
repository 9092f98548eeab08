"""Writers of XML elements."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from app.wire.exports.feed_xml import element, optional_element, replace_illegal_characters, start_tag

# Surrogates cannot be encoded and so cannot be in the database.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_an_element_round_trips_any_text(text: str) -> None:
    """Only characters that XML cannot represent are replaced."""
    parsed = ET.fromstring(element("a", text, b=text))  # noqa: S314 - our own
    assert (parsed.text or "") == replace_illegal_characters(text)
    assert parsed.get("b") == replace_illegal_characters(text)


def test_characters_that_xml_cannot_represent_are_replaced() -> None:
    assert replace_illegal_characters("\0\x08\t\n\x0b\r\x1f \ud7ff\ufffd\ufffe\uffff\U00010000\U0010ffff") == (
        "\ufffd\ufffd\t\n\ufffd\r\ufffd \ud7ff\ufffd\ufffd\ufffd\U00010000\U0010ffff"
    )


def test_unknown_values_are_left_out() -> None:
    assert element("link", rel="self", type=None) == '<link rel="self"/>\n'
    assert start_tag("entry", lang=None) == "<entry>\n"
    assert [optional_element("rights", text) for text in (None, "", "CC0")] == ["", "", "<rights>CC0</rights>\n"]
