"""The program `dateline`, also `python -m seed`: its commands, each imported only when it runs."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command

from app import __version__

NEXT_STEPS = """\
dateline serve         serve the collection on http://127.0.0.1:8000, and create it first if there is none
dateline load PLACE    load your own articles: HTML, feeds, CSV, JSON, Markdown, saved pages, URLs
dateline status        show what the database holds
dateline --help        list all commands"""

EXIT_CODES = (
    "Exit codes: 0 done; 1 something was refused, is damaged or could not be done, and a line says what; "
    "2 the command line is wrong; 130 interrupted by Ctrl-C."
)


class Command(NamedTuple):
    """The module of `seed.cli` and the function of a command, its line in the list, and an example."""

    module: str
    function: str
    help: str
    example: str


COMMANDS: Mapping[str, Command] = {
    "serve": Command(
        "serve",
        "serve_command",
        "Serve the API and the page; create the database first if there is none.",
        "dateline serve --port 9000 --open",
    ),
    "init": Command(
        "load",
        "init_command",
        "Create or migrate the database; load the collection that ships if nothing was ever published.",
        "dateline init",
    ),
    "load": Command(
        "load",
        "load_command",
        "Load files, folders and URLs, then publish what is new or changed.",
        "dateline load articles.jsonl reports/ --workers 2",
    ),
    "inspect": Command(
        "load",
        "inspect_command",
        "Show what would be loaded and where each field comes from; needs no database.",
        "dateline inspect page.html",
    ),
    "status": Command("maintenance", "status_command", "Print what the database holds and serves.", "dateline status"),
    "annotate": Command(
        "annotate",
        "annotate_command",
        "Print the mentions and statements of texts as JSON Lines; store nothing.",
        "dateline annotate texts.jsonl",
    ),
    "reannotate": Command(
        "annotate",
        "reannotate_command",
        "Apply a changed lexicon to everything loaded, then publish.",
        "dateline reannotate --workers 2",
    ),
    "remove": Command(
        "maintenance",
        "remove_command",
        "Remove articles from what is served, then publish.",
        "dateline remove 2v8k0q4m1xsc --reason 'at the publisher'",
    ),
    "compact": Command(
        "maintenance",
        "compact_command",
        "Delete revisions that nothing serves, and free the disk space.",
        "dateline compact",
    ),
    "verify": Command(
        "maintenance", "verify_command", "Read everything that is stored and report damage.", "dateline verify"
    ),
    "backup": Command(
        "maintenance",
        "backup_command",
        "Copy the database to a new file and verify the copy.",
        "dateline backup dateline-backup.db",
    ),
    "restore": Command(
        "maintenance",
        "restore_command",
        "Verify a backup and put it in the place of the database.",
        "dateline restore dateline-backup.db --replace",
    ),
}
"""The commands in the order of the help."""

LEXICON_COMMANDS: Mapping[str, Command] = {
    "check": Command(
        "annotate",
        "check_lexicon_command",
        "Report problems in the lexicon that ships and in your own.",
        "dateline lexicon check",
    ),
}
"""The commands of `dateline lexicon`."""


class LazyGroup(TyperGroup):
    """A group whose commands are stubs with one line of help until one of them runs or shows its own help.

    Importing all commands takes about ten times as long as importing typer.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - types of click, which typer hides
        """Return the name, the command and its arguments, with the command in place of its stub."""
        name, stub, arguments = super().resolve_command(ctx, args)
        command = getattr(getattr(stub, "callback", None), "command", None)
        return name, stub if command is None else _load(str(name), command), arguments


def _load(name: str, command: Command) -> Any:  # noqa: ANN401 - as above
    """Return the command as typer makes it from its function."""
    single = typer.Typer(add_completion=False)
    function = getattr(import_module(f"seed.cli.{command.module}"), command.function)
    single.command(name, epilog=f"Example: {command.example}")(function)
    return get_command(single)


def _stub(command: Command) -> Callable[[], None]:
    def stub() -> None:
        raise NotImplementedError

    stub.__dict__["command"] = command
    return stub


def _group(name: str, commands: Mapping[str, Command], summary: str, *, completion: bool = False) -> typer.Typer:
    group = typer.Typer(
        name=name,
        cls=LazyGroup,
        help=summary,
        epilog=EXIT_CODES,
        add_completion=completion,
        pretty_exceptions_enable=False,
    )
    for command_name, command in commands.items():
        group.command(command_name, help=command.help)(_stub(command))
    return group


app = _group("dateline", COMMANDS, "Serve news articles and the entities found in them.", completion=True)
app.add_typer(_group("lexicon", LEXICON_COMMANDS, "Maintain the lexicon."), no_args_is_help=True)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"dateline {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
]


@app.callback(invoke_without_command=True)
def program(context: typer.Context, version: VersionOption = False) -> None:
    """Serve news articles and the entities found in them."""
    if context.invoked_subcommand is None:
        typer.echo(NEXT_STEPS)
