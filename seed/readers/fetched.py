"""Read fetched documents, in the format that their content, declared type or URL suffix indicates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from app.models import TextKind
from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.formats.url_list import URL_LIST as LIST
from seed.readers.input.archives import InputFile, is_gzip, is_zip, unpack
from seed.readers.input.decoding import bom_encoding, decode_head
from seed.readers.input.encoding_labels import codec_of_label, decode_as_browsers
from seed.readers.input.file_kinds import file_kind
from seed.readers.input.unpacking import Capture
from seed.readers.input.warc import OTHER_TYPE
from seed.readers.inputs import ReadTask, read_as_format
from seed.readers.listed_pages import with_listed_date, with_listed_fields
from seed.readers.registry import FORMATS, HEAD_BYTES, detect_format
from seed.records import (
    FetchedDocument,
    Link,
    ListedPage,
    NoArticle,
    Origin,
    RawArticle,
    ReadItem,
    Refusal,
    SkippedFiles,
)

FORMAT_BY_MEDIA_TYPE: Mapping[str, str] = {
    "application/atom+xml": "feed",
    "application/feed+json": "feed",
    "application/rdf+xml": "feed",
    "application/rss+xml": "feed",
    "application/xhtml+xml": "html",
    "text/html": "html",
    "message/rfc822": "email",
    "application/mbox": "mbox",
    "multipart/related": "mhtml",
    "application/x-mimearchive": "mhtml",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/jsonl": "json-lines",
    "application/jsonlines": "json-lines",
    "application/ndjson": "json-lines",
    "application/x-jsonlines": "json-lines",
    "application/x-ndjson": "json-lines",
    "application/csv": "csv",
    "application/pdf": "pdf",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/vnd.ms-excel": "spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet": "spreadsheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "spreadsheet",
}
"""Format by declared media type. The beginning of the document counts for more, as servers often declare a wrong type.
"""

FORMAT_BY_GENERIC_TYPE: Mapping[str, str | None] = {
    "": "page",
    "text/plain": "page",
    "application/json": "json",
    **dict.fromkeys(("application/xml", "text/xml", "application/octet-stream", "binary/octet-stream")),
    **dict.fromkeys(("application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed")),
}
"""Format by generic media type, used if neither content nor URL decides; None: no format."""

_ASCII = {None, "ascii", "us-ascii"}
"""Encodings that say nothing about a body with other bytes: then the document's own declaration counts."""

MAX_REFUSALS_PER_DOCUMENT = 1_000
"""Maximum number of refused records per document; a document with more is not of the format that it claims to be."""


_CUT = "the capture of the page ends early: the text may not be all of it"

FetchedItem = RawArticle | Refusal | NoArticle
"""What is read of a document: links in it are not followed."""


@dataclass(frozen=True, slots=True)
class CaptureTask(ReadTask):
    """A page of a crawl, which is read as if it had been fetched."""

    capture: Capture = field(kw_only=True)

    def read(self) -> Iterator[ReadItem]:
        """Yield the article of the page, or why there is none."""
        capture = self.capture
        document = FetchedDocument(self.path, capture.url, capture.content_type, capture.charset, self.content, 0)
        try:
            for item in read_fetched(document, replace(self.context, is_crawl=True)):
                yield _as_cut(item) if capture.is_cut and isinstance(item, RawArticle) else item
        except Exception as error:
            yield refuse_unexpected(error, Origin(self.path), "read")


def _as_cut(article: RawArticle) -> RawArticle:
    """Return the article of a page that was cut: it must never replace the full text."""
    return replace(article, text_kind=TextKind.EXTRACT, notes=(*article.notes, _CUT))


def read_fetched(
    fetched: FetchedDocument, context: ReaderContext, listed: ListedPage | None = None
) -> Iterator[FetchedItem]:
    """Yield the articles of a document; a single-article document without a URL of its own gets the URL it came from.

    What a list says about a page applies only to a document that is one article, too. This is the boundary between
    fetching and reading: nothing here depends on how the bytes were transferred.
    """
    origin = Origin(fetched.url)
    if context.format is None and fetched.content_type not in {*FORMAT_BY_MEDIA_TYPE, *FORMAT_BY_GENERIC_TYPE}:
        yield _unsupported(origin, fetched)
    else:
        yield from _limit_refusals(_read(fetched, context, listed), origin)


def _limit_refusals(items: Iterable[FetchedItem], origin: Origin) -> Iterator[FetchedItem]:
    refused = 0
    for item in items:
        refused += isinstance(item, Refusal)
        if refused > MAX_REFUSALS_PER_DOCUMENT:
            yield Refusal(
                origin,
                f"holds more than {MAX_REFUSALS_PER_DOCUMENT} records that cannot be loaded: the rest is not read",
            )
            return
        yield item


