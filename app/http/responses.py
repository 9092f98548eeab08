"""Responses in JSON, JSON-LD and as streams, and the absolute URLs that they contain."""

import unicodedata
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from time import thread_time
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from app.http.request_url import PATH_SAFE, raw_path, with_parameter, without_parameters
from app.wire.base import Out

# With the suffix of a format, a name has at most 100 characters.
MAX_FILE_NAME_LENGTH = 90
"""Maximum number of characters of the name of a file, without its suffix."""

# Most file systems allow 255 bytes.
MAX_FILE_NAME_BYTES = 200
"""Maximum number of bytes of such a name in UTF-8."""

# Proxies refuse responses whose headers are longer than 4 or 8 kB together, and a URL may have 8 kB alone.
MAX_LINK_LENGTH = 2048
"""Maximum length of a Link header with more than one link, in bytes."""


def json_response(body: Out, fields: Collection[str] | None = None) -> Response:
    """Return the body, or only these fields of it, as JSON."""
    # FastAPI would use a second thread to serialize the body.
    json = body.model_dump_json(by_alias=True, include=None if fields is None else set(fields))
    return Response(json, media_type="application/json")


def list_response(
    request: Request,
    page: Out,
    next_cursor: str | None,
    items: Iterable[bytes] | None = None,
    *,
    previous_cursor: str | None = None,
) -> Response:
    """Return a page of a list as JSON, with the links of `link_pages`.

    `items` are the items of the page if they are JSON already; nothing of them is parsed or copied twice.
    """
    response = json_response(page) if items is None else _joined(page, items)
    return link_pages(request, response, next_cursor, previous_cursor)


def link_pages(
    request: Request,
    response: Response,
    next_cursor: str | None,
    previous_cursor: str | None = None,
    *,
    query: bytes | None = None,
) -> Response:
    """Return the response with a Link header (RFC 8288) to the next, the previous and the first page of a list.

    A `previous_cursor` that is empty leads to the first page, and None to no page. A list of one page has no links,
    and neither has the response to a POST, whose pages have no URLs. Of long links, there is only the first. `query` is
    that of the pages, by default that of the request with absolute days.
    """
    if query is None:
        query = request.scope["query_string"]
    first = without_parameters(query, "cursor")
    is_whole = next_cursor is None and first == without_parameters(query)
    if request.method != "POST" and not is_whole:
        cursors = {"next": next_cursor, "first": "", "prev": previous_cursor}
        links: list[str] = []
        for relation, cursor in cursors.items():
            linked = with_parameter(query, "cursor", cursor) if cursor else first
            link = f'<{url_with_query(request, linked)}>; rel="{relation}"'
            if cursor is not None and (not links or len(", ".join((*links, link))) <= MAX_LINK_LENGTH):
                links.append(link)
        response.headers["Link"] = ", ".join(links)
    return response


def _joined(page: Out, items: Iterable[bytes]) -> Response:
    names = tuple(type(page).model_fields)
    at = names.index("items")
    before = page.model_dump_json(by_alias=True, include=set(names[:at])).encode()
    after = page.model_dump_json(by_alias=True, include=set(names[at + 1 :])).encode()
    json = b"".join((before.removesuffix(b"}"), b',"items":[', b",".join(items), b"],", after.removeprefix(b"{")))
    return Response(json, media_type="application/json")


def json_ld_response(body: Mapping[str, Any], media_type: str) -> Response:
    """Return the body as JSON-LD of this media type."""
    return Response(to_json(body), media_type=media_type)


class ChunkedResponse(StreamingResponse):
    """A stream whose chunks are made in a thread when they are sent."""

    def __init__(self, first: bytes, chunks: Iterator[bytes], media_type: str) -> None:
        """Send the first chunk, which is made already, and then the others."""
        super().__init__(chain((first,), chunks), media_type=media_type)
        self.first = first
        self.while_sent: AbstractContextManager[None] = nullcontext()
        """What holds while the stream is sent, however it ends."""
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, and free what makes it, also if the client leaves."""
        try:
            with self.while_sent:
                await super().__call__(scope, receive, send)
        finally:
            # Only a collection of cycles, which may take minutes to come, would free a suspended generator.
            assert isinstance(self.body_iterator, AsyncGenerator)  # noqa: S101 - here and in admission
            await self.body_iterator.aclose()
            self._chunks = iter(())

    def next_chunk(self, seconds: float) -> bytes | None:
        """Return the chunks that take these seconds of processor time, at least one; None after the last.

        Chunks may be empty: a writer that compresses its rows has nothing to send for some time.
        """
        chunks = []
        ends = thread_time() + seconds
        for chunk in self._chunks:
            chunks.append(chunk)
            if thread_time() > ends:
                break
        return b"".join(chunks) if chunks else None


def stream_response(chunks: Iterator[bytes], media_type: str, disposition: str | None = None) -> StreamingResponse:
    """Return the chunks as a stream, with a Content-Disposition (RFC 6266) if there is one.

    The first chunk is made before the response starts, so that an immediate failure is a problem and not a broken
    stream.
    """
    first = next(chunks, b"")
    response = ChunkedResponse(first, chunks, media_type)
    if disposition is not None:
        response.headers["Content-Disposition"] = disposition
    return response


def attachment(words: Iterable[str], suffix: str) -> str:
    """Return the Content-Disposition of a file to save, whose name is made of these words.

    Only letters, digits and single hyphens of the words remain, so that the name is safe in a header and on a disk.
    """
    stem = _joined_words(words)
    plain = _joined_words([unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()])
    utf8 = quote(f"{stem}.{suffix}", safe="")
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{utf8}"


def _joined_words(words: Iterable[str]) -> str:
    safe = ("".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in word[:500]) for word in words)
    name = "-".join(" ".join(safe).split())[:MAX_FILE_NAME_LENGTH]
    return name.encode()[:MAX_FILE_NAME_BYTES].decode(errors="ignore").strip("-")


def api_url(request: Request) -> str:
    """Return the beginning of the absolute URLs of the API, up to and including `/v1`."""
    return f"{_origin(request)}{quote(request.scope.get('root_path', ''), safe=PATH_SAFE)}/v1"


def page_url(request: Request) -> str:
    """Return the absolute URL of the page that explores the corpus."""
    return f"{_origin(request)}{quote(request.scope.get('root_path', ''), safe=PATH_SAFE)}/"


def url_with_query(request: Request, query: str) -> str:
    """Return the absolute URL of the request with another query, which may be empty. It is valid in a header."""
    url = f"{_origin(request)}{quote(raw_path(request.scope), safe=PATH_SAFE)}"
    return f"{url}?{query}" if query else url


def _origin(request: Request) -> str:
    """Return scheme and authority of the public address, or nothing if the authority is not known."""
    authority = request.headers.get("host")
    return f"{request.scope['scheme']}://{authority}" if authority else ""
