"""`serve`: the API and the page. Imports nothing of the loader, which would stay in the memory of the server."""

import os
import subprocess
import sys
import threading
import time
import webbrowser
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen

import typer
import uvicorn

from app.errors import DatelineError
from app.settings import Settings
from app.stores import store_of
from app.stores.schema import require_schema
from app.stores.store import Store
from seed.cli.output import exit_on_error, print_message

# A first start imports everything and may create the database.
OPEN_TIMEOUT_SECONDS = 30
"""How long `--open` waits for the first response."""

HostOption = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every IPv4 address of the machine.")]
PortOption = Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")]
ServersOption = Annotated[int, typer.Option("--workers", min=1, max=64, help="Server processes.")]
RootPathOption = Annotated[str, typer.Option(help="Path under which a proxy publishes the API, such as /news.")]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]


def serve_command(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    workers: ServersOption = 1,
    root_path: RootPathOption = "",
    open_page: OpenOption = False,
) -> None:
    """Serve the API and the page; create the database with the collection that ships if there is none.

    A database that DATELINE_DATABASE_URL names is never created here: a missing file may be a disk that is not
    mounted, and must not be served as five articles.
    """
    with exit_on_error():
        _prepare_database(Settings().database_url)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print_message(f"Dateline serves {address}{root_path}/ and documents its API at {address}{root_path}/docs")
    if open_page:
        threading.Thread(target=_open_page, args=(address,), daemon=True).start()
    uvicorn.run("app.main:create_app", factory=True, host=host, port=port, workers=workers, root_path=root_path)


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
    if subprocess.run([sys.executable, "-m", "seed", "init"], check=False).returncode:
        raise DatelineError(f"The database {store.name!r} could not be created.")


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
