"""The arguments and options of the commands, each declared once: its type, its name, its help.

A class has the options of one command, or those that several commands share. Nothing heavy is imported, so that the
program shows its help without what the commands need.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

FORMAT_NAMES = (
    *("feed", "sitemap", "xml", "nitf", "newsml", "telegram", "html", "markdown", "mhtml", "mbox", "email", "ris"),
    *("json-lines", "json", "csv", "spreadsheet", "pdf", "urls", "docx", "rtf", "press", "page"),
)
"""The names of the input formats; a test compares them with the readers, which take long to import."""

QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print no progress, notes and summary; refusals and errors stay.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON: see docs/reference/commands.md#json.")
]
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
FormatOption = Annotated[str | None, typer.Option(help=f"Read everything as one of: {', '.join(FORMAT_NAMES)}.")]
EncodingOption = Annotated[str | None, typer.Option(help="Read everything in this encoding, such as windows-1251.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=COLUMN: the column or JSON key of a field; a.b is b in a. May be repeated."),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Refuse what would otherwise be ignored with a note: unknown keys, bad values.")
]
SheetOption = Annotated[
    list[str] | None,
    typer.Option(help="Read only the sheet with this name in spreadsheets, even if it is hidden. May be repeated."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Read everything, store nothing; needs no database.")]
RefetchOption = Annotated[bool, typer.Option("--refetch", help="Fetch every URL in full, even if it has not changed.")]
FetchOption = Annotated[
    bool,
    typer.Option("--fetch", help="Fetch the pages of lists without texts, such as those of GDELT and Media Cloud."),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, max=64, help="Number of processes; the result is the same.")
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print the traceback of an unexpected error in a record, too.")
]
LimitOption = Annotated[int, typer.Option(min=1, help="Maximum number of records to show.")]
TextsArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help='JSON Lines of {"id", "text"}, or of records; - is standard input.')
]
RecordsOption = Annotated[
    bool,
    typer.Option(
        "--records", help="Read records as `load` does, and print them with their annotations, for a load to take over."
    ),
]
ArticlesArgument = Annotated[
    list[str], typer.Argument(metavar="ID", help="Articles: public ids, your own ids or URLs.")
]
IdSourceOption = Annotated[
    str | None, typer.Option("--source", help="Source of your own ids, where several sources use the same id.")
]
ReasonOption = Annotated[str | None, typer.Option(help="Reason, shown to clients that request the article.")]
UndoOption = Annotated[bool, typer.Option("--undo", help="Bring the articles back.")]
BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]
FromUrlArgument = Annotated[str, typer.Argument(metavar="FROM_URL", help="URL of the database to copy.")]
ToUrlArgument = Annotated[
    str,
    typer.Argument(
        metavar="TO_URL", help="URL of the copy: an empty database or a new file, or a copy that is not complete."
    ),
]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Replace an existing database.")]
HostOption = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every IPv4 address of the machine.")]
PortOption = Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")]
ServersOption = Annotated[int, typer.Option("--workers", min=1, max=64, help="Server processes.")]
RootPathOption = Annotated[str, typer.Option(help="Path under which a proxy publishes the API, such as /news.")]
AccessLogOption = Annotated[
    bool, typer.Option("--access-log", help="Log each request with the address of its client, its URL and its status.")
]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]


@dataclass(frozen=True, kw_only=True)
class CommandOptions:
    """The option of every command."""

    quiet: QuietOption = False


@dataclass(frozen=True, kw_only=True)
class ResultOptions(CommandOptions):
    """The options of every command that has a result."""

    json: JsonOption = False


@dataclass(frozen=True, kw_only=True)
class RecordOptions(ResultOptions):
    """The options of every command that may refuse a record."""

    verbose: VerboseOption = False


@dataclass(frozen=True, kw_only=True)
class ReadingOptions(RecordOptions):
    """What the commands that read records share: the places, and what to assume about the records."""

    places: PlacesArgument
    date: DateOption = None
    source: SourceOption = None
    manifest: ManifestOption = None
    format: FormatOption = None
    encoding: EncodingOption = None
    map: MapOption = None
    strict: StrictOption = False
    sheet: SheetOption = None
    fetch: FetchOption = False


@dataclass(frozen=True, kw_only=True)
class LoadOptions(ReadingOptions):
    """The options of `load`."""

    dry_run: DryRunOption = False
    refetch: RefetchOption = False
    workers: WorkersOption = 1


@dataclass(frozen=True, kw_only=True)
class InspectOptions(ReadingOptions):
    """The options of `inspect`."""

    limit: LimitOption = 10


@dataclass(frozen=True, kw_only=True)
class AnnotateOptions(RecordOptions):
    """The options of `annotate`; the last two are about records."""

    file: TextsArgument = Path("-")
    records: RecordsOption = False
    source: SourceOption = None
    map: MapOption = None


@dataclass(frozen=True, kw_only=True)
class ReannotateOptions(RecordOptions):
    """The options of `reannotate`."""

    workers: WorkersOption = 1


@dataclass(frozen=True, kw_only=True)
class RemoveOptions(ResultOptions):
    """The options of `remove`."""

    articles: ArticlesArgument
    source: IdSourceOption = None
    reason: ReasonOption = None
    undo: UndoOption = False


@dataclass(frozen=True, kw_only=True)
class BackupOptions(ResultOptions):
    """The options of `backup`."""

    file: BackupArgument


@dataclass(frozen=True, kw_only=True)
class RestoreOptions(BackupOptions):
    """The options of `restore`."""

    replace: ReplaceOption = False


@dataclass(frozen=True, kw_only=True)
class CopyOptions(ResultOptions):
    """The options of `copy`."""

    from_url: FromUrlArgument
    to_url: ToUrlArgument


@dataclass(frozen=True, kw_only=True)
class ServeOptions(CommandOptions):
    """The options of `serve`."""

    host: HostOption = "127.0.0.1"
    port: PortOption = 8000
    workers: ServersOption = 1
    root_path: RootPathOption = ""
    access_log: AccessLogOption = False
    open: OpenOption = False


class Command(NamedTuple):
    """The module of `seed.cli` and the function of a command, its options, its help, and an example.

    The first paragraph of the help is the line of the command in the list. `is_query` marks commands that only print:
    `--quiet` keeps their output, and they end when nobody reads it.
    """

    module: str
    function: str
    options: type[CommandOptions]
    help: str
    example: str
    is_query: bool = False
