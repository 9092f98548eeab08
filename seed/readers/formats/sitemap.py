"""News sitemaps: lists of pages with their titles, outlets, languages and dates, but without their texts.

https://www.sitemaps.org/protocol.html and Google's extension for news. What other extensions say of pictures and films
is ignored.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from app.models import Basis
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import parse_published
from seed.readers.fields.plain_text import to_plain_line
from seed.readers.input.decoding import UnreadableError
from seed.readers.input.files import printable_error
from seed.readers.outlets import site_host
from seed.readers.validation import MAX_LINE_LENGTH, check_language, check_line, check_url, is_empty
from seed.records import Link, ListedPage, Origin, Published, Refusal

LIST_NAME = "a sitemap"
"""What the list is called in the provenance of the fields that it gives to a page."""

MAX_PAGE_BYTES = 1_000_000
"""Maximum size of what a sitemap says of a page, in bytes; a thousand pictures have half of it."""

MAX_LISTED_SITEMAPS = 5
"""Maximum number of sitemaps of an index that its refusal names."""

_START = re.compile(
    # Possessive groups: with backtracking, comments could be divided in too many ways.
    r"(?>(?><\?[a-z][^>]{0,500}>|<!--.{0,2000}?-->)\s*+)*+<(?:[\w.-]{1,40}:)?(?:urlset|sitemapindex)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?(?P<whole>\sencoding=[\"'](?P<encoding>[^\"']{0,40})[\"'])")
_CHUNK_BYTES = 65_536
_DECLARATION = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE|ATTLIST|ELEMENT)\b", re.IGNORECASE)
_LONGEST_DECLARATION = 20  # Bytes of the beginning of one that may be cut between two chunks.
_MAX_DEPTH = 20

Element = etree._Element


@dataclass(slots=True)
class _Index:
    """What an index lists: how many sitemaps, and the first ones."""

    count: int
    first: list[str]


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like a sitemap, or an index of sitemaps."""
    return bool(_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[Link | Refusal]:
    """Yield a link for each page of a sitemap, with its position (from 1) as line of origin."""
    index = _Index(0, [])
    number = 0
    try:
        for number, entry in enumerate(_entries(stream, index, context), start=1):
            origin = Origin(path, number)
            try:
                yield _link(origin, entry, context)
            except ValueError as error:
                yield Refusal(origin, str(error))
    except etree.XMLSyntaxError as error:
        reason = f"the sitemap is not well-formed ({printable_error(error)}): expected XML"
        yield Refusal(Origin(path, number + 1), reason)
        return
    except UnreadableError as error:
        yield Refusal(Origin(path, number + 1), str(error))
        return
    if index.count:
        names = ", ".join(index.first) + (" …" if index.count > len(index.first) else "")
        reason = f"is an index of sitemaps ({index.count:,}), which has no pages: expected one of the sitemaps in it"
        yield Refusal(Origin(path), f"{reason} ({names})" if names.isprintable() else reason)


def _entries(stream: BinaryIO, index: _Index, context: ReaderContext) -> Iterator[Element]:
    """Yield the `url` elements one after the other, without keeping them, and count the sitemaps of an index."""
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True
    )
    depth = size = 0
    for chunk in _chunks(stream, context):
        size += len(chunk)
        if size > MAX_PAGE_BYTES:
            raise UnreadableError(f"a page of the sitemap has more than {MAX_PAGE_BYTES} bytes: expected fewer")
        _feed(parser, chunk)
        for event, element in parser.read_events():
            depth += 1 if event == "start" else -1
            if depth > _MAX_DEPTH:
                raise UnreadableError(f"the sitemap is nested too deeply: expected at most {_MAX_DEPTH} levels")
            if event == "start" and depth == 1 and _local_name(element) not in {"urlset", "sitemapindex"}:
                raise UnreadableError(
                    f"the document is {_local_name(element)[:40]!r}: expected `urlset`, with its `url` elements"
                )
            if event == "end" and depth == 1:
                size = 0
                if _local_name(element) == "url":
                    yield element
                elif _local_name(element) == "sitemap":
                    _count(element, index)
                _forget(element)


