"""The report on a page, told from what the outlet prints around it by trafilatura."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree
from trafilatura import bare_extraction

from seed.readers.html_markup.tree import Element

_KEPT = "\u00a0\u202f\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u061c"
_STAND_INS = {ord(kept): chr(0x1D360 + place) for place, kept in enumerate(_KEPT)}
"""trafilatura folds spaces and drops what cannot be seen; a text keeps them, so counting rods stand in for them."""

_BACK = {ord(stand_in): chr(kept) for kept, stand_in in _STAND_INS.items()}


def main_text(tree: Element) -> str:
    """The paragraphs of the report, with a blank line between them; empty if there are none."""
    try:
        document = bare_extraction(
            _with_stand_ins(tree), include_comments=False, with_metadata=False, output_format="python"
        )
    except MemoryError:
        raise
    except Exception:
        return ""
    body = getattr(document, "body", None)
    if body is None:
        return ""
    return "\n\n".join(block for block in map(str.strip, _blocks(body)) if block).translate(_BACK)


def _with_stand_ins(tree: Element) -> Element:
    copy = deepcopy(tree)
    etree.strip_elements(copy, "script", "style", with_tail=False)  # The data in scripts is read elsewhere.
    _undo_layout(copy)
    for element in copy.iter():
        if isinstance(element.tag, str):
            element.text = element.text and element.text.translate(_STAND_INS)
        element.tail = element.tail and element.tail.translate(_STAND_INS)
    return copy


def _undo_layout(tree: Element) -> None:
    """Make blocks of the tables that only put things beside each other, and paragraphs of lines with a gap between."""
    for table in tree.xpath("//table[.//table or .//p or .//h1 or .//td[string-length(.) > 400]]"):
        for part in (table, *table.iterchildren("tbody", "tr"), *table.xpath("./tr/td | ./tbody/tr | ./tbody/tr/td")):
            part.tag = "div"
    for gap in tree.iter("br"):
        _break_at(gap)


def _break_at(gap: Element) -> None:
    """Put the text behind two line breaks, up to the next one, into a paragraph of its own."""
    second = gap.getnext()
    if (gap.tail or "").strip() or second is None or second.tag != "br" or not (second.tail or "").strip():
        return
    second.tag, second.text, second.tail = "p", second.tail, None


def _blocks(body: Element) -> Iterator[str]:
    """The blocks of the extractor's tree: paragraphs, headings, quotations, lists and tables, a line an item or row."""
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


def _line(element: Element, *, only_own: bool = False) -> str:
    if only_own:
        return (element.text or "").strip()
    for break_ in element.iter("lb"):
        break_.text = "\n"
    return "\n".join(" ".join(row.split()) for row in "".join(element.itertext()).split("\n")).strip()
