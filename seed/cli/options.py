"""The options of the commands, each said once: its type, its name, its help."""

from pathlib import Path
from typing import Annotated

import typer

from seed.readers import FORMATS

Places = Annotated[
    list[str],
    typer.Argument(
        metavar="PLACE...",
        help="Files of any format in docs/reference/input-formats.md, folders of them, http(s) URLs.",
    ),
]
Date = Annotated[str | None, typer.Option(help="Printed date of every record: YYYY[-MM[-DD[Thh:mm±zz:zz]]].")]
Source = Annotated[str | None, typer.Option(help="Source of every record: its id, name or domain.")]
Manifest = Annotated[
    Path | None, typer.Option(help="CSV with a row a file; its values win. See docs/reference/input-formats.md.")
]
Cores = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that read and annotate; same result.")]
Copy = Annotated[Path, typer.Argument(help="The copy of the database.")]
Replace = Annotated[bool, typer.Option("--replace", help="Put it in the place of the database that is there.")]
Format = Annotated[str | None, typer.Option(help=f"Read everything as one of: {', '.join(FORMATS)}.")]
Encoding = Annotated[str | None, typer.Option(help="Read everything in this encoding, as windows-1251.")]
Map = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=COLUMN: where tables and JSON have a field; a.b is b in a. May be given again."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything, store nothing; no database is needed.")]
Limit = Annotated[int, typer.Option(min=1, help="How many records to show.")]
Refetch = Annotated[bool, typer.Option("--refetch", help="Fetch URLs whole, also what did not change since last time.")]
Texts = Annotated[Path, typer.Argument(help='JSON Lines of {"id", "text"}; - is standard input.')]
Names = Annotated[list[str], typer.Argument(help="Articles: public ids, ids of your own or URLs.")]
Reason = Annotated[str | None, typer.Option(help="Why, for whoever asks for the article.")]
Undo = Annotated[bool, typer.Option("--undo", help="Bring them back.")]
