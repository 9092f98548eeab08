"""The configured database for reading, and `status`. Imports nothing of the loader, so that it starts quickly."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from app.settings import read_settings
from app.stores import reading_store
from app.stores.schema import require_schema
from app.stores.store import explained_errors
from seed.cli.options import ResultOptions
from seed.maintenance.status import Status, status


@contextmanager
def database_reader() -> Iterator[Engine]:
    """Yield an engine that can only read the configured database."""
    store = reading_store(read_settings())
    engine = store.reader_engine()
    try:
        require_schema(engine)
        with explained_errors(store):
            yield engine
    finally:
        engine.dispose()


def status_command(_options: ResultOptions) -> Iterator[Status]:
    """Yield what the database holds and serves."""
    with database_reader() as engine:
        summary = status(engine)
    yield summary
