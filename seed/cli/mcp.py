"""`mcp`: the tools for assistants on standard input and output. Imports nothing of the loader, like `serve`."""

from collections.abc import Iterator

from app.errors import DatelineError
from app.main import create_app
from app.settings import read_settings
from app.stores import reading_store
from seed.cli.options import CommandOptions
from seed.cli.serve import Serving, is_published


def mcp_command(_options: CommandOptions) -> Iterator[Serving]:
    """Answer an assistant until its input ends; nothing else is printed. The database is only read, never created."""
    settings = read_settings()
    store = reading_store(settings)
    if not (store.exists() and is_published(store)):
        raise DatelineError(
            f"The database {store.name!r} has no articles. Name another one with DATELINE_DATABASE_URL, or create it "
            "with `dateline init`."
        )
    try:
        from app.mcp.stdio import serve_stdio  # noqa: PLC0415 - only here, so that a missing package has a message
    except ModuleNotFoundError as error:
        raise DatelineError(f"`dateline mcp` needs the package {error.name}: pip install 'dateline[mcp]'") from error
    # Nobody reaches it but the assistant that started it: there is no host to check, and no second way in.
    serve_stdio(create_app(settings.model_copy(update={"allowed_hosts": (), "mcp": False})))
    yield from ()
