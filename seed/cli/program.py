"""The program `dateline`; `python -m seed` is the same program. Each command is imported only when it runs."""

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from app import __version__
from seed.cli import options
from seed.cli.correct_options import CORRECT_COMMANDS, CORRECT_FROM_COMMANDS
from seed.cli.options import Command

NEXT_STEPS = """\
{program} serve         serve the collection on http://127.0.0.1:8000, and create it first if there is none
{program} load PLACE    load your own articles: HTML, feeds, CSV, JSON, Markdown, saved pages, URLs
{program} status        show what the database holds
{program} --help        list all commands"""

EXIT_CODES = (
    "Exit codes: 0 done; 1 something was refused, is damaged or could not be done, and a line says what; "
    "2 the command line or a DATELINE_ variable is wrong; 130 interrupted by Ctrl-C."
)


COMMANDS: Mapping[str, Command] = {
    "serve": Command(
        "serve",
        "serve_command",
        options.ServeOptions,
        "Serve the API and the page; create the database first if there is none.\n\n"
        "A database that DATELINE_DATABASE_URL names is never created: its disk may not be mounted.",
        "dateline serve --port 9000 --open",
    ),
    "mcp": Command(
        "mcp",
        "mcp_command",
        options.CommandOptions,
        "Answer an assistant that speaks MCP on standard input and output; it only reads.\n\n"
        "The assistant starts this command itself, and needs no server. The database must exist.",
        "dateline mcp",
        is_query=True,
    ),
    "init": Command(
        "load",
        "init_command",
        options.ResultOptions,
        "Create or migrate the database; load the collection that ships if nothing was ever published.",
        "dateline init",
    ),
    "load": Command(
        "load",
        "load_command",
        options.LoadOptions,
        "Load files, folders and URLs, then publish what is new or changed.\n\n"
        "The exit code is 1 if a record was refused; the others are loaded.",
        "dateline load articles.jsonl reports/ --workers 2",
    ),
    "inspect": Command(
        "load",
        "inspect_command",
        options.InspectOptions,
        "Show what would be loaded and where each field comes from; needs no database.",
        "dateline inspect page.html",
        is_query=True,
    ),
    "status": Command(
        "database",
        "status_command",
        options.ResultOptions,
        "Print what the database holds and serves.",
        "dateline status --json",
        is_query=True,
    ),
    "annotate": Command(
        "annotate",
        "annotate_command",
        options.AnnotateOptions,
        "Print the mentions and statements of texts as JSON Lines; store nothing.\n\n"
        "With --records, print the records themselves with their annotations: `dateline load` takes these over if this "
        "release made them with the same lexicon, so that many machines can share the work.",
        "dateline annotate texts.jsonl",
        is_query=True,
    ),
    "reannotate": Command(
        "annotate",
        "reannotate_command",
        options.ReannotateOptions,
        "Apply a changed lexicon to everything loaded, then publish.",
        "dateline reannotate --workers 2",
    ),
    "remove": Command(
        "maintenance",
        "remove_command",
        options.RemoveOptions,
        "Remove articles from what is served, then publish.\n\nNo load brings them back; only --undo does.",
        "dateline remove 2v8k0q4m1xsc --reason 'at the publisher'",
    ),
    "compact": Command(
        "maintenance",
        "compact_command",
        options.ResultOptions,
        "Delete revisions that nothing serves, and free the disk space.",
        "dateline compact",
    ),
    "verify": Command(
        "maintenance",
        "verify_command",
        options.ResultOptions,
        "Read everything that is stored and report damage.\n\nThe exit code is 1 if anything is damaged.",
        "dateline verify",
    ),
    "backup": Command(
        "maintenance",
        "backup_command",
        options.BackupOptions,
        "Copy the database to a new file and verify the copy.\n\nServers and a loader may keep running.",
        "dateline backup dateline-backup.db",
    ),
    "restore": Command(
        "maintenance",
        "restore_command",
        options.RestoreOptions,
        "Verify a backup and put it in the place of the database.",
        "dateline restore dateline-backup.db --replace",
    ),
    "copy": Command(
        "maintenance",
        "copy_command",
        options.CopyOptions,
        "Copy a database into an empty one, of the same system or another, and verify the copy.\n\n"
        "Nothing can serve the copy or write to it until it is complete. After an interruption, the same command goes "
        "on. The database may be in use: what is loaded meanwhile is not copied, and a line says so.",
        "dateline copy sqlite:///dateline.db postgresql://ann@db.example/dateline",
    ),
}
"""The commands in the order of the help."""

LEXICON_COMMANDS: Mapping[str, Command] = {
    "check": Command(
        "annotate",
        "check_lexicon_command",
        options.ResultOptions,
        "Report problems in the lexicon that ships and in your own.\n\nThe exit code is 1 if there are any.",
        "dateline lexicon check",
    ),
}
"""The commands of `dateline lexicon`."""


def _callback(command: Command) -> Callable[..., None]:
    """Return the function that typer makes a command of: its parameters are the fields of the options."""

    def callback(program_context: typer.Context, **values: Any) -> None:  # noqa: ANN401 - whatever the options take
        import_module("seed.cli.results").run_command(
            command, command.options(**values), program=str(program_context.find_root().info_name)
        )

    parameters = [
        Parameter(
            name, Parameter.KEYWORD_ONLY, annotation=annotation, default=getattr(command.options, name, Parameter.empty)
        )
        for class_ in command.options.__mro__  # Its own options precede the shared ones in the help.
        for name, annotation in getattr(class_, "__annotations__", {}).items()
    ]
    context = Parameter("program_context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    callback.__dict__["__signature__"] = Signature([context, *parameters])
    return callback


def _group(name: str, commands: Mapping[str, Command], summary: str, *, completion: bool = False) -> typer.Typer:
    group = typer.Typer(
        name=name, help=summary, epilog=EXIT_CODES, add_completion=completion, pretty_exceptions_enable=False
    )
    for command_name, command in commands.items():
        epilog = f"Example: {command.example}"
        group.command(command_name, help=command.help, epilog=epilog)(_callback(command))
    return group


app = _group("dateline", COMMANDS, "Serve news articles and the entities found in them.", completion=True)
app.add_typer(_group("lexicon", LEXICON_COMMANDS, "Maintain the lexicon."), no_args_is_help=True)
_correct = _group(
    "correct", CORRECT_COMMANDS, "Correct entities: merge, split, rename or hide them, undo it; each command publishes."
)
_correct.add_typer(_group("from", CORRECT_FROM_COMMANDS, "Correct by what other tools say."), no_args_is_help=True)
app.add_typer(_correct, no_args_is_help=True)


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
        typer.echo(NEXT_STEPS.format(program=context.info_name))
