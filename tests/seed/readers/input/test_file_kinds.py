"""Files that are not read are named as what they are."""

import io
import zipfile

import pytest

from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

CONTENT_TYPES = "[Content_Types].xml"


def packed(*names: str, mime_type: str = "") -> bytes:
    """Return a zip with these members; `mime_type` is the content of the first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, mime_type if name == "mimetype" else "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.numbers", packed("Index/Document.iwa", "Index/Tables/DataList.iwa"), "a spreadsheet:"),
        ("a.odt", packed("mimetype", "content.xml", mime_type="application/vnd.oasis.opendocument.text"), "an OpenDoc"),
        ("a.pptx", packed(CONTENT_TYPES, "ppt/presentation.xml"), "a presentation:"),
        ("a.epub", packed("mimetype", "META-INF/container.xml", mime_type="application/epub+zip"), "an e-book:"),
        ("a.epub", packed("x.html", "META-INF/container.xml"), "an e-book:"),
        (
            "a.webarchive",
            b"bplist00\xd1\x01",
            "a binary property list, as Safari saves pages (webarchive): expected the",
        ),
        ("a.parquet", b"PAR1\x15", "a Parquet table:"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "a picture: expected text"),
        ("a.jsonl.xz", b"\xfd7zXZ\0", "an archive other than gzip and zip: expected it unpacked"),
    ],
)
def test_a_file_of_another_program_is_named(reading: Reading, name: str, content: bytes, what: str) -> None:
    suffix = name[name.rindex(".") :]
    reason = only_reason(reading(name, content))
    assert reason.startswith(f"the format {suffix!r} is not supported, the file is {what}")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xlsx", packed(CONTENT_TYPES, "xl/workbook.xml"), "spreadsheet"),
        ("a.csv", packed("docProps/app.xml", "xl/workbook.xml", CONTENT_TYPES), "spreadsheet"),
        (
            "a.ods",
            packed("mimetype", "content.xml", mime_type="application/vnd.oasis.opendocument.spreadsheet"),
            "spreadsheet",
        ),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Word document or Excel spreadsheet"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    ],
)
def test_a_file_that_a_reader_has_is_read_whatever_its_suffix(
    reading: Reading, name: str, content: bytes, kind: str
) -> None:
    assert kind in only_reason(reading(name, content, source="G"))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.docx", packed(CONTENT_TYPES, "word/document.xml"), "a Word document"),
        ("a.docx", packed("word/document.xml", CONTENT_TYPES), "a Word document"),
        ("a.txt", packed("word/document.xml", CONTENT_TYPES), "a Word document"),
        ("a.rtf", b"{\\rtf1\\ansi Ferry}", "a rich text file (RTF)"),
    ],
)
def test_a_document_that_no_database_exported_is_named(reading: Reading, name: str, content: bytes, what: str) -> None:
    reason = only_reason(reading(name, content))
    assert reason.startswith(f"the file is {what} that none of ProQuest, Factiva, Nexis")
    assert reason.endswith(
        "expected its text saved as plain text (.txt), one article per file, and its outlet with --source"
    )


def test_such_a_file_in_an_archive_is_named(reading: Reading) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("press.rtf", b"{\\rtf1 }")
    assert "the file is a rich text file" in only_reason(reading("a.zip", file.getvalue()))


def test_other_zips_are_archives(reading: Reading) -> None:
    record = '{"title": "Ferry", "source": "G", "text": "A."}'
    for names in (("mimetype", "word/a.jsonl"), ("xl/a.jsonl",)):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                archive.writestr(name, record)
        assert reading("a.zip", file.getvalue())
    assert only_article(reading("a.zip", file.getvalue())).title == "Ferry"


def test_the_format_may_be_forced(reading: Reading) -> None:
    assert only_article(reading("a.txt", b"%PDF-1.7\n\nIt sails.", source="G", format="page")).title == "%PDF-1.7"
