"""`python -m seed …`: load, inspect and maintain a collection. The commands are in `seed/cli/`."""

from collections.abc import Callable

import typer

from seed.cli import annotate, load, maintenance

COMMANDS: dict[str, Callable[..., None]] = {
    "init": load.init_command,
    "load": load.load_command,
    "inspect": load.inspect_command,
    "status": maintenance.status_command,
    "annotate": annotate.annotate_command,
    "compact": maintenance.compact_command,
    "reannotate": annotate.reannotate_command,
    "remove": maintenance.remove_command,
    "verify": maintenance.verify_command,
    "backup": maintenance.backup_command,
    "restore": maintenance.restore_command,
}

app = typer.Typer(
    name="python -m seed",
    help="Load articles and their entities into the database that DATELINE_DATABASE_URL names.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, command in COMMANDS.items():
    app.command(name)(command)

lexicon = typer.Typer(help="Maintain the lexicon.", no_args_is_help=True)
lexicon.command("check")(annotate.check_lexicon_command)
app.add_typer(lexicon, name="lexicon")

if __name__ == "__main__":
    app()
