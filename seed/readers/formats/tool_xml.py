"""XML of other tools: what trafilatura writes as XML and as TEI. One article per file."""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from lxml import etree

from seed.readers.context import ReaderContext
from seed.readers.fields.recipe_reading import read_by_recipe, recipe_named
from seed.readers.html_markup.tree import MAX_ELEMENT_DEPTH, MAX_PAGE_TAGS
from seed.readers.input.files import printable_error
from seed.readers.input.sandbox import read_file_sandboxed
from seed.records import Origin, ReadItem, Refusal

TEI = "{http://www.tei-c.org/ns/1.0}"

_START = re.compile(
    # Possessive groups: with backtracking, comments could be divided in too many ways.
    r"(?>(?><\?xml[^>]{0,200}>|<!--.{0,2000}?-->)\s*+)*+<(?:doc\s[^<>]{0,20000}\b(?:hostname|fingerprint|sitename)=|TEI[\s>])",
    re.DOTALL,
)
_DECLARATION = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE|ATTLIST|ELEMENT)\b", re.IGNORECASE)
_BLOCKS = frozenset({"p", "head", "ab", "item", "quote", "row", "code", "lb", "div", "list", "table"})
_PUBLISHER = re.compile(r"(?P<name>.*\S)\s+\((?P<host>[^\s()]+)\)")

Element = etree._Element


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like a document of trafilatura, or like TEI."""
    return bool(_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Return the one article of a document."""
    return read_file_sandboxed(read_document, stream, path, context)


def read_document(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the one article of a document's bytes, or a refusal."""
    origin = Origin(path)
    try:
        record = _record(_parse(content))
        return [read_by_recipe(recipe_named("trafilatura", context), origin, record, context)]
    except ValueError as error:
        return [Refusal(origin, str(error))]


def _parse(content: bytes) -> Element:
    if _DECLARATION.search(content):
        raise ValueError("the document declares a type or entities, which can expand without limit: expected none")
    if content.count(b"<") > MAX_PAGE_TAGS:
        raise ValueError(f"the document has too many tags: expected at most {MAX_PAGE_TAGS}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True)
    try:
        root = etree.fromstring(content.strip(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the document is not well-formed ({printable_error(error)}): expected XML") from None
    if _depth(root) > MAX_ELEMENT_DEPTH:
        raise ValueError(f"the document is nested too deeply: expected at most {MAX_ELEMENT_DEPTH} nested elements")
    return root


def _depth(root: Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _record(root: Element) -> Mapping[str, object]:
    """Return a document with the names that trafilatura gives to the fields; raise ValueError if it is another one."""
    if root.tag == "doc":
        return {**{str(name): str(value) for name, value in root.attrib.items()}, "text": _text(root.find("main"))}
    if root.tag == f"{TEI}TEI":
        return _tei_record(root)
    raise ValueError(f"the root of the document is {str(root.tag)[:80]!r}: expected `doc` of trafilatura, or TEI")


def _tei_record(root: Element) -> Mapping[str, object]:
    """Return a TEI document with these names: first what its source description says, then its title statement."""
    source = root.find(f".//{TEI}sourceDesc/{TEI}biblFull")
    header = root.find(f"{TEI}teiHeader/{TEI}fileDesc")
    places = [place for place in (source, header) if place is not None]
    publisher = _first_text(places, "publicationStmt/publisher")
    match = _PUBLISHER.fullmatch(publisher or "")
    pointers = [*root.iterfind(f".//{TEI}biblFull//{TEI}ptr"), *root.iterfind(f".//{TEI}sourceDesc//{TEI}ptr")]
    body = root.find(f"{TEI}text/{TEI}body")
    entries = [] if body is None else body.findall(f"{TEI}div[@type='entry']")
    # Some versions close the entry early and put what follows next to it, before the comments.
    texts = [_text(part) for part in ([] if body is None else body) if part.get("type") != "comments"]
    return {
        "title": _first_text(places, "titleStmt/title"),
        "author": "; ".join(_texts(places, "titleStmt/author")),
        "sitename": match["name"] if match else None,
        "hostname": match["host"] if match else None if publisher == "N/A" else publisher,
        "url": next((pointer.get("target") for pointer in pointers if pointer.get("target")), None),
        "date": _first_text(places, "publicationStmt/date"),
        "license": _first_text(places, "publicationStmt/availability/p"),
        "id": next((note.text for note in root.iterfind(f".//{TEI}note[@type='id']")), None),
        "description": _first_text([root], "teiHeader/profileDesc/abstract/p"),
        "text": "\n\n".join(filter(None, texts)) if entries else _text(body),
    }


def _texts(places: list[Element], path: str) -> list[str]:
    """Return the texts at a path below the first of several elements that has any."""
    steps = "/".join(f"{TEI}{name}" for name in path.split("/"))
    for place in places:
        texts = [" ".join("".join(element.itertext()).split()) for element in place.iterfind(steps)]
        if any(texts):
            return [text for text in texts if text]
    return []


def _first_text(places: list[Element], path: str) -> str | None:
    return next(iter(_texts(places, path)), None)


def _text(element: Element | None) -> str:
    """Return the text of an element, with a blank line between its blocks."""
    if element is None:
        return ""
    rows = "".join(_pieces(element)).split("\0")
    return "\n\n".join(row for row in (" ".join(piece.split()) for piece in rows) if row)


def _pieces(element: Element) -> Iterator[str]:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        name = str(node.tag).removeprefix(TEI)
        if name in _BLOCKS:
            yield "\0"
        elif name == "cell" and event == "start":
            yield " "
        if event == "start":
            yield node.text or ""
        elif node is not element:
            yield node.tail or ""
