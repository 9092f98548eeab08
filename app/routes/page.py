"""The page at `/`: a small frontend that explores the corpus through the public API alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

FOLDER = Path(__file__).resolve().parents[1] / "page"
"""The page as any static server could serve it, without a build."""

INDEX = "index.html"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

POLICY = "; ".join(
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
"""Content Security Policy (level 3): what the page needs and nothing else, so that no article can run as a script."""

HEADERS = {
    "Cache-Control": "public, no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the page, with its media type and weak tag."""

    body: bytes
    media_type: str
    tag: str


router = APIRouter(include_in_schema=False)


@router.get("/")
def show_page(request: Request) -> Response:
    """Show the page."""
    return _answer(request, INDEX)


@router.get("/page/{name}")
def get_page_file(name: str, request: Request) -> Response:
    """Give one of the files that the page needs."""
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    file = _files().get(name)
    if file is None or not request.app.state.settings.page:
        raise HTTPException(404)
    headers = {**HEADERS, "ETag": file.tag}
    if file.tag in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}:
        # Its 200 comes in several codings, which the compression says there and cannot say here.
        return Response(status_code=304, headers={**headers, "Vary": "Accept-Encoding"})
    return Response(file.body, media_type=file.media_type, headers=headers)


@cache
def _files() -> Mapping[str, File]:
    return {path.name: _file(path) for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES}


def _file(path: Path) -> File:
    body = path.read_bytes()
    if path.name == INDEX:
        # Its files lie beside it on a static server and under /page/ here, also behind a proxy that adds a prefix.
        body = body.replace(b'="./', b'="./page/')
    return File(body, MEDIA_TYPES[path.suffix], f'W/"{blake2b(body, digest_size=12).hexdigest()}"')
