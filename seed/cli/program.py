"""The program `dateline`, also `python -m seed`: its commands, each imported only when it runs."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from app import __version__

NEXT_STEPS = """\
dateline serve         serves the collection on http://127.0.0.1:8000 and makes it first if there is none
dateline load FILE…    loads articles of your own: HTML, feeds, CSV, JSON, Markdown, saved pages, URLs
dateline status        says what the database holds
dateline --help        lists all commands"""

EXIT_CODES = (
    "Exit codes: 0 done; 1 something was refused, is damaged or could not be done, and a line says what; "
    "2 the command line cannot be understood; 130 interrupted by Ctrl-C."
)


class Command(NamedTuple):
    """Where the function of a command is, and one line about it."""

    module: str
    function: str
    help: str


COMMANDS: Mapping[str, Command] = {
    "serve": Command("serve", "serve", "Serve the API and the page; make the database first if there is none."),
    "init": Command("load", "init", "Create or migrate the database; load the shipped collection if it is empty."),
    "load": Command("load", "load", "Load files, folders and URLs, then publish what is new or changed."),
    "inspect": Command("load", "inspect", "Show what would be loaded and where each field comes from."),
    "status": Command("maintenance", "status", "Say what the database holds and serves."),
    "annotate": Command("annotate", "annotate", "Print the mentions and statements of texts; store nothing."),
    "reannotate": Command("annotate", "reannotate", "Apply a changed lexicon to everything loaded, then publish."),
    "remove": Command("maintenance", "remove", "Take articles out of what is served, then publish."),
    "compact": Command("maintenance", "compact", "Drop revisions that nothing serves, and free the disk space."),
    "verify": Command("maintenance", "verify", "Read everything that is stored and say what is damaged."),
    "backup": Command("maintenance", "backup", "Copy the database to a new file and verify the copy."),
    "restore": Command("maintenance", "restore", "Verify a backup and put it in the place of the database."),
}
"""The commands, in the order of the help."""

LEXICON_COMMANDS: Mapping[str, Command] = {
    "check": Command("annotate", "check", "Say what is wrong with the lexicon, the shipped one and your own."),
}
"""The commands of `dateline lexicon`."""


class LazyGroup(TyperGroup):
    """A group whose commands are stubs with a line of help until one of them runs or shows its own help.

    Importing all commands takes ten times as long as importing typer.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - click's own, which typer hides
        """Return the name, the command and its arguments, with the command in place of its stub."""
        name, command, arguments = super().resolve_command(ctx, args)
        target = getattr(getattr(command, "callback", None), "target", None)
        return name, command if target is None else _command(str(name), target), arguments


def _command(name: str, target: Command) -> Any:  # noqa: ANN401 - click's own, which typer hides
    """Return a command as typer makes it of the function."""
    alone = typer.Typer(add_completion=False)
    alone.command(name)(getattr(import_module(f"seed.cli.{target.module}"), target.function))
    return typer.main.get_command(alone)


def _stub(target: Command) -> Callable[[], None]:
    def stub() -> None:
        raise NotImplementedError

    stub.__dict__["target"] = target
    return stub


def _group(commands: Mapping[str, Command], help_: str, *, completion: bool = False) -> typer.Typer:
    group = typer.Typer(
        cls=LazyGroup, help=help_, epilog=EXIT_CODES, add_completion=completion, pretty_exceptions_enable=False
    )
    for name, target in commands.items():
        group.command(name, help=target.help)(_stub(target))
    return group


app = _group(COMMANDS, "Serve news articles and the entities found in them; load your own.", completion=True)
app.add_typer(
    _group(LEXICON_COMMANDS, "Look after the lexicon."), name="lexicon", help="Look after the lexicon.", no_args_is_help=True
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"dateline {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
]


@app.callback(invoke_without_command=True)
def begin(context: typer.Context, version: Version = False) -> None:  # noqa: ARG001, FBT002 - typer reads the option
    """Serve news articles and the entities found in them; load your own."""
    if context.invoked_subcommand is None:
        typer.echo(NEXT_STEPS)
