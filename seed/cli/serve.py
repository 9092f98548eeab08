"""`serve`: the API and the page in one command."""

import os
import threading
import time
import webbrowser
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn

from app.errors import DatelineError
from app.settings import Settings
from app.stores.sqlite import database_path
from seed.cli import options
from seed.cli.load import init
from seed.cli.output import tell
from seed.cli.runtime import reader, refusing

OPEN_SECONDS = 30
"""How long `--open` waits until the server answers."""


def serve(
    host: options.Host = "127.0.0.1",
    port: options.Port = 8000,
    workers: options.Servers = 1,
    root_path: options.RootPath = "",
    open_: options.Open = False,
) -> None:
    """Serve the API and the page; make the database with the shipped collection if there is none.

    A database that DATELINE_DATABASE_URL names is never made here: a file that is missing may be a disk that is not
    mounted, and must not be served as five articles.
    """
    with refusing():
        _prepare(Path(database_path(Settings().database_url)))
    with reader():
        pass  # Refuses a database that this release can't serve, with the command that repairs it.
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    tell(f"Dateline serves on {address}{root_path} and describes its API on {address}{root_path}/docs")
    if open_:
        threading.Thread(target=_open, args=(address,), daemon=True).start()
    uvicorn.run("app.main:create_app", factory=True, host=host, port=port, workers=workers, root_path=root_path)


def _prepare(path: Path) -> None:
    """Make the default database if it is not there; raise DatelineError for a named one that is not there."""
    if path.exists():
        return
    if "DATELINE_DATABASE_URL" in os.environ:
        raise DatelineError(
            f"DATELINE_DATABASE_URL names {str(path)!r}, and there is no such file. If it should be new, make it with "
            "`dateline init`; if not, is its disk mounted?"
        )
    init()


def _open(address: str) -> None:
    """Open the page in a browser as soon as the server answers."""
    deadline = time.monotonic() + OPEN_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/livez", timeout=1):  # noqa: S310 - an address of our own
                webbrowser.open(f"{address}/")
                return
        except (URLError, OSError):
            time.sleep(0.2)
