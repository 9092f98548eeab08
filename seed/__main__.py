"""`python -m seed …`: load a collection, look at it, look after it. The commands are in `seed/commands/`."""

import typer

from seed.cli.annotate import annotate, check, reannotate
from seed.cli.load import init, inspect, load
from seed.cli.maintenance import backup, compact, remove, restore, status, verify

app = typer.Typer(
    name="python -m seed",
    help="Load articles and their entities into the database that DATELINE_DATABASE_URL names.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (init, load, inspect, status, annotate, compact, reannotate, remove, verify, backup, restore):
    app.command()(command)

lexicon = typer.Typer(help="Look after the lexicon.", no_args_is_help=True)
lexicon.command()(check)
app.add_typer(lexicon, name="lexicon")

if __name__ == "__main__":
    app()
