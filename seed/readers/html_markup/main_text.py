"""Extract the report from a page with trafilatura."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document

from seed.readers.html_markup.tree import Element, find_elements

_SPECIAL_CHARACTERS = "\u00a0\u202f\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u061c"
_PLACEHOLDERS = {ord(kept): chr(0x1D360 + place) for place, kept in enumerate(_SPECIAL_CHARACTERS)}
"""Placeholders (counting rods) for characters that trafilatura folds or drops but that a stored text keeps."""

_ORIGINALS = {ord(stand_in): chr(kept) for kept, stand_in in _PLACEHOLDERS.items()}


def extract_main_text(tree: Element) -> str:
    """Return the paragraphs of the report, separated by blank lines; empty if there are none."""
    try:
        document = bare_extraction(
            _with_placeholders(tree), include_comments=False, with_metadata=False, output_format="python"
        )
    except MemoryError:
        raise
    except Exception:
        return ""
    if not isinstance(document, Document) or document.body is None:
        return ""
    return "\n\n".join(block for block in map(str.strip, _blocks(document.body)) if block).translate(_ORIGINALS)


def _with_placeholders(tree: Element) -> Element:
    copy = deepcopy(tree)
    # The JSON-LD in scripts is read elsewhere; `noscript` asks for a script or repeats a picture.
    etree.strip_elements(copy, "script", "style", "noscript", "template", with_tail=False)
    _replace_layout_tables(copy)
    for element in copy.iter():
        element.text = element.text and element.text.translate(_PLACEHOLDERS)
        element.tail = element.tail and element.tail.translate(_PLACEHOLDERS)
    return copy


def _replace_layout_tables(tree: Element) -> None:
    """Turn layout tables into blocks, and lines separated by double breaks into paragraphs."""
    for table in find_elements(tree, "//table[.//table or .//p or .//h1 or .//td[string-length(.) > 400]]"):
        for element in (
            table,
            *table.iterchildren("tbody", "tr"),
            *find_elements(table, "./tr/td | ./tbody/tr | ./tbody/tr/td"),
        ):
            element.tag = "div"
    for gap in tree.iter("br"):
        _split_paragraph(gap)


def _split_paragraph(gap: Element) -> None:
    """Put the text after two line breaks, up to the next break, into a paragraph of its own."""
    second = gap.getnext()
    if (gap.tail or "").strip() or second is None or second.tag != "br" or not (second.tail or "").strip():
        return
    second.tag, second.text, second.tail = "p", second.tail, None


def _blocks(body: etree._Element) -> Iterator[str]:
    """Yield the blocks of the extracted tree as text, with a line per list item and per table row."""
    for block in body:
        if block.tag == "list":
            yield "\n".join(_line(item) for item in block.iterchildren("item"))
        elif block.tag == "table":
            yield "\n".join(" | ".join(filter(None, map(_line, row.iterchildren("cell")))) for row in block.iter("row"))
        elif any(child.tag in {"p", "head", "list"} for child in block):
            yield _line(block, only_own=True)
            yield from _blocks(block)
        else:
            yield _line(block)
        yield " ".join((block.tail or "").split())


def _line(element: etree._Element, *, only_own: bool = False) -> str:
    if only_own:
        return (element.text or "").strip()
    for break_ in element.iter("lb"):
        break_.text = "\n"
    return "\n".join(" ".join(row.split()) for row in "".join(element.itertext()).split("\n")).strip()
