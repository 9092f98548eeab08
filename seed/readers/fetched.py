"""What was fetched -> the reader that fits it: by its content, its declared type, the end of its address."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from seed.readers.context import ReaderContext
from seed.readers.formats.url_list import NAME as LIST
from seed.readers.input.archives import Part, is_gzip, is_zip, parts
from seed.readers.input.decoding import beginning, marked_encoding, text_encoding
from seed.readers.inputs import read_as
from seed.readers.registry import FORMATS, HEAD, told
from seed.records import Fetched, Link, Origin, RawArticle, Refusal

TYPES: Mapping[str, str] = {
    "application/atom+xml": "feed",
    "application/feed+json": "feed",
    "application/rdf+xml": "feed",
    "application/rss+xml": "feed",
    "application/xhtml+xml": "html",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/jsonl": "json-lines",
    "application/jsonlines": "json-lines",
    "application/ndjson": "json-lines",
    "application/x-jsonlines": "json-lines",
    "application/x-ndjson": "json-lines",
    "application/csv": "csv",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
}
"""Format by declared media type; what a document begins with counts for more, as servers are often wrong."""

LAST_RESORT: Mapping[str, str | None] = {
    "": "page",
    "text/plain": "page",
    "application/json": "json",
    **dict.fromkeys(("application/xml", "text/xml", "application/octet-stream", "binary/octet-stream")),
    **dict.fromkeys(("application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed")),
}
"""Format by types that are declared for much, where content and address say nothing, either."""

REFUSALS = 1_000
"""Records of one document that are named as refused; one that has more is no document of the kind that it claims."""


def read_fetched(fetched: Fetched, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The articles of a document; one that is an article by itself has the address where it was found, unless it says.

    The seam between fetching and reading: nothing here knows how the bytes came.
    """
    origin = Origin(fetched.url)
    if context.format is None and fetched.content_type not in {*TYPES, *LAST_RESORT}:
        yield _unread(origin, fetched)
    else:
        yield from _bounded(_read(fetched, context), origin)


def _bounded(items: Iterable[RawArticle | Refusal], origin: Origin) -> Iterator[RawArticle | Refusal]:
    refused = 0
    for item in items:
        refused += isinstance(item, Refusal)
        if refused > REFUSALS:
            yield Refusal(origin, f"holds more than {REFUSALS} records that cannot be taken: the rest is not read")
            return
        yield item


def _read(fetched: Fetched, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    known = in_utf8(fetched) if context.encoding is None else None
    # Whoever is told that the encoding is known looks for no other one in the document.
    content, context = (fetched.body, context) if known is None else (known, replace(context, encoding="utf-8"))
    name = PurePosixPath(urlsplit(fetched.final_url).path).name
    for part in parts(BytesIO(content), name, HEAD):
        if isinstance(part, Refusal):
            yield Refusal(Origin(fetched.url + part.origin.path[len(name) :]), part.reason)
        else:
            member = part.name[len(name) :]
            form = context.format or _told(fetched, part)
            yield from _read_part(fetched, form, replace(part, name=fetched.url + member), context)


def _told(fetched: Fetched, part: Part) -> str | None:
    """The format of a document or of a file in it; what begins as markup is no text of a page."""
    known = told(part.head, part.name, TYPES.get(fetched.content_type))
    if known is not None or beginning(part.head).startswith("<"):
        return known
    return LAST_RESORT.get(fetched.content_type)


def _read_part(
    fetched: Fetched, form: str | None, part: Part, context: ReaderContext
) -> Iterator[RawArticle | Refusal]:
    origin = Origin(part.name)
    if form is None:
        yield _unread(origin, fetched)
        return
    if form == LIST:
        yield Refusal(origin, "is a list of URLs: wanted such a list as a file, and articles at its addresses")
        return
    # An archive has many articles, and its address is none of theirs.
    single = not FORMATS[form].many and part.name == fetched.url
    found = read_as(form, part, replace(context, base=fetched.final_url) if single else context)
    for item in (item for item in found if not isinstance(item, Link)):
        yield _located(item, fetched.final_url) if single and isinstance(item, RawArticle) else item


def _unread(origin: Origin, fetched: Fetched) -> Refusal:
    kind = fetched.content_type or "no declared type"
    wanted = ", ".join(name for name in FORMATS if name != LIST)
    return Refusal(origin, f"the format {kind[:80]!r} is not read: wanted one of {wanted}, or --format")


def _located(article: RawArticle, address: str) -> RawArticle:
    if article.url:
        return article
    found = {**article.found, "url": "the address it was fetched from"}
    return replace(article, url=address, found=found)


def in_utf8(fetched: Fetched) -> bytes | None:
    """The body in UTF-8, if it is in the encoding that is declared, and the body itself does not say otherwise.

    Bytes above 127 that are UTF-8 are so whatever was declared.
    """
    body = fetched.body
    if marked_encoding(body) or is_gzip(body) or is_zip(body):
        return None
    if not body.isascii() and _decoded(body, "utf-8") is not None:
        return None
    texts = (_decoded(body, encoding) for encoding in _encodings(fetched.charset))
    return next((text.encode() for text in texts if text is not None), None)


def _encodings(charset: str | None) -> tuple[str, ...]:
    """Python's names of an encoding; browsers take Latin-1 for Windows-1252, and so do those who declare it."""
    name = text_encoding(charset or "")
    if name is None:
        return ()
    return ("cp1252", name) if name == "iso8859-1" else (name,)


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeError:
        return None
