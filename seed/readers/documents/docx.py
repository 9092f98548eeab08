"""Read the paragraphs of a Word document (DOCX, ECMA-376), one at a time and without building its tree."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml import etree

from seed.readers.documents.paragraphs import MAX_DOCUMENT_BYTES, Paragraph
from seed.readers.input.archives import ArchiveError, UnpackBudget, open_part, open_zip
from seed.readers.input.decoding import UnreadableError

MAX_ELEMENTS = 1_000_000
"""Maximum number of elements in a document; 500 articles have a third."""

MAX_DEPTH = 100
"""Maximum number of text boxes within text boxes; word processors allow one."""

MAX_LINKS_BYTES = 5_000_000
"""Maximum size of the list of links in bytes; a table of contents of 1,000 articles has a tenth."""

_CHUNK_BYTES = 65_536
_DOCUMENT = re.compile(r"word/document[0-9]{0,3}\.xml")
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_NOT_TEXT = frozenset({"del", "moveFrom", "Fallback", "pPr"})
"""Elements without text of the document: deleted text, a second form of text boxes, and the format of a paragraph."""

_PRIVATE_USE = range(0xE000, 0xF900)  # The characters of symbol fonts.
_OFF = frozenset({"0", "false", "off"})


def docx_paragraphs(content: bytes) -> Iterator[Paragraph]:
    """Yield the paragraphs of a Word document without headers, footers, notes and deleted text.

    A row of a table is one paragraph with tabs between the cells if none of them has more than one. Raise
    UnreadableError if the document is broken or too large.
    """
    archive, budget = open_zip(io.BytesIO(content))
    name = next(filter(_DOCUMENT.fullmatch, archive.namelist()), "word/document.xml")
    document = _Document(_links(archive, name, budget))
    for _ in _feed(archive, name, budget, document, MAX_DOCUMENT_BYTES):
        yield from document.paragraphs
        document.paragraphs = []


def _links(archive: ZipFile, name: str, budget: UnpackBudget) -> Mapping[str, str]:
    """Return the URL of each link by its id; empty if the document has none."""
    folder, _, file = name.rpartition("/")
    links = _Links()
    try:
        for _ in _feed(archive, f"{folder}/_rels/{file}.rels", budget, links, MAX_LINKS_BYTES):
            pass
    except ArchiveError:
        return {}
    return links.targets


def _feed(archive: ZipFile, name: str, budget: UnpackBudget, target: "_Target", max_bytes: int) -> Iterator[None]:
    """Parse a part of the document, and yield after each piece of it and at its end."""
    stream = open_part(archive, name, budget)
    # The stubs require methods for comments and namespaces, which cost time and are of no use here.
    parser = etree.XMLParser(  # type: ignore[call-overload]
        target=target, resolve_entities=False, load_dtd=False, no_network=True
    )
    size = 0
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > max_bytes:
                raise UnreadableError(f"the document is too large: expected at most {max_bytes} bytes of text")
            parser.feed(chunk)
            yield
        parser.close()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"the document is broken ({error.msg}): expected an intact one") from None
    yield


class _Target:
    """Receives what is in a part; refuses declarations, which documents do not have, and too many elements."""

    def __init__(self) -> None:
        self._count = 0

    def doctype(self, _name: str, _public_id: str | None, _system: str | None) -> None:
        """Raise UnreadableError: a document type may declare entities."""
        raise UnreadableError("the document declares a document type: expected one without it")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise UnreadableError(f"the document has too many elements: expected at most {MAX_ELEMENTS}")
        self.start_local(tag.rpartition("}")[2], attributes)

    def start_local(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element with this name, without its namespace."""

    def end(self, tag: str) -> None:
        """End an element."""

    def data(self, text: str) -> None:
        """Receive text."""

    def close(self) -> None:
        """End the part."""


