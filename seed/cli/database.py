"""Open the configured database for reading."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from app.settings import read_settings
from app.stores import store_of
from app.stores.schema import require_schema
from app.stores.store import explained_errors


@contextmanager
def database_reader() -> Iterator[Engine]:
    """Yield an engine that can only read the configured database."""
    store = store_of(read_settings().database_url)
    engine = store.reader_engine()
    try:
        require_schema(engine)
        with explained_errors(store):
            yield engine
    finally:
        engine.dispose()
