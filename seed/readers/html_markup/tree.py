"""Decode and parse HTML within limits: a page that is too large or nested too deeply is not used."""

import re
from collections.abc import Iterator

from lxml import etree, html

from seed.readers.input.encoding_labels import codec_of_label, decode_as_browsers, is_unicode_label

MAX_PAGE_TAGS = 50_000
"""Maximum number of tags in a page; the longest live blogs have a tenth."""

MAX_ELEMENT_DEPTH = 250
"""Maximum nesting of elements; pages of a browser's own editor have a tenth."""

Element = html.HtmlElement
"""An element of a parsed page."""

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})|^\s*<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9_.:-]{2,40})""",
    re.I,
)
_MIN_LETTERS_PER_BROKEN_ONE = (
    20  # At least this many non-ASCII characters per broken one, or the page is in another encoding.
)
_INVISIBLE = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea"}
)
BLOCK_ELEMENTS = frozenset(
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


def decode_page(content: bytes, *, known: bool = False, what: str = "page") -> tuple[str, tuple[str, ...]]:
    """Return the text of a page and notes about its encoding; raise ValueError if the encoding is unknown.

    UTF-8 is tried first: nothing else is valid UTF-8 by chance. Then comes what the page declares, as in browsers. If
    the encoding was `known`, the page was transcoded to UTF-8 and its declaration is obsolete. Messages call it `what`.
    """
    declared = None if known else _declared_encoding(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_as(content, declared, what)
    if declared is not None and not is_unicode_label(declared) and not content.isascii():
        return text, (f"the {what} declares {declared}, but is UTF-8",)
    return text, ()


def _declared_encoding(content: bytes) -> str | None:
    match = _DECLARED.search(content[:4_096])
    return (match[1] or match[2]).decode("ascii").lower() if match else None


def _decode_as(content: bytes, declared: str | None, what: str) -> tuple[str, tuple[str, ...]]:
    if declared is not None and not is_unicode_label(declared):
        codec = codec_of_label(declared)
        if codec is None:
            raise ValueError(f"the {what} declares {declared!r}, which is not a text encoding: expected --encoding")
        text = decode_as_browsers(content, codec)
        lost = text.count("\ufffd")
        return text, (f"{lost} bytes are not valid {declared}, the encoding that the {what} declares",) if lost else ()
    text = content.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if lost * _MIN_LETTERS_PER_BROKEN_ONE > sum(not char.isascii() for char in text):
        raise ValueError(f"the {what} is not UTF-8 and declares no other encoding: expected --encoding")
    return text, (f"{lost} bytes are not UTF-8",)


def parse_html(text: str) -> Element:
    """Parse a page; raise ValueError if it has too many tags, is nested too deeply or cannot be parsed."""
    if text.count("<") > MAX_PAGE_TAGS or text.count("=") > 5 * MAX_PAGE_TAGS:
        raise ValueError(f"the page has too many tags: expected at most {MAX_PAGE_TAGS}")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ValueError(f"the page cannot be parsed ({str(error)[:80] or 'it is empty'}): expected HTML") from None
    if _depth(tree) > MAX_ELEMENT_DEPTH:
        raise ValueError(f"the page is nested too deeply: expected at most {MAX_ELEMENT_DEPTH} nested elements")
    return tree


def find_elements(tree: Element, path: str) -> list[Element]:
    """Return the elements that an XPath expression selects."""
    return [node for node in tree.xpath(path) if isinstance(node, Element)]


def find_strings(tree: Element, path: str) -> list[str]:
    """Return the values of the attributes that an XPath expression selects."""
    return [value for value in tree.xpath(path) if isinstance(value, str)]


def find_comments(tree: Element) -> list[str]:
    """Return the comments of a page, including those around its root element."""
    return [comment.text for comment in tree.xpath("//comment()") if isinstance(comment, etree._Comment)]


def _depth(tree: Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def text_lines(tree: Element, *, exclude: frozenset[str] = frozenset(), mark: str = "") -> list[str]:
    """Return the visible text with folded spaces, one line per block, without scripts and `exclude` elements.

    `mark` is put where an element within a line begins and ends.
    """
    pieces = "".join(_pieces(tree, _INVISIBLE | exclude, mark))
    return [row for row in (" ".join(part.split()) for part in pieces.split("\n")) if row]


def _pieces(tree: Element, skipped: frozenset[str], mark: str) -> Iterator[str]:
    walker = etree.iterwalk(tree, events=("start", "end", "comment"))
    for event, element in walker:
        if event == "comment":
            yield (element.tail or "").replace("\n", " ")
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and (not tag or tag in skipped):
            walker.skip_subtree()
        elif event == "start":
            yield "\n" if tag in BLOCK_ELEMENTS else mark
            yield (element.text or "").replace("\n", " ")
        if event == "end":
            yield "\n" if tag in BLOCK_ELEMENTS else mark
            yield (element.tail or "").replace("\n", " ") if element is not tree else ""


def html_to_text(fragment: str) -> str:
    """Return the text of an HTML fragment, one line per block; raise ValueError as `parse_html` does."""
    if "<" not in fragment and "&" not in fragment:
        return fragment
    return "\n\n".join(text_lines(parse_html(f"<div>{fragment}</div>")))
