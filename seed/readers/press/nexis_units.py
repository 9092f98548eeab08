"""Split an article in an export of Nexis into paragraphs, and join the lines that the database wrapped."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from seed.readers.documents.paragraphs import Paragraph
from seed.readers.html_markup.tree import Element, find_elements, text_lines
from seed.readers.press.nexis_labels import is_body_heading, is_furniture, label_of

_MAX_LINE = 82  # Characters of a line in the plain text that Nexis wraps; a longer one shows that it does not.
_MIN_WRAPPED = 76  # Characters that a line and the first word of the next one have at least, if it was wrapped.
_CENTERED = 10  # Spaces before a line that Nexis centers.
_PAGE = re.compile(r"<!-- LXNComment|<A NAME=\"DOC_ID_[0-9]|<DOCFULL>", re.IGNORECASE)
_CENTERED_CLASS = re.compile(r"\.(c[0-9]{1,3}) \{ text-align: center")
_PARAGRAPH_MARK, _CENTER_MARK = "\ue000", "\ue001"
WORDS = re.compile(r"[0-9.,]{1,9} (?:words?|Wörter|Worte|mots?|palabras|parole|woorden|palavras)", re.IGNORECASE)
"""The length of an article."""


@dataclass(slots=True)
class Block:
    """The lines of one article, or of a cover page; `line` is the number of the first one.

    `number` and `total` are those in the line above the article, 0 without one; `has_end` is set where a line ends it.
    """

    line: int
    number: int = 0
    total: int = 0
    lines: list[str] = field(default_factory=list)
    size: int = 0
    has_end: bool = False
    is_last: bool = False


@dataclass(slots=True, eq=False)
class Unit:
    """One paragraph: its lines, and all of them in one; `is_below_page` is set where a page number is above it.

    `continues` is set where a line break alone is between it and the unit above.
    """

    lines: list[str]
    text: str
    link: str | None = None
    is_centered: bool = False
    is_below_page: bool = False
    continues: bool = False


def is_export_page(text: str) -> bool:
    """Return whether the HTML of a page may be an export."""
    return _PAGE.search(text) is not None


def page_lines(tree: Element) -> Iterator[str]:
    """Yield the lines of a page as those of plain text: blank lines between paragraphs, and spaces before the centered.

    Marks are put into the paragraphs, so that no text outside of them is lost.
    """
    styles = " ".join(str(style.text or "") for style in find_elements(tree, "//style"))
    centered = frozenset(_CENTERED_CLASS.findall(styles))
    for paragraph in find_elements(tree, "//p"):
        mark = _CENTER_MARK if str(paragraph.get("class") or "") in centered else ""
        paragraph.text = _PARAGRAPH_MARK + mark + (paragraph.text or "")
        for line_break in find_elements(paragraph, ".//br"):
            line_break.tail = mark + (line_break.tail or "")
    for line in text_lines(tree):
        if _PARAGRAPH_MARK in line:
            yield ""
        text = line.replace(_PARAGRAPH_MARK, "").replace(_CENTER_MARK, "").strip()
        if text:
            yield f"{' ' * _CENTERED}{text}" if _CENTER_MARK in line else text


def split_units(block: Block) -> list[Unit]:
    """Return the paragraphs of a block without page numbers."""
    return _without_page_numbers(_units(block))


def _units(block: Block) -> list[Unit]:
    """Return the paragraphs: groups of lines where blank lines separate them, otherwise each line."""
    lines = block.lines
    if block.number:
        has_blank_lines = "\n\n" in "\n".join(map(str.strip, lines)).strip("\n")
        return [*(_groups(lines) if has_blank_lines else _single_lines(lines))]
    heading = next((at for at, line in enumerate(lines) if is_body_heading(squeeze(line))), len(lines))
    header = [unit for line in lines[: heading + 1] for unit in _lines_of(line)]
    text = lines[heading + 1 :]
    # Text that was saved from a document may be wrapped; paragraphs of documents are not.
    is_wrapped = not any(isinstance(line, Paragraph) for line in text) and max(map(len, text), default=0) <= _MAX_LINE
    distinct = [unit for at, unit in enumerate(header) if at == 0 or unit.text != header[at - 1].text]
    return [*distinct, *(_groups(text) if is_wrapped else _single_lines(text))]


def _single_lines(lines: Iterable[str]) -> Iterator[Unit]:
    return (_unit([line]) for line in lines if line.strip())


def _groups(lines: Iterable[str]) -> Iterator[Unit]:
    """Yield the groups of lines between blank lines; a label begins a group, and a length is one by itself."""
    group = list[str]()
    for line in (*lines, ""):
        if group and (not line.strip() or _begins_group(group[-1], line) or _is_length(group)):
            yield _unit(group)
            group = []
        if line.strip():
            group.append(line)


def _begins_group(above: str, line: str) -> bool:
    """Return whether a line begins with a label, and does not continue a sentence of the text."""
    return label_of(squeeze(line)) is not None and not _is_wrapped(above, line)


def _is_wrapped(above: str, line: str) -> bool:
    """Return whether the first word of a line would not have fit into the one above."""
    return len(above.rstrip()) + 1 + len(line.split(maxsplit=1)[0]) >= _MIN_WRAPPED


def _lines_of(line: str) -> Iterator[Unit]:
    """Yield the lines of a paragraph; the paragraph itself if it has one, as it may have a link."""
    for number, unit in enumerate(_single_lines(line.split("\n") if "\n" in line else [line])):
        unit.continues = number > 0
        unit.link = getattr(line, "link", None)
        yield unit


def _is_length(group: Sequence[str]) -> bool:
    label = label_of(squeeze(group[0])) if len(group) == 1 else None
    return label is not None and label.field == "length" and bool(WORDS.fullmatch(label.value))


def _without_page_numbers(units: Iterable[Unit]) -> list[Unit]:
    kept = list[Unit]()
    is_below_page = False
    for unit in units:
        if not is_furniture(unit.text):
            unit.is_below_page = is_below_page
            kept.append(unit)
        is_below_page = is_furniture(unit.text)
    return kept


def _unit(lines: list[str]) -> Unit:
    link = next((link for line in lines if (link := getattr(line, "link", None))), None)
    is_centered = all(line.startswith(" " * _CENTERED) for line in lines)
    return Unit(lines, squeeze(" ".join(lines)), link, is_centered)


def unwrap(lines: Sequence[str]) -> str:
    """Return the lines of a paragraph, joined where they were wrapped and no more than that."""
    if any(len(line.rstrip()) > _MAX_LINE for line in lines):
        return "\n".join(line.strip() for line in lines)
    pieces = [lines[0].strip()]
    for above, line in pairwise(lines):
        is_indented = line.startswith("  ") and not above.startswith("  ")
        is_wrapped = _is_wrapped(above, line) and not is_indented
        pieces.append((" " if is_wrapped else "\n") + line.strip())
    return "".join(pieces)


def squeeze(line: str) -> str:
    """Return a line with single spaces."""
    return " ".join(line.split())
