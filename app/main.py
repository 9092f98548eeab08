"""The app of Dateline, for `uvicorn --factory app.main:create_app`."""

from fastapi import APIRouter, FastAPI

from app.db import reader_engine
from app.http.application import build
from app.routes import articles, corpus, entities, operations, sources, statements, versions
from app.search.corpus import Corpus
from app.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (
    articles.router,
    sources.router,
    entities.router,
    statements.router,
    corpus.router,
    versions.router,
    operations.router,
)
"""One a resource, in the order of the OpenAPI document."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the app; without settings it reads them from the environment."""
    settings = settings or Settings()
    app = build(settings, ROUTERS)
    app.state.engine = reader_engine(settings.database_url, connections=settings.threads)
    app.state.corpus = Corpus(app.state.engine, check_seconds=settings.snapshot_check_ms / 1000)
    return app
