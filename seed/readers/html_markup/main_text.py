"""Extract the report from a page with trafilatura."""

import re
from collections.abc import Iterator
from configparser import ConfigParser
from copy import deepcopy
from functools import cache
from itertools import takewhile

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG, Document

from seed.readers.html_markup.page_furniture import is_furniture_line, remove_furniture
from seed.readers.html_markup.tree import BLOCK_ELEMENTS, Element, find_elements

_SPECIAL_CHARACTERS = "\u00a0\u202f\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u061c"
_PLACEHOLDERS = {ord(kept): chr(0x1D360 + place) for place, kept in enumerate(_SPECIAL_CHARACTERS)}
"""Placeholders (counting rods) for characters that trafilatura folds or drops but that a stored text keeps."""

CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Control characters that XML does not have; pages get them from word processors, also as `&#11;`."""

_MIN_TEXT_LENGTH = 250
_MIN_UNSPACED_TEXT_LENGTH = 80
"""Characters of a text; with a shorter one, extraction failed. Scripts without spaces need fewer characters."""

_MIN_UNSPACED_SHARE = 0.3  # Of the characters of a page in such a script; the rest are spaces, digits and signs.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_TEXT_HOLDERS = frozenset({"div", "td", "font", "center", "article", "section", "body"})
"""Elements of old pages with paragraphs that only breaks divide."""

_ORIGINALS = {ord(stand_in): chr(kept) for kept, stand_in in _PLACEHOLDERS.items()}


def extract_main_text(tree: Element) -> str:
    """Return the paragraphs of the report, separated by blank lines; empty if there are none."""
    page = _with_placeholders(tree)
    text = "".join(page.itertext())
    is_unspaced = len(_UNSPACED.findall(text)) > len(text) * _MIN_UNSPACED_SHARE
    try:
        document = bare_extraction(
            page,
            include_comments=False,
            with_metadata=False,
            output_format="python",
            config=_config(_MIN_UNSPACED_TEXT_LENGTH if is_unspaced else _MIN_TEXT_LENGTH),
        )
    except MemoryError:
        raise
    except Exception:
        return ""
    if not isinstance(document, Document) or document.body is None:
        return ""
    blocks = (block.translate(_ORIGINALS) for block in map(str.strip, _blocks(document.body)))
    return "\n\n".join(block for block in blocks if block and not is_furniture_line(block))


@cache
def _config(min_length: int) -> ConfigParser:
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(min_length)
    return config


def _with_placeholders(tree: Element) -> Element:
    copy = deepcopy(tree)
    # The JSON-LD in scripts is read elsewhere; `noscript` asks for a script or repeats a picture.
    etree.strip_elements(copy, "script", "style", "noscript", "template", with_tail=False)
    _blank_controls(copy)
    remove_furniture(copy)
    _replace_layout_tables(copy)
    for element in copy.iter():
        element.text = element.text and element.text.translate(_PLACEHOLDERS)
        element.tail = element.tail and element.tail.translate(_PLACEHOLDERS)
    return copy


def _blank_controls(tree: Element) -> None:
    """Replace the control characters in a tree, which HTML may have, but whoever sets a text of an element may not."""
    if CONTROLS.search("".join(tree.itertext())):
        for element in tree.iter():
            element.text = element.text and CONTROLS.sub(" ", element.text)
            element.tail = element.tail and CONTROLS.sub(" ", element.tail)


def _replace_layout_tables(tree: Element) -> None:
    """Turn layout tables into blocks, and lines separated by double breaks into paragraphs."""
    for table in find_elements(tree, "//table[.//table or .//p or .//h1 or .//td[string-length(.) > 400]]"):
        for element in (
            table,
            *table.iterchildren("tbody", "tr"),
            *find_elements(table, "./tr/td | ./tbody/tr | ./tbody/tr/td"),
        ):
            element.tag = "div"
    for gap in list(tree.iter("br")):
        _split_paragraph(gap)


def _split_paragraph(gap: Element) -> None:
    """Put what is before two line breaks, and what is after them up to the next break, into paragraphs of their own."""
    second, parent = gap.getnext(), gap.getparent()
    if (gap.tail or "").strip() or second is None or second.tag != "br" or parent is None:
        return
    first = next(iter(parent))
    if parent.tag in _TEXT_HOLDERS and (parent.text or "").strip() and first.tag not in BLOCK_ELEMENTS - {"br"}:
        start = parent.makeelement("p")
        start.text, parent.text = parent.text, None
        start.extend(takewhile(lambda element: element.tag != "br", list(parent)))
        parent.insert(0, start)
    if (second.tail or "").strip():
        second.tag, second.text, second.tail = "p", second.tail, None
        for element in list(takewhile(lambda element: element.tag not in BLOCK_ELEMENTS, second.itersiblings())):
            second.append(element)


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
