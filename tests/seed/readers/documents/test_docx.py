"""Paragraphs of Word documents, as word processors and press databases write them."""

import io
import zipfile

import pytest

from seed.readers.documents import docx
from seed.readers.documents.docx import docx_paragraphs
from seed.readers.input.decoding import UnreadableError
from tests.seed.readers.documents.word_files import word_file


def texts(body: str) -> list[str]:
    """Return the paragraphs of a document with this body."""
    return [*docx_paragraphs(word_file(body))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<w:p><w:r><w:t>Fer</w:t></w:r><w:r><w:t>ry</w:t></w:r></w:p><w:p/>", ["Ferry", ""]),
        (
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t>"
            "<w:noBreakHyphen/><w:softHyphen/><w:t>d</w:t></w:r></w:p>",
            ["a\tb\nc\u2011d"],
        ),
        (
            "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>",
            ["new"],
        ),
        (
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t><w:tab/></w:r><w:r><w:t>b</w:t></w:r>"
            '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>c</w:t></w:r></w:p>',
            ["bc"],
        ),
        ('<w:p><w:r><w:sym w:char="00E9"/><w:sym w:char="F0B7"/><w:sym/></w:r></w:p>', ["é"]),
        ("<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r></w:p>", ["7"]),
        (
            "<w:p><w:r><w:t>a</w:t><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>b</w:t></w:r></w:p>",
            ["ab", "box"],
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Type</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc>"
            "<w:tc><w:p><w:r><w:t>News</w:t></w:r></w:p></w:tc></w:tr>"
            "<w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc>"
            "</w:tr></w:tbl>",
            ["Type\t\tNews", "a", "b", ""],
        ),
        (
            "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>in</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>"
            "</w:tc></w:tr></w:tbl>",
            ["in", ""],
        ),
        ("<w:t>outside</w:t><w:tc/><w:p><w:r><w:t>a</w:t></w:r></w:p>", ["a"]),
    ],
)
def test_text_is_what_a_reader_of_the_document_sees(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_a_paragraph_has_the_address_that_it_links_to() -> None:
    body = '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>Ferry</w:t></w:r></w:hyperlink></w:p><w:p><w:hyperlink/></w:p>'
    content = word_file(body, links={"rId1": "https://a.example/1"})
    assert [(text, text.link) for text in docx_paragraphs(content)] == [("Ferry", "https://a.example/1"), ("", None)]


def test_a_row_has_the_first_link_of_its_cells() -> None:
    cell = '<w:tc><w:p><w:hyperlink r:id="rId1"><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p></w:tc>'
    content = word_file(f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>", links={"rId1": "https://a.example/1"})
    assert [(text, text.link) for text in docx_paragraphs(content)] == [("a\ta", "https://a.example/1")]


def test_a_document_of_another_name_is_found() -> None:
    body = "<w:p><w:r><w:t>a</w:t></w:r></w:p>"
    assert list(docx_paragraphs(word_file(body, name="word/document2.xml"))) == ["a"]


def broken(body: str) -> bytes:
    """Return a document whose main part is just this."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", body)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04", "the archive is broken"),
        (word_file("", name="word/styles.xml"), "document.xml is missing"),
        (broken("<w:p>"), "the document is broken"),
        (broken("<p>" * 101), "nested too deeply: expected at most 100 levels"),
        (broken('<!DOCTYPE p [<!ENTITY a "b">]><p>&a;</p>'), "declares a document type"),
    ],
)
def test_a_broken_document_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        list(docx_paragraphs(content))


@pytest.mark.parametrize(
    ("limit", "reason"), [("MAX_ELEMENTS", "too many elements"), ("MAX_DOCUMENT_BYTES", "too large")]
)
def test_a_large_document_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, reason: str) -> None:
    monkeypatch.setattr(docx, limit, 9)
    with pytest.raises(UnreadableError, match=reason):
        list(docx_paragraphs(word_file("<w:p/>" * 9)))


def test_an_encrypted_document_is_refused() -> None:
    content = bytearray(word_file("<w:p/>"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableError, match="encrypted"):
        list(docx_paragraphs(bytes(content)))
