"""The page at `/`: a small frontend that explores the corpus through the public API alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from app.http.request_url import parse_pairs

PAGE_FOLDER = Path(__file__).resolve().parents[1] / "page"
"""The folder of the page, which any static server could serve without a build."""

INDEX_FILE = "index.html"

NOT_IN_FEEDS = frozenset(
    ("api", "article", "as_of", "view", "interval", "sort", "limit", "cursor", "facet_size", "speaker", "about")
)
"""Parameters of the page, of lists and of statements; all others of its address are filters of articles."""

_FEED_LINK = re.compile(r'href="v1/articles\.(?:rss|atom|jsonfeed)')
"""The beginning of a link to a feed, up to its query."""

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Content Security Policy (level 3): only what the page needs, so that no text of an article can run as a script."""

SECURITY_HEADERS = {
    "Cache-Control": "public, no-cache",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page, with its media type and weak ETag."""

    body: bytes
    media_type: str
    tag: str


router = APIRouter(include_in_schema=False)


@router.get("/")
def show_page(request: Request) -> Response:
    """Return the page; it names the feeds of the search in its address, for readers that run no script."""
    file, query = _files()[INDEX_FILE], _feed_query(request.scope["query_string"])
    if query:
        links = _FEED_LINK.sub(rf"\g<0>?{escape(query)}", file.body.decode())
        file = _page_file(links.encode(), file.media_type)
    return _file_response(request, file)


def _feed_query(query: bytes) -> str:
    """Return the filters in a query of the page as the query of a feed, which has no others."""
    pairs = ((pair.name, pair.value) for pair in parse_pairs(query) if pair.wanted is None and pair.value)
    return urlencode([(name, value) for name, value in pairs if name not in NOT_IN_FEEDS])


@router.get("/page/{name}")
def get_page_file(name: str, request: Request) -> Response:
    """Return one of the files that the page needs."""
    return _file_response(request, _files().get(name))


def _file_response(request: Request, file: PageFile | None) -> Response:
    if file is None or not request.app.state.settings.page:
        raise HTTPException(404)
    headers = {**SECURITY_HEADERS, "ETag": file.tag}
    if file.tag in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}:
        # The 200 varies by encoding; the compression adds that header there, but not to a 304.
        return Response(status_code=304, headers={**headers, "Vary": "Accept-Encoding"})
    return Response(file.body, media_type=file.media_type, headers=headers)


@cache
def _files() -> Mapping[str, PageFile]:
    return {path.name: _read_file(path) for path in PAGE_FOLDER.iterdir() if path.suffix in MEDIA_TYPES}


def _read_file(path: Path) -> PageFile:
    body = path.read_bytes()
    if path.name == INDEX_FILE:
        # A static server has its files next to it, Dateline under /page/; relative URLs work behind any prefix.
        body = body.replace(b'="./', b'="./page/')
    return _page_file(body, MEDIA_TYPES[path.suffix])


def _page_file(body: bytes, media_type: str) -> PageFile:
    return PageFile(body, media_type, f'W/"{blake2b(body, digest_size=12).hexdigest()}"')
