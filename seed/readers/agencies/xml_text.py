"""The text of elements of NITF, XHTML and NewsML, without pictures and notes for editors."""

import re
from collections.abc import Iterator

from lxml import etree

from seed.readers.strict_xml import Element

LocatedText = tuple[str, str]
"""A place in the document, and the text there."""

_BLOCKS = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "li", "dt", "dd", "ul", "ol", "dl", "pre", "hr"),
        *("bq", "blockquote", "block", "credit", "note", "fn", "table", "caption", "tr", "nitf-table", "div"),
        *("section", "article", "address", "main", "body", "body.content", "center"),
    }
)
_CELLS = frozenset({"td", "th"})
_NO_TEXT = frozenset(
    {
        *("media", "figure", "picture", "img", "image", "video", "audio", "object", "iframe", "svg", "form", "nav"),
        *("script", "style", "head", "header", "footer", "aside", "copyrite", "nitf-table-metadata", "figcaption"),
    }
)
_NO_TEXT_CLASSES = frozenset({"notepad", "editorialnote", "ednote"})
"""Classes of sections for editors, which nobody prints."""

_SPACES = re.compile(r"[ \t\r\n]+")
_BREAK, _BLOCK_END = "\1", "\0"  # Characters that XML cannot have.


def one_line(text: str) -> str:
    """Return a text on one line; non-breaking spaces stay."""
    return _SPACES.sub(" ", text).strip(" ")


def line(element: Element | None) -> str:
    """Return the text of an element on one line; empty without one."""
    return "" if element is None else one_line(block_text(element))


def located(place: str, *values: str | None) -> list[LocatedText]:
    """Return the values that are not empty, with their place."""
    return [(place, value.strip()) for value in values if value and value.strip()]


def plain_text(element: Element) -> str:
    """Return the text of an element as `block_text` does; one without blocks is plain text, which keeps its lines."""
    if any(node.tag in _BLOCKS or node.tag == "br" for node in element.iterdescendants()):
        return block_text(element)
    rows = map(one_line, "".join(_pieces(element)).strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows))


def block_text(element: Element) -> str:
    """Return the text of an element, with a blank line between blocks."""
    blocks = "".join(_pieces(element)).split(_BLOCK_END)
    paragraphs = ("\n".join(filter(None, map(one_line, block.split(_BREAK)))) for block in blocks)
    return "\n\n".join(filter(None, paragraphs))


def _pieces(element: Element) -> Iterator[str]:
    """Yield the text of an element, with marks around blocks and for line breaks."""
    walker = etree.iterwalk(element, events=("start", "end"))
    numerator_ends = False
    for event, node in walker:
        name = str(node.tag)
        if event == "start":
            if node is not element and (name in _NO_TEXT or _NO_TEXT_CLASSES & {*node.get("class", "").split()}):
                walker.skip_subtree()
            else:
                if name in _BLOCKS and node is not element:
                    yield _BLOCK_END
                elif name in _CELLS:
                    yield " "
                elif name == "br":
                    yield _BREAK
                elif name == "denom" and numerator_ends:
                    yield "/"
                text = node.text or ""
                yield text.replace("\n", _BREAK) if name == "pre" else text
        else:
            numerator_ends = name == "numer"
            if node is not element:
                yield (_BLOCK_END if name in _BLOCKS else "") + (node.tail or "")
