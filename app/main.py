"""The app of Dateline, for `uvicorn --factory app.main:create_app`."""

from fastapi import APIRouter, FastAPI

from app.http.application import build
from app.routes import (
    articles,
    compare,
    corpus,
    entities,
    feeds,
    linked,
    lookup,
    network,
    operations,
    page,
    sources,
    statements,
    suggest,
    timeline,
    versions,
)
from app.search.corpus import Corpus
from app.settings import Settings
from app.stores.sqlite import reader_engine

ROUTERS: tuple[APIRouter, ...] = (
    linked.router,  # Before the articles, whose `{id}` would take its suffix for a part of the id.
    lookup.router,  # The same: its path is no id.
    articles.router,
    feeds.router,
    sources.router,
    entities.router,
    statements.router,
    timeline.router,
    compare.router,
    network.router,
    suggest.router,
    corpus.router,
    versions.router,
    operations.router,
    page.router,
)
"""One a resource, in the order of the OpenAPI document."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the app; without settings it reads them from the environment."""
    settings = settings or Settings()
    app = build(settings, ROUTERS)
    app.state.engine = reader_engine(settings.database_url, connections=settings.threads)
    app.state.corpus = Corpus(app.state.engine, check_seconds=settings.snapshot_check_ms / 1000)
    return app
