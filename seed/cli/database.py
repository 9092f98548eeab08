"""Open the configured database for reading."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from app.settings import read_settings
from app.stores.schema import require_schema
from app.stores.sqlite import reader_engine


@contextmanager
def database_reader() -> Iterator[Engine]:
    """Yield an engine that can only read the configured database."""
    engine = reader_engine(read_settings().database_url)
    try:
        require_schema(engine)
        yield engine
    finally:
        engine.dispose()
