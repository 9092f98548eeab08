"""The app of Dateline, for `uvicorn --factory app.main:create_app`."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from app import __version__
from app.http import openapi
from app.http.caching.etag import Answers
from app.http.caching.middleware import Shortcut, Validators
from app.http.middleware import Head, RequestIds, UrlLimit, cors
from app.http.problems import MEDIA_TYPE, add_handlers, failed
from app.http.scope import with_root_path
from app.routes import (
    articles,
    compare,
    entities,
    exports,
    health,
    network,
    page,
    sources,
    statements,
    suggest,
    timeline,
    versions,
)
from app.search.index.live import Corpus
from app.settings import Settings
from app.stores.sqlite import reader_engine

FEEDS = ("application/atom+xml", "application/rss+xml", "application/feed+json")

DESCRIPTION = """News articles and the entities found in them, searched by date, source and actor.

Every error is `application/problem+json` (RFC 9457). Every GET answers HEAD. Each 200 under `/v1` carries a weak ETag
that `If-None-Match` can be asked with, and each response an `X-Request-ID`: the one that was sent along, or a new one.
Offsets are Unicode code points, `end` exclusive, into the stored field, or UTF-16 code units with `offsets=utf16`."""

ROUTERS: tuple[APIRouter, ...] = (
    articles.lookup_router,  # Before the articles, whose `{id}` would match its path.
    articles.router,
    exports.router,
    sources.router,
    entities.router,
    statements.router,
    timeline.router,
    compare.router,
    network.router,
    suggest.router,
    versions.router,
    health.router,
    page.router,
)
"""One a resource, in the order of the OpenAPI document."""


class App(openapi.DescribedApp):
    """FastAPI that gives what is answered already before all else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever server and proxy do with the root path."""
        await super().__call__(with_root_path(scope), receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Put the shortcut around everything, and the ids of requests around what is behind it."""
        return Shortcut(RequestIds(super().build_middleware_stack()), self.state.answers)


def build(settings: Settings, routers: Iterable[APIRouter]) -> FastAPI:
    """Make an app of these routers; its state still lacks `engine` and `corpus`."""
    _know_our_media_types()
    answers = Answers(settings.serve_text)
    app = App(
        title="Dateline",
        version=__version__,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/"}],
        lifespan=_lifespan,
        middleware=_middleware(settings, answers),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_method_name,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.answers = answers
    add_handlers(app)
    for router in (*routers, openapi.router):
        app.include_router(router)
    return app


def _middleware(settings: Settings, answers: Answers) -> list[Middleware]:
    return [
        cors(settings.cors_origins),
        Middleware(Head),
        # FastAPI's own stands outside CORS, so that a browser could not read the 500.
        Middleware(ServerErrorMiddleware, handler=failed),
        Middleware(UrlLimit),
        Middleware(Validators, answers=answers),
        Middleware(CompressMiddleware),
    ]


def _know_our_media_types() -> None:
    add_compress_type(MEDIA_TYPE)
    for export in ("text/csv", "application/x-ndjson", *FEEDS):
        # Streaming: each chunk of rows is flushed, so that a reader sees it as soon as it is there.
        add_compress_type(export, streaming=True)


def _method_name(route: APIRoute) -> str:
    return route.name


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = app.state.settings.threads
    yield
    app.state.engine.dispose()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the app; without settings it reads them from the environment."""
    settings = settings or Settings()
    app = build(settings, ROUTERS)
    app.state.engine = reader_engine(settings.database_url, connections=settings.threads)
    app.state.corpus = Corpus(app.state.engine, check_seconds=settings.snapshot_check_ms / 1000)
    return app
