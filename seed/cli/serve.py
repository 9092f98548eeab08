"""`serve`: the API and the page. Imports nothing of the loader, which would stay in the memory of the server."""

import os
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn

from app.errors import DatelineError
from app.settings import read_settings
from app.stores import store_of
from app.stores.schema import require_schema
from app.stores.store import Store
from seed.cli.options import ServeOptions
from seed.cli.output import print_note

# A first start imports everything and may create the database.
OPEN_TIMEOUT_SECONDS = 30
"""How long `--open` waits for the first response."""


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
    _prepare_database(read_settings().database_url)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    yield Serving(address + options.root_path)
    if options.open:
        threading.Thread(target=_open_page, args=(address,), daemon=True).start()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=options.workers,
        root_path=options.root_path,
        log_level="warning" if options.quiet else None,
    )


def _prepare_database(url: str) -> None:
    """Create the default database if it is missing; raise DatelineError if the database cannot be served."""
    store = store_of(url)
    if not store.exists():
        _create_database(store)
    engine = store.reader_engine()
    try:
        require_schema(engine)
    finally:
        engine.dispose()


def _create_database(store: Store) -> None:
    if "DATELINE_DATABASE_URL" in os.environ:
        raise DatelineError(
            f"DATELINE_DATABASE_URL names {store.name!r}, which does not exist. If it is to be a new database, create "
            "it with `dateline init`; otherwise check that its disk is mounted."
        )
    # A process of its own: what the loader imports would stay in the memory of the server.
    if subprocess.run([sys.executable, "-m", "seed", "init", "--quiet"], check=False).returncode:
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
