"""The arguments and options of the commands, each defined once: its type, its name, its help."""

from pathlib import Path
from typing import Annotated

import typer

from seed.readers import FORMATS

PlacesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PLACE",
        help="Files of any format in docs/reference/input-formats.md, folders of such files, http(s) URLs.",
    ),
]
DateOption = Annotated[str | None, typer.Option(help="Printed date of every record: YYYY[-MM[-DD[Thh:mm±zz:zz]]].")]
SourceOption = Annotated[str | None, typer.Option(help="Source of every record: its id, name or domain.")]
ManifestOption = Annotated[
    Path | None,
    typer.Option(help="CSV with one row per file, whose values take precedence. See docs/reference/input-formats.md."),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, max=64, help="Processes that read and annotate; the result is the same.")
]
BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Replace an existing database.")]
FormatOption = Annotated[str | None, typer.Option(help=f"Read everything as one of: {', '.join(FORMATS)}.")]
EncodingOption = Annotated[str | None, typer.Option(help="Read everything in this encoding, such as windows-1251.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=COLUMN: the column or JSON key of a field; a.b is b in a. May be repeated."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Read everything, store nothing; needs no database.")]
LimitOption = Annotated[int, typer.Option(min=1, help="Maximum number of records to show.")]
RefetchOption = Annotated[bool, typer.Option("--refetch", help="Fetch every URL in full, even if it has not changed.")]
TextsArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help='JSON Lines of {"id", "text"}; - is standard input.')
]
ArticlesArgument = Annotated[
    list[str], typer.Argument(metavar="ID", help="Articles: public ids, your own ids or URLs.")
]
ReasonOption = Annotated[str | None, typer.Option(help="Reason, shown to clients that request the article.")]
UndoOption = Annotated[bool, typer.Option("--undo", help="Bring the articles back.")]
