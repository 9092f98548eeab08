"""The routes of the OpenAPI document, and a page that shows it without loading anything from other hosts."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import fastapi_offline
from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

SWAGGER_FILES = {
    "favicon.png": "image/png",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
"""The files of Swagger UI in the package fastapi-offline, and their media types."""

SWAGGER_FOLDER = Path(fastapi_offline.__file__).parent / "static"

_INLINE_SCRIPT = re.compile("<script>(.*?)</script>", re.DOTALL)


router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def get_openapi_document(request: Request) -> Response:
    """Return the OpenAPI document, with the root path of this request as its server."""
    # FastAPI's own route would keep the root of the host as a second server, where Dateline may not be.
    root = quote(request.scope.get("root_path", ""))
    document: bytes = request.app.openapi_json
    servers = to_json({"servers": [{"url": root or "/"}]})
    return Response(document.removesuffix(b"}") + b"," + servers.removeprefix(b"{"), media_type="application/json")


@router.get("/docs")
async def show_docs(request: Request) -> HTMLResponse:
    """Show the OpenAPI document as a page."""
    # It is inserted into HTML and into a script.
    root = quote(request.scope.get("root_path", ""))
    page = get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title=f"{request.app.title}: the API",
        swagger_js_url=f"{root}/docs/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/docs/swagger-ui.css",
        swagger_favicon_url=f"{root}/docs/favicon.png",
    )
    page.headers["Content-Security-Policy"] = _content_security_policy(bytes(page.body).decode())
    page.headers["X-Frame-Options"] = "DENY"  # For browsers that do not know `frame-ancestors`.
    return page


def _content_security_policy(page: str) -> str:
    """Return a policy (CSP level 3) that allows our files and the inline scripts of the page, by their hashes."""
    digests = (sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page))
    hashes = " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes}",
            # Swagger UI has its icons as data: URLs.
            "img-src 'self' data:",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


@router.get("/docs/{name}")
def get_docs_file(name: str) -> Response:
    """Return one of the files that the page needs."""
    if name not in SWAGGER_FILES:
        raise HTTPException(404)
    return Response(
        (SWAGGER_FOLDER / name).read_bytes(),
        media_type=SWAGGER_FILES[name],
        headers={"Cache-Control": "public, max-age=3600"},
    )