def _chunks(stream: BinaryIO, context: ReaderContext) -> Iterator[bytes]:
    """Yield the document in pieces, the last of them empty; raise UnreadableError at a declaration."""
    before, is_first = b"", True
    while True:
        chunk = stream.read(_CHUNK_BYTES)
        if _DECLARATION.search(before + chunk):
            raise UnreadableError("the sitemap declares a type or entities: expected none")
        before = chunk[-_LONGEST_DECLARATION:]
        yield _first_chunk(chunk, is_transcoded=context.encoding is not None) if is_first else chunk
        if not chunk:
            return
        is_first = False


def _first_chunk(chunk: bytes, *, is_transcoded: bool) -> bytes:
    """Return the beginning of a sitemap, without the declared encoding if the bytes are in UTF-8 now."""
    chunk = chunk.removeprefix(codecs.BOM_UTF8).lstrip()
    declaration = _ENCODING.match(chunk)
    if declaration and (is_transcoded or declaration["encoding"].lower().startswith((b"utf-16", b"utf-32"))):
        return chunk[: declaration.start("whole")] + chunk[declaration.end("whole") :]
    return chunk


def _feed(parser: "etree.XMLPullParser[Element]", chunk: bytes) -> None:
    """Feed a piece of the document, or end it after an empty one.

    A prefix that is not declared is no fault, because its elements keep their names.
    """
    try:
        if chunk:
            parser.feed(chunk)
        else:
            parser.close()
    except etree.XMLSyntaxError:
        if {entry.domain for entry in parser.feed_error_log} != {etree.ErrorDomains.NAMESPACE}:
            raise


def _forget(element: Element) -> None:
    """Free an element and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _count(element: Element, index: _Index) -> None:
    index.count += 1
    address = _text(element, "loc")
    if address and len(index.first) < MAX_LISTED_SITEMAPS:
        index.first.append(address[:200])


def _local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _namespace(element: Element) -> str:
    """Return the namespace of an element, or its prefix where that is not declared."""
    tag = str(element.tag)
    return tag.rpartition("}")[0] or tag.rpartition(":")[0]


def _child(parent: Element | None, name: str, namespace: str | None = None) -> Element | None:
    """Return a child with this name in the namespace of its parent, or in one that contains these letters."""
    if parent is None:
        return None
    for child in parent:
        is_near = _namespace(child) == _namespace(parent) if namespace is None else namespace in _namespace(child)
        if _local_name(child) == name and is_near:
            return child
    return None


def _text(parent: Element | None, name: str) -> str:
    """Return the text of a child on one line; empty if there is none."""
    child = _child(parent, name)
    return "" if child is None else " ".join("".join(child.itertext()).split())


def _link(origin: Origin, entry: Element, context: ReaderContext) -> Link:
    """Return the link of a page; raise ValueError for an invalid URL, or if strict for any invalid value."""
    url = check_url("loc", _text(entry, "loc"))
    news = _child(entry, "news", "news")
    publication = _child(news, "publication")
    overrides = context.overrides
    source = overrides.get("source") or _source(_text(publication, "name"), url, context)
    title = overrides.get("title") or to_plain_line(_text(news, "title"))
    published = parse_published(overrides, basis=Basis.METADATA) if "published" in overrides else None
    return Link(
        origin,
        url,
        ListedPage(
            LIST_NAME,
            None if is_empty(title) else check_line("title", title),
            None if is_empty(source) else check_line("source", source),
            _date(_text(news, "publication_date"), strict=context.strict) if published is None else published,
            _language(_text(publication, "language"), strict=context.strict),
        ),
    )


def _source(name: str, url: str, context: ReaderContext) -> str | None:
    """Return the outlet of a page: a known one by its name or the host of the page, else the name."""
    if name and context.sources.knows(name):
        return name
    outlet = context.sources.find(site_host(url) or "-")
    return name or None if outlet is None else outlet.id


def _date(printed: str, *, strict: bool) -> Published:
    """Return the date of publication; `lastmod` is none, because it may be years later."""
    if not printed:
        return Published()
    try:
        return parse_date("publication_date", printed[: MAX_LINE_LENGTH + 1], basis=Basis.METADATA)
    except ValueError:
        if strict:
            raise
        return Published()


def _language(code: str, *, strict: bool) -> str | None:
    if not code:
        return None
    try:
        return check_language("language", code)
    except ValueError:
        if strict:
            raise
        return None
