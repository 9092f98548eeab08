"""Paragraphs of rich text files, as word processors and press databases write them."""

import pytest

from seed.readers.documents import rtf
from seed.readers.documents.rtf import rtf_paragraphs
from seed.readers.input.decoding import UnreadableError

FONTS = rb"{\fonttbl{\f0\fcharset0 Times;}{\f1\fnil\fcharset204{\*\fname Arial;}Arial Cyr;}{\f2\cpg936 Song;}}"


def texts(body: bytes, head: bytes = rb"\ansi\ansicpg1252\deff0") -> list[str]:
    """Return the paragraphs of a document with this body, without the empty one at its end."""
    paragraphs: list[str] = [*rtf_paragraphs(rb"{\rtf1" + head + FONTS + body + b"}")]
    return paragraphs if paragraphs[-1] else paragraphs[:-1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"\pard Ferry\par Tide\par", ["Ferry", "Tide"]),
        (b"\\pard Fer\r\nry\\\nTide\\\r\nPier", ["Ferry", "Tide", "Pier"]),
        (rb"a\line b\tab c\page d\sect e", ["a\nb\tc", "d", "e"]),
        (rb"\{a\}\\ b\~c\_d\-e\emdash\ldblquote f\rdblquote", ["{a}\\ b\u00a0c\u2011de—“f”"]),
        (rb"Gr\'fc\'dfe", ["Grüße"]),
        (rb"{\f1 \'cf\'e0\'f0\'ee\'ec} \'e0", ["Паром à"]),
        (rb"\f1 \'cf\plain \'e0", ["Пà"]),
        (rb"\f2 \'b4\'ac\'81A", ["船丄"]),
        (rb"\u1055?\u1072 ?\u-10179?\u-8704?\u8217\'92s", ["Па\U0001f600’s"]),
        (rb"\uc0\u8212 a\uc2\u8212 --b{\uc1\u233 ?}\u233\'65\'65c\u128512??", ["—a—bééc\U0001f600"]),
        (rb"\u8212\emdash a\u-10179 ?\u9999999999 ?\u", ["—a\ufffd\ue3ff"]),
        (rb"a{\header Page 1\par}{\footer x}{\footnote y}{\info{\title T}}b", ["ab"]),
        (rb"a{\*\generator Writer;}{\*\unknown{\b x}}{\pict\pngblip 8950}{\pict\bin5 }}{\\ b}c", ["ac"]),
        (rb"a{\v hidden}{\deleted old}\deleted old\deleted0 b\v c\v0 d", ["abd"]),
        (rb"{\upr{Gr?}{\*\ud{Gr\u252?}}}", ["Grü"]),
        (rb"{\info{\upr{a}{\*\ud{b}}}}c", ["c"]),
        (rb"\trowd\intbl HD\cell Ferry\par sails\cell\row BY\cell Ada\cell\row", ["HD\tFerry", "sails", "BY\tAda"]),
        (rb"{\listtext 1.\tab}Ferry\par{\pntext\'b7\tab}Tide", ["Ferry", "Tide"]),
        (
            rb"a{\shp{\*\shpinst{\sp{\sn t}{\sv 1}}{\shptxt box\par two}}{\shprslt fallback}}b\par c",
            ["ab", "box", "two", "c"],
        ),
        (rb"a{\*\do\dobxpage{\dptxbxtext box\par}}b", ["ab", "box"]),
        (rb"\'00a\'zb\9", ["azb"]),
    ],
)
def test_text_is_what_a_reader_of_the_document_sees(body: bytes, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (rb"\ansi\ansicpg1251", "Ð".encode("cp1252").decode("cp1251")),
        (rb"\mac", b"\xd0".decode("mac_roman")),
        (rb"\pca", b"\xd0".decode("cp850")),
        (rb"\ansi\ansicpg10007", b"\xd0".decode("mac_cyrillic")),
        (rb"\ansi\ansicpg99999", "Ð"),
    ],
)
def test_bytes_are_in_the_code_page_of_the_document(head: bytes, expected: str) -> None:
    assert texts(rb"\'d0", head) == [expected]


def test_a_paragraph_has_the_address_that_it_links_to() -> None:
    link = rb'{\field{\*\fldinst{HYPERLINK "https://a.example/1" }}{\fldrslt{\ul Ferry}}}'
    body = link + rb"\par {\field{\*\fldinst PAGE}{\fldrslt 7}}"
    paragraphs = list(rtf_paragraphs(rb"{\rtf1 " + body + b"}"))
    assert [(paragraph, paragraph.link) for paragraph in paragraphs] == [("Ferry", "https://a.example/1"), ("7", None)]


def test_documents_one_after_another_are_all_read() -> None:
    assert list(rtf_paragraphs(b"{\\rtf1 a\\par}\n{\\rtf1 b\\par}\r\n\0")) == ["a", "b", ""]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (rb"{\rtf1 a\par b", "cut off"),
        (b"{\\rtf1 a\\", "cut off"),
        (rb"{\rtf1 a}}", "a closing brace without its opening one"),
        (rb"{\rtf1 a} b", "text after its end"),
        (b"", "no rich text"),
        (b"{\\rtf1" + b"{" * 500, "nested too deeply: expected at most 500 levels"),
    ],
)
def test_a_damaged_document_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        list(rtf_paragraphs(content))


def test_a_document_has_a_bounded_number_of_control_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtf, "MAX_TOKENS", 9)
    with pytest.raises(UnreadableError, match="too many control words: expected at most 9"):
        list(rtf_paragraphs(rb"{\rtf1" + rb"\b" * 9 + b"}"))
