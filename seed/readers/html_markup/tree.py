"""From the bytes of a page to its tree, within bounds: what is too large, too full or too deep is not parsed at all."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from seed.readers.input.decoding import text_encoding

MOST_TAGS = 50_000
"""Tags of a page; the longest live blogs have a tenth of it."""

DEEPEST = 250
"""Elements within each other; the page of a browser's own editor has a tenth of it."""

Element = Any  # lxml's elements have no types that help here.

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})|^\s*<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9_.:-]{2,40})""",
    re.I,
)
_WESTERN = {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252", "iso8859-1"}
_WORST = 20  # In so many letters beyond ASCII one may be broken, or the page is in another encoding.
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea"}
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)


def decoded_page(content: bytes, *, known: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text of a page and what to note about its encoding; raises ValueError where nobody says what it is in.

    UTF-8 is tried first: nothing else is valid UTF-8 by chance. Then what the page declares, as browsers read it.
    Of a page whose encoding was `known`, and which is in UTF-8 since, it speaks of what it was.
    """
    declared = None if known else _declared(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded_as(content, declared)
    if declared not in {None, "utf-8", "utf8", "utf-16", "us-ascii", "ascii"} and not content.isascii():
        return text, (f"the page declares {declared}, but is UTF-8",)
    return text, ()


def _declared(content: bytes) -> str | None:
    match = _DECLARED.search(content[:4_096])
    return (match[1] or match[2]).decode("ascii").lower() if match else None


def _decoded_as(content: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    if declared in _WESTERN:
        try:
            return content.decode("cp1252"), ()
        except UnicodeDecodeError:
            return content.decode("latin-1"), ()
    if declared not in {None, "utf-8", "utf8"}:
        encoding = text_encoding(str(declared))
        if encoding is None:
            raise ValueError(f"the page declares {declared!r}, which is no encoding of text: wanted --encoding")
        text = content.decode(encoding, "replace")
        lost = text.count("\ufffd")
        return text, (f"{lost} bytes are not {declared}, as the page declares",) if lost else ()
    text = content.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if lost * _WORST > sum(not char.isascii() for char in text):
        raise ValueError("the page is not UTF-8 and declares no other encoding: wanted --encoding")
    return text, (f"{lost} bytes are not UTF-8",)


def tree_of(text: str) -> Element:
    """The tree of a page; raises ValueError if it has too many tags, is too deep or is none."""
    if text.count("<") > MOST_TAGS or text.count("=") > 5 * MOST_TAGS:
        raise ValueError(f"the page has too many tags: wanted at most {MOST_TAGS}")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ValueError(f"no page can be made of it ({str(error)[:80] or 'it is empty'}): wanted HTML") from None
    if _depth(tree) > DEEPEST:
        raise ValueError(f"the page is nested too deeply: wanted at most {DEEPEST} elements within each other")
    return tree


def _depth(tree: Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def rows_of(tree: Element, *, beside: frozenset[str] = frozenset()) -> list[str]:
    """The lines of text that a reader sees, one a block, spaces folded; scripts and what stands `beside` have none."""
    pieces = "".join(_pieces(tree, _SKIPPED | beside))
    return [row for row in (" ".join(part.split()) for part in pieces.split("\n")) if row]


def _pieces(tree: Element, skipped: frozenset[str]) -> Iterator[str]:
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and (not tag or tag in skipped):
            walker.skip_subtree()
        elif event == "start":
            yield "\n" if tag in _BLOCKS else ""
            yield (element.text or "").replace("\n", " ")
        if event == "end":
            yield "\n" if tag in _BLOCKS else ""
            yield (element.tail or "").replace("\n", " ") if element is not tree else ""


def plain(fragment: str) -> str:
    """The text of a piece of HTML, one line a block; raises ValueError as `tree_of` does."""
    if "<" not in fragment and "&" not in fragment:
        return fragment
    return "\n\n".join(rows_of(tree_of(f"<div>{fragment}</div>")))
