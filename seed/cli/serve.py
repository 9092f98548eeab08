"""`serve`: the API and the page. Imports nothing of the loader, which would stay in the memory of the server."""

import os
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn
from sqlalchemy import func, select
from sqlmodel import col
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.errors import DatelineError
from app.models import Publish
from app.search.index.storage import require_current_format
from app.server.connections import BACKLOG
from app.server.process import STOP_SECONDS
from app.settings import Settings, read_settings
from app.stores import reading_store
from app.stores.schema import require_schema
from app.stores.store import Store
from seed.cli.options import ServeOptions
from seed.cli.output import print_note

# A first start imports everything and may create the database.
OPEN_TIMEOUT_SECONDS = 30
"""How long `--open` waits for the first response."""

# Soon enough that a second Ctrl-C seems to end the server immediately.
JOIN_SECONDS = 0.1
"""Time between two looks at a worker that is to end."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the server is reached."""

    url: str

    def lines(self) -> Iterator[str]:
        """Yield the addresses of the page and of the API."""
        yield f"Dateline serves {self.url}/ and documents its API at {self.url}/docs"


def serve_command(options: ServeOptions) -> Iterator[Serving]:
    """Serve the API and the page; create the database with the collection that ships if there is none.

    A database that DATELINE_DATABASE_URL names is never created here: a missing file may be a disk that is not
    mounted, and must not be served as five articles.
    """
    host, port = options.host, options.port
    _prepare_database(read_settings())
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    yield Serving(address + options.root_path)
    if options.open:
        threading.Thread(target=_open_page, args=(address,), daemon=True).start()
    run_server(
        uvicorn.Config(
            "app.main:create_app",
            factory=True,
            host=host,
            port=port,
            workers=options.workers,
            root_path=options.root_path,
            http="app.server.protocol:BoundedProtocol",
            ws="none",
            backlog=BACKLOG,
            # Later than the grace of the connections, and before the process is ended.
            timeout_graceful_shutdown=STOP_SECONDS - 2,
            proxy_headers=False,
            server_header=False,
            access_log=options.access_log,
            log_level="warning" if options.quiet else None,
        )
    )


class Workers(Multiprocess):
    """uvicorn's parent process, which does not wait for workers that hang."""

    is_urgent = False
    """Whether a second signal has been handled."""

    def handle_int(self) -> None:
        """End; with a second signal, immediately."""
        self.is_urgent = self.should_exit.is_set()
        super().handle_int()

    def handle_term(self) -> None:
        """End; with a second signal, immediately."""
        self.is_urgent = self.should_exit.is_set()
        super().handle_term()

    def join_all(self) -> None:
        """Wait for the workers; kill those that run when they should have ended, or when another signal arrives."""
        end = time.monotonic() + STOP_SECONDS
        for worker in self.processes:
            while worker.process.is_alive():
                if self.is_urgent or self.signal_queue or time.monotonic() > end:
                    worker.kill()
                worker.process.join(JOIN_SECONDS)


def run_server(config: uvicorn.Config) -> None:
    """Serve until a signal; exit with uvicorn's status if the server did not start."""
    if config.workers > 1:
        return Workers(config, [config.bind_socket()]).run()
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
    return None


def _prepare_database(settings: Settings) -> None:
    """Create the default database if nothing was ever published in it; raise DatelineError if it cannot be served."""
    store = reading_store(settings)
    is_named = bool({"database_url", "reader_url"} & settings.model_fields_set)
    if is_named and not store.exists():
        raise DatelineError(
            f"{store.named_by} names {store.name!r}, which does not exist. If it is to be a new database, create "
            "it with `dateline init`; otherwise check that its disk is mounted."
        )
    # A first start that was interrupted leaves a database without tables or without articles.
    if not is_named and not (store.table_names() and is_published(store)):
        _create_database(store)
    is_published(store)


def is_published(store: Store) -> bool:
    """Return whether anything was ever published; raise DatelineError if this release cannot serve the database."""
    engine = store.reader_engine()
    try:
        require_schema(engine)
        with engine.connect() as connection:
            require_current_format(connection)
            return connection.scalar(select(func.max(col(Publish.version)))) is not None
    finally:
        engine.dispose()


def _create_database(store: Store) -> None:
    # A process of its own: what the loader imports would stay in the memory of the server. It has the import path of
    # this one, and not the working directory, which may have a folder `seed` of its own.
    command = [sys.executable, "-P", "-m", "seed", "init", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if Path(path).is_absolute())}
    completed = subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own program
    if completed.returncode or not store.exists():
        raise DatelineError(f"The database {store.name!r} could not be created.")
    print_note(f"Created {store.name!r} with the collection that ships; `dateline load PLACE` adds articles.")


def _open_page(address: str) -> None:
    """Open the page in a browser once the server responds."""
    deadline = time.monotonic() + OPEN_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/livez", timeout=1):  # noqa: S310 - our own address
                webbrowser.open(f"{address}/")
                return
        except (URLError, OSError):
            time.sleep(0.2)
