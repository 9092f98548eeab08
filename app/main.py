"""The app of Dateline, for `uvicorn --factory app.main:create_app`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware, add_compress_type

from app import __version__
from app.errors import SettingsError
from app.http.address import AddressMiddleware
from app.http.cache import CacheMiddleware
from app.http.load.admission import Admission
from app.http.load.allocator import limit_arenas
from app.http.load.shedding import LoadSheddingMiddleware
from app.http.middleware import (
    HeadMiddleware,
    RequestIdMiddleware,
    SecurityHeadersMiddleware,
    UrlLimitMiddleware,
    cors_middleware,
)
from app.http.openapi import docs_page
from app.http.openapi.document import DocumentedApp
from app.http.problems import MEDIA_TYPE, add_handlers, internal_error
from app.http.proxies import ProxyMiddleware
from app.http.relative_days import RelativeDaysMiddleware
from app.routes import (
    aggregation_tables,
    aggregations,
    articles,
    corrections,
    entities,
    exports,
    health,
    llms,
    page,
    places,
    reconciliation,
    searches,
    sources,
    statements,
    tables,
    versions,
)
from app.search.index.live import CurrentSnapshot
from app.server.connections import raise_descriptor_limit
from app.server.process import bounded_stop, exempt_startup_objects, limit_accept_log
from app.settings import Settings, read_settings
from app.stores import reading_store
from app.stores.verification import Verification
from app.wire.places import GEOJSON_TYPE

# Python's own 5 ms, several times per request, are noticed beside heavy searches; a shorter time costs them a fifth.
SWITCH_SECONDS = 0.001
"""Seconds for which a thread that computes keeps the interpreter while the event loop waits for it."""

FEED_MEDIA_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json")

API_DESCRIPTION = """News articles and the entities found in them, searched by date, source and actor.

Every error is `application/problem+json` (RFC 9457). Every GET answers HEAD. Each 200 under `/v1` has a weak ETag
for `If-None-Match`, and each response an `X-Request-ID`: the one that the client sent, or a new one.
Offsets are Unicode code points, `end` exclusive, into the stored field, or UTF-16 code units with `offsets=utf16`."""

MCP_PATH = "/mcp"

# A page that speaks MCP sends these, besides those that are always allowed.
MCP_HEADERS = ("Last-Event-ID", "Mcp-Method", "Mcp-Name", "MCP-Protocol-Version", "Mcp-Session-Id")
"""Request headers of MCP."""

ROUTERS: tuple[APIRouter, ...] = (
    articles.lookup_router,  # Before the articles, whose `{id}` would match its path.
    searches.article_router,  # For the same reason.
    articles.router,
    exports.router,
    *tables.routers,
    sources.router,
    exports.entity_router,
    entities.lookup_router,
    entities.router,
    places.router,
    corrections.entity_router,
    statements.router,
    aggregations.timeline_router,
    aggregations.comparison_router,
    aggregations.network_router,
    *aggregation_tables.routers,
    aggregations.suggestion_router,
    searches.router,
    versions.router,
    corrections.router,
    reconciliation.router,
    health.router,
    llms.router,
    page.router,
)
"""One router per resource, in the order of the OpenAPI document."""


class App(DocumentedApp):
    """FastAPI with an id for every request and security headers for every response."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the stack with both around all that can fail, so that every error has them."""
        inner = RequestIdMiddleware(SecurityHeadersMiddleware(super().build_middleware_stack()))
        return ProxyMiddleware(inner, self.state.settings.trusted_proxies)


def build_app(settings: Settings, routers: Iterable[APIRouter]) -> FastAPI:
    """Return an app of these routers; the caller adds `store`, `corpus` and `verification` to its state."""
    _register_media_types()
    app = App(
        title="Dateline",
        version=__version__,
        description=API_DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/"}],
        lifespan=_lifespan,
        middleware=_middleware(settings),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.mcp = None
    app.state.admission = Admission(threads=settings.threads, seconds=settings.text_search_seconds)
    add_handlers(app)
    for router in (*routers, docs_page.router):
        # `include_router` would build every route a second time, at the first request.
        app.router.routes.extend(router.routes)
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    """Return the middleware below the request ids, outermost first; what the cache answers goes no further."""
    return [
        cors_middleware(settings.cors_origins, (*settings.cors_headers, *(MCP_HEADERS if settings.mcp else ()))),
        Middleware(HeadMiddleware),
        Middleware(UrlLimitMiddleware),
        Middleware(AddressMiddleware, settings=settings),
        Middleware(RelativeDaysMiddleware, now=settings.now),
        Middleware(CacheMiddleware, served=f"{settings.serve_text} {settings.serve_correctors}", now=settings.now),
        Middleware(LoadSheddingMiddleware),
        # FastAPI's own is outside CORS, where a browser could not read the 500.
        Middleware(ServerErrorMiddleware, handler=internal_error),
        Middleware(CompressMiddleware),
    ]


def _register_media_types() -> None:
    add_compress_type(MEDIA_TYPE)
    add_compress_type(GEOJSON_TYPE)
    for export in ("text/csv", "application/x-ndjson", "application/graphml+xml", *FEED_MEDIA_TYPES):
        # Streaming: each chunk of rows is flushed, so that clients see it immediately.
        add_compress_type(export, streaming=True)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = app.state.settings.threads
    limit_arenas()
    sys.setswitchinterval(SWITCH_SECONDS)
    raise_descriptor_limit(app.state.settings.max_connections)
    limit_accept_log(asyncio.get_running_loop())
    exempt_startup_objects()
    app.state.verification.start()
    with bounded_stop():
        async with app.state.mcp.run() if app.state.mcp else nullcontext():
            yield
    app.state.verification.stop()
    app.state.corpus.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the app; without settings, read them from the environment, and exit with a line if they are invalid."""
    if settings is None:
        return _create_from_environment()
    app = build_app(settings, ROUTERS)
    app.state.store = reading_store(settings)
    app.state.verification = Verification(app.state.store, hours=settings.verify_hours)
    app.state.corpus = CurrentSnapshot(
        app.state.store, connections=settings.threads, check_seconds=settings.snapshot_check_ms / 1000
    )
    if settings.mcp:
        _mount_mcp(app)
    return app


def _mount_mcp(app: FastAPI) -> None:
    """Let `/mcp` answer; it is imported only here, since few servers need it and its packages."""
    try:
        from app.mcp.endpoint import McpEndpoint  # noqa: PLC0415 - only where it is switched on
    except ModuleNotFoundError as error:
        raise SettingsError(f"DATELINE_MCP needs the package {error.name}: pip install 'dateline[mcp]'") from error
    app.state.mcp = McpEndpoint(app)
    app.router.routes.append(Route(MCP_PATH, app.state.mcp, include_in_schema=False))


def _create_from_environment() -> FastAPI:
    try:
        return create_app(read_settings())
    except SettingsError as error:
        # A server prints a traceback for any other exception of a factory.
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