def _read(fetched: FetchedDocument, context: ReaderContext, listed: ListedPage | None) -> Iterator[FetchedItem]:
    transcoded = body_in_utf8(fetched) if context.encoding is None else None
    # Once the encoding is forced to UTF-8, readers ignore what the document declares.
    content, context = (
        (fetched.body, context) if transcoded is None else (transcoded, replace(context, encoding="utf-8"))
    )
    name = PurePosixPath(urlsplit(fetched.final_url).path).name
    for file in unpack(BytesIO(content), name, HEAD_BYTES):
        if isinstance(file, SkippedFiles):
            continue
        if isinstance(file, NoArticle) or (isinstance(file, InputFile) and file.capture):
            yield Refusal(Origin(fetched.url), "is a WARC: expected it as a file")
            return
        if isinstance(file, Refusal):
            yield Refusal(Origin(fetched.url + file.origin.path[len(name) :]), file.reason)
        else:
            member = file.name[len(name) :]
            format_name = context.format or _detect_format(fetched, file)
            if context.is_crawl and format_name != "html":
                yield NoArticle(Origin(fetched.url), OTHER_TYPE)
                return
            yield from _read_file(fetched, format_name, replace(file, name=fetched.url + member), context, listed)


def _detect_format(fetched: FetchedDocument, file: InputFile) -> str | None:
    """Return the format of a document or archive member; content that begins like markup is never plain page text."""
    if file.kind and file.kind.name in FORMATS:
        return file.kind.name
    detected = detect_format(file.head, file.name, FORMAT_BY_MEDIA_TYPE.get(fetched.content_type))
    if detected is not None or decode_head(file.head).startswith("<"):
        return detected
    return FORMAT_BY_GENERIC_TYPE.get(fetched.content_type)


def _read_file(
    fetched: FetchedDocument,
    format_name: str | None,
    file: InputFile,
    context: ReaderContext,
    listed: ListedPage | None,
) -> Iterator[FetchedItem]:
    origin = Origin(file.name)
    if format_name is None:
        yield _unsupported(origin, fetched)
        return
    if format_name == LIST:
        yield Refusal(origin, "is a list of URLs: expected the list as a file, or articles at its URLs")
        return
    # An archive holds many articles, so its URL belongs to none of them.
    single = not FORMATS[format_name].has_many_articles and file.name == fetched.url
    if not single:
        yield from _read_many(origin, read_as_format(format_name, file, context))
        return
    context = replace(context, base=fetched.final_url)
    items = read_as_format(format_name, file, context if listed is None else with_listed_fields(context, listed))
    for item in (item for item in items if not isinstance(item, Link)):
        if isinstance(item, RawArticle):
            article = _with_url(item, fetched.final_url)
            yield article if listed is None else with_listed_date(article, context, listed)
        else:
            yield item


def _read_many(origin: Origin, items: Iterable[ReadItem]) -> Iterator[FetchedItem]:
    """Yield the items of a document of many articles; a list of pages without texts is one refusal."""
    pages = 0
    for item in items:
        if isinstance(item, Link):
            pages += 1
        else:
            yield item
    if pages:
        yield Refusal(origin, f"lists {pages:,} pages without their texts: expected the list as a file, and --fetch")


def _unsupported(origin: Origin, fetched: FetchedDocument) -> Refusal:
    content_type = fetched.content_type or "no declared type"
    wanted = ", ".join(name for name in FORMATS if name != LIST)
    return Refusal(origin, f"the format {content_type[:80]!r} is not supported: expected one of {wanted}, or --format")


def _with_url(article: RawArticle, url: str) -> RawArticle:
    if article.url:
        return article
    provenance = {**article.provenance, "url": "the URL it was fetched from"}
    return replace(article, url=url, provenance=provenance)


def body_in_utf8(fetched: FetchedDocument) -> bytes | None:
    """Return the body in UTF-8 if it decodes in the declared encoding, None if the body itself indicates another one.

    Bytes above 127 that form valid UTF-8 are UTF-8, whatever was declared.
    """
    body = fetched.body
    if bom_encoding(body) or is_gzip(body) or is_zip(body) or file_kind(body[:HEAD_BYTES]):
        return None
    if not body.isascii() and _is_utf8(body):
        return None
    codec = codec_of_label(fetched.charset or "") if fetched.charset not in _ASCII else None
    text = "\ufffd" if codec is None else decode_as_browsers(body, codec)
    return None if "\ufffd" in text else text.encode()


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