class _Links(_Target):
    """Collects the links of the document to pages."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def start_local(self, name: str, attributes: Mapping[str, str]) -> None:
        """Keep the URL of a relationship that is a link."""
        if name == "Relationship" and attributes.get("Type", "").endswith("/hyperlink"):
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")[:2_000]


@dataclass(slots=True)
class _Block:
    """A paragraph that is not complete yet."""

    pieces: list[str] = field(default_factory=list)
    link: str | None = None


class _Document(_Target):
    """Makes paragraphs of the main part of a document."""

    def __init__(self, links: Mapping[str, str]) -> None:
        super().__init__()
        self.paragraphs: list[Paragraph] = []
        self._links = links
        self._blocks: list[_Block] = []  # More than one within a text box.
        self._boxes: list[Paragraph] = []
        self._rows: list[list[list[Paragraph]]] = []  # Cells of the row, more than one row in nested tables.
        self._skipped = 0  # Depth in elements without text.
        self._is_text = self._is_hidden = False

    def start_local(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element: a paragraph, a row, a cell, or something within a paragraph."""
        if self._skipped or name in _NOT_TEXT:
            self._skipped += 1
        elif name == "p":
            if len(self._blocks) == MAX_DEPTH:
                raise UnreadableError(f"the document is nested too deeply: expected at most {MAX_DEPTH} levels")
            self._blocks.append(_Block())
        elif name == "tr":
            self._rows.append([])
        elif name == "tc" and self._rows:
            self._rows[-1].append([])
        elif self._blocks:
            self._start_in_paragraph(name, {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def _start_in_paragraph(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "r":
            self._is_hidden = False
        elif name == "vanish":
            self._is_hidden = attributes.get("val") not in _OFF
        elif name == "t":
            self._is_text = not self._is_hidden
        elif name in _CHARACTERS and not self._is_hidden:
            self._blocks[-1].pieces.append(_CHARACTERS[name])
        elif name == "sym":
            self._blocks[-1].pieces.append(_symbol(attributes.get("char", "")))
        elif name == "hyperlink":
            block = self._blocks[-1]
            block.link = block.link or self._links.get(attributes.get("id", ""))

    def data(self, text: str) -> None:
        """Add the text of a run."""
        if self._is_text and not self._skipped:
            self._blocks[-1].pieces.append(text)

    def end(self, tag: str) -> None:
        """End an element."""
        name = tag.rpartition("}")[2]
        if self._skipped:
            self._skipped -= 1
        elif name == "t":
            self._is_text = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tr":
            for paragraph in _row_paragraphs(self._rows.pop()):
                self._add(paragraph)

    def _end_paragraph(self) -> None:
        block = self._blocks.pop()
        paragraph = Paragraph("".join(block.pieces), block.link)
        if self._blocks:
            self._boxes.append(paragraph)
            return
        for each in (paragraph, *self._boxes):
            self._add(each)
        self._boxes = []

    def _add(self, paragraph: Paragraph) -> None:
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(paragraph)
        else:
            self.paragraphs.append(paragraph)


def _row_paragraphs(row: list[list[Paragraph]]) -> list[Paragraph]:
    """Return the paragraphs of a row: one if it is a row of single values, otherwise those of each cell."""
    cells = [[paragraph for paragraph in cell if paragraph.strip()] for cell in row]
    if sum(map(bool, cells)) < 2 or any(len(cell) > 1 for cell in cells):
        return [paragraph for cell in row for paragraph in cell]
    link = next((paragraph.link for cell in cells for paragraph in cell if paragraph.link), None)
    return [Paragraph("\t".join(cell[0] if cell else "" for cell in cells).rstrip("\t"), link)]


def _symbol(code: str) -> str:
    """Return the character of a symbol; those of symbol fonts have no meaning without their font."""
    if not re.fullmatch("[0-9A-Fa-f]{4}", code) or int(code, 16) in _PRIVATE_USE:
        return ""
    return chr(int(code, 16))
