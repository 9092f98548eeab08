"""`status`: what the database holds and serves. Imports nothing of the loader, so that it starts quickly."""

from collections.abc import Iterator

from seed.cli.database import database_reader
from seed.cli.options import ResultOptions
from seed.maintenance.status import Status, status


def status_command(_options: ResultOptions) -> Iterator[Status]:
    """Yield what the database holds and serves."""
    with database_reader() as engine:
        summary = status(engine)
    yield summary
