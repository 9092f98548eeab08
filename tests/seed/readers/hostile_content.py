"""Generate hostile content: repeated pieces in every format that a load reads."""

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.seed.readers.documents.word_files import word_file

MB = 1_000_000

Content = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file with content of variable size: `small` just exceeds a bound, `full` is what an attacker would send.

    `said` is part of the line that reports it; None if it is loaded because it does no harm.
    """

    name: str
    file: str
    content: Content
    small: int
    full: int
    said: str | None


def repeated(piece: str, before: str = "", after: str = "") -> Content:
    """Return a piece repeated up to a total size in bytes."""
    some = piece.encode()
    return lambda size: before.encode() + some * (size // len(some)) + after.encode()


def numbered(piece: str, before: str = "", after: str = "") -> Content:
    """Do as `repeated`, with a number in each piece."""
    return lambda size: (before + "".join(piece.format(n) for n in range(size // len(piece))) + after).encode()


def packed(content: Content) -> Content:
    """Return content compressed with gzip."""
    return lambda size: gzip.compress(content(size), 1, mtime=0)


def field(name: str, piece: str, before: str = "", after: str = "") -> Content:
    """Return a line of JSON Lines with a piece repeated in the field of this name."""
    start = '{"title": "Ferry", "source": "Gazette", "text": "A text."'
    return repeated(piece, f'{start}, "{name}": {before}', after + "}\n")


def text(piece: str) -> Content:
    """Return a record whose text is a repeated piece."""
    return lambda size: json.dumps(
        {"title": "Ferry", "source": "Gazette", "text": (piece * (size // len(piece) + 1))[:size]}, ensure_ascii=False
    ).encode()


def page(piece: str, before: str = "", after: str = "") -> Content:
    """Return a page with a report, followed by a repeated piece."""
    report = "<h1>Ferry sails</h1><p>" + "The ferry sailed again on Monday. " * 8
    head = '<!doctype html><title>Ferry sails</title><meta property="og:site_name" content="Gazette">'
    return repeated(piece, f"{head}<article>{report}{before}", after)


def feed(piece: str, before: str = "", after: str = "", head: str = "") -> Content:
    """Return a feed with an entry whose description is a repeated piece."""
    start = f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>Gazette</title><item><title>Ferry</title>'
    return repeated(piece, f"{start}<description>A text.{before}", f"{after}</description></item></channel></rss>")


def members(
    *names: str, mode: int = 0, flag: int = 0, inner: bytes = b"---\ntitle: A\nsource: G\n---\nA text.\n"
) -> Content:
    """Return a zip whose members have these names and all the same content."""

    def content(_size: int) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                info = zipfile.ZipInfo(name)
                info.external_attr = mode << 16
                archive.writestr(info, inner)
        made = bytearray(file.getvalue())
        made[made.index(b"PK\x01\x02") + 8] |= flag
        return bytes(made)

    return content


def word_document(piece: str, before: str = "", after: str = "") -> Content:
    """Return a Word document whose body is a repeated piece."""
    return lambda size: word_file(before + piece * (size // len(piece)) + after)


def short_members(size: int) -> bytes:
    """Return a zip that lists many members, all with the same few bytes."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) * size, 30, 0)
    return b"PK\x03\x04" + bytes(26) + entry * size + end


def workbook(*rows: str, sheets: int = 1, before: str = "", after: str = "") -> Content:
    """Return a workbook of Excel: the first rows as they are, the last one repeated between `before` and `after`."""

    def content(size: int) -> bytes:
        *first, last = rows
        data = f"{''.join(first)}{before}{last * (size // len(last))}{after}"
        return packed_workbook([f"<sheetData>{data}</sheetData>"] * sheets)

    return content


def packed_workbook(sheets: list[str]) -> bytes:
    """Return a workbook of Excel with the content of these sheets."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(sheets) + 1)
    names = "".join(f'<sheet name="Sheet{number}" sheetId="{number}" r:id="r{number}"/>' for number in numbers)
    related = "".join(
        f'<Relationship Id="r{number}" Type="{office}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        **{
            f"xl/worksheets/sheet{number}.xml": f"<worksheet {main}>{sheet}</worksheet>"
            for number, sheet in zip(numbers, sheets, strict=True)
        },
    }
    return _zip(files)


def packed_table(rows: str) -> bytes:
    """Return a spreadsheet of OpenDocument with one table."""
    names = ("office", "table", "text")
    declared = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    table = f'<table:table table:name="A">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}"/>',
            "content.xml": f"<office:document-content {declared}>{body}</office:document-content>",
        }
    )


def _zip(files: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text, method)
    return file.getvalue()


def sheet_row(*cells: str) -> str:
    """Return a row of a sheet of Excel with these texts."""
    inline = (f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f"<row>{''.join(inline)}</row>"


def table_row(*cells: str) -> str:
    """Return a row of a table of OpenDocument with these texts."""
    texts = (
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{''.join(texts)}</table:table-row>"


def packed_pages(pages: Sequence[Sequence[str | tuple[int, str]]], content: bytes | None = None) -> bytes:
    """Return a PDF with these lines on its pages, each with the size of its letters if it is not 11.

    `content` replaces that of all pages.
    """
    streams = [_page_content(lines) for lines in pages] if content is None else [content] * len(pages)
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(streams)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(streams):
        packed_stream = zlib.compress(stream)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        head = f"<< /Filter /FlateDecode /Length {len(packed_stream)} >>\nstream\n".encode()
        objects.append(head + packed_stream + b"\nendstream")
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + head + table + end


def _page_content(lines: Sequence[str | tuple[int, str]]) -> bytes:
    rows = []
    for number, each in enumerate(lines):
        size, text = (11, each) if isinstance(each, str) else each
        shown = text.encode("cp1252", "replace").replace(b"(", b"\\(").replace(b")", b"\\)")
        rows.append(b"BT /F1 %d Tf 1 0 0 1 72 %d Tm (%s) Tj ET" % (size, 780 - 25 * number, shown))
    return b"\n".join(rows)
