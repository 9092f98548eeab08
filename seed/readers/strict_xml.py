"""Parse XML within limits: no declared entities but single characters, nothing fetched, no names of namespaces."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from html.entities import html5

from lxml import etree

from seed.readers.html_markup.tree import MAX_ELEMENT_DEPTH
from seed.readers.input.files import printable_error

MAX_XML_TAGS = 100_000
"""Maximum number of tags in a document; a message of a hundred items has a tenth."""

XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
"""The attribute `xml:lang`."""

PROLOG = (
    # Possessive groups: with backtracking, comments could be divided in too many ways.
    r"(?>\s*+(?><\?[^>]{0,500}>|<!--.{0,2000}?-->|<!doctype\s++[\w:.-]++[^>\[]{0,500}(?>\[[^\]]{0,50000}\]\s*+)?+>))*+\s*+"
)
"""Pattern of what may precede the root of a document."""

Element = etree._Element

_DECLARATION = re.compile(r"<!\s*(?:ENTITY|ATTLIST|ELEMENT)\b", re.IGNORECASE)
_DOCUMENT_TYPE = re.compile(r"<!DOCTYPE\s++[\w:.-]++[^\[<>]{0,500}(?>\[(?P<subset>[^\[\]]*+)\]\s*+)?+>", re.IGNORECASE)
_MAX_PROLOG = 60_000  # Characters: all entities of HTML take a third.
_ENTITY = re.compile(r"<!ENTITY\s++(?P<name>[\w.-]{1,40})\s++(?P<quote>[\"'])(?P<value>[^\"'<%]{1,12})(?P=quote)\s*+>")
_REFERENCE = re.compile(r"&(?:(?P<name>[A-Za-z][\w.-]{0,39})|#(?P<code>[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6}));")
_ENCODING = re.compile(r"\A(\s*+<\?xml[^>]{0,200}?)\sencoding=[\"'][^\"']{0,40}[\"']")
_KNOWN_TO_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_C1_CODES = range(0x80, 0xA0)  # Programs of Windows write them for its own characters, as in HTML.


def parse_documents(text: str) -> list[Element]:
    """Return the root of a document, or the roots of several that follow one another, each with its declaration.

    Raise ValueError if a document is not well-formed or over the limits.
    """
    if text.count("<") > MAX_XML_TAGS:
        raise ValueError(f"the document has too many tags: expected at most {MAX_XML_TAGS}")
    try:
        return [parse_xml(text)]
    except ValueError:
        starts = [match.start() for match in re.finditer(r"<\?xml\s", text)]
        if len(starts) < 2:
            raise
    return [parse_xml(text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def parse_xml(text: str) -> Element:
    """Return the root of a document, whose elements have their names without namespaces; raise ValueError as above."""
    document_type = _DOCUMENT_TYPE.search(text[:_MAX_PROLOG])
    values = dict[str, str]()
    if document_type is not None:
        values = _declared_characters(document_type["subset"] or "")
        text = f"{text[: document_type.start()]}{text[document_type.end() :]}"
    if _DECLARATION.search(text[:_MAX_PROLOG]):
        raise ValueError("the document declares entities, which can expand without limit: expected single characters")
    content = _resolve(_ENCODING.sub(r"\1", text).strip(), values).encode("utf-8", "replace")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the document is not well-formed ({printable_error(error)}): expected XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("the document declares a type of too many characters: expected at most 50000")
    depth = deepest = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        if event == "start" and isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
    if deepest > MAX_ELEMENT_DEPTH:
        raise ValueError(f"the document is nested too deeply: expected at most {MAX_ELEMENT_DEPTH} nested elements")
    return root


def outermost(root: Element, *names: str) -> Iterator[Element]:
    """Yield the elements with one of these names that are inside no other such element, and the root if it is one."""
    walker = etree.iterwalk(root, events=("start",))
    for _, element in walker:
        if element.tag in names:
            yield element
            walker.skip_subtree()


def _declared_characters(subset: str) -> dict[str, str]:
    """Return the entities that a document type declares; raise ValueError if any is more than a single character."""
    values = {entity["name"]: unescape(entity["value"]) for entity in _ENTITY.finditer(subset)}
    rest = _ENTITY.sub("", subset)
    if _DECLARATION.search(rest) or any(len(value) != 1 or value in "&<%" for value in values.values()):
        raise ValueError("the document declares entities, which can expand without limit: expected single characters")
    return values


def _resolve(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the characters of its named references, and of those that mean another one in Windows."""
    if "&" not in text:
        return text
    pieces = list[str]()
    # Split at CDATA sections, in which nothing is a reference; the last piece may lack its end.
    for piece in text.split("<![CDATA["):
        section, end, following = piece.partition("]]>") if pieces else ("", "", piece)
        resolved = _REFERENCE.sub(lambda match: _character(match, values), following)
        pieces.append(f"{section}{end}{resolved}")
    return "<![CDATA[".join(pieces)


def _character(reference: re.Match[str], values: Mapping[str, str]) -> str:
    name, code = reference["name"], reference["code"]
    if name is not None:
        if name in _KNOWN_TO_XML:
            return reference[0]
        return values.get(name) or html5.get(f"{name};") or reference[0]
    number = int(code[1:], 16) if code[0] in "xX" else int(code)
    return unescape(reference[0]) if number in _C1_CODES else reference[0]
