"""What each command reports, and how it is printed: the fields are its `--json` document, and `lines` the same as text.

docs/reference/commands.md describes the fields; a test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from app.settings import read_settings
from seed.cli.options import Command, CommandOptions, RecordOptions, ResultOptions
from seed.cli.output import exit_on_error, output_mode, pluralize, print_message, print_result, to_json


@dataclass(frozen=True, slots=True)
class ReportedRecord:
    """A record that was refused or skipped: the file or URL, the line in a file of many records, and the reason."""

    place: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The records that were read, and what became of them; `seconds` is wall time.

    `published_version` is null if nothing new was published. `skipped` are the records of removed articles, `renamed`
    those of exports whose article has another id here.
    """

    read: int
    loaded: int
    updated: int
    unchanged: int
    refused: int
    skipped: int
    renamed: int
    seconds: float
    published_version: int | None
    refused_records: tuple[ReportedRecord, ...]
    skipped_records: tuple[ReportedRecord, ...]
    renamed_records: tuple[ReportedRecord, ...]

    def lines(self) -> Iterator[str]:
        """Yield the counts and the version."""
        skipped = f", {self.skipped:,} removed earlier" if self.skipped else ""
        renamed = f", {self.renamed:,} under another id" if self.renamed else ""
        yield (
            f"{self.read:,} read: {self.loaded:,} loaded, {self.updated:,} updated, "
            f"{self.unchanged:,} unchanged, {self.refused:,} refused{skipped}{renamed}, in {self.seconds:.1f} s"
        )
        yield _published(self.published_version)


@dataclass(frozen=True, slots=True)
class DryRunReport:
    """The records that a load would read, and how many of them it could load."""

    read: int
    loadable: int
    refused: int
    refused_records: tuple[ReportedRecord, ...]

    def lines(self) -> Iterator[str]:
        """Yield the counts."""
        yield f"{self.read:,} read: {self.loadable:,} can be loaded, {self.refused:,} refused; nothing was stored"


@dataclass(frozen=True, slots=True)
class InitReport:
    """The database that is ready, the corpus version that is served, and what was loaded to get there, if anything."""

    database: str
    corpus_version: int
    articles: int
    load: LoadReport | None

    def lines(self) -> Iterator[str]:
        """Yield what was loaded, what is ready, and what to do next."""
        if self.load is not None:
            yield from self.load.lines()
        articles = pluralize(self.articles, "article")
        yield (
            f"The database {self.database!r} is ready: corpus version {self.corpus_version} with {articles}. "
            "`dateline serve` serves it, and `dateline load PLACE` adds articles."
        )


@dataclass(frozen=True, slots=True)
class ReannotateReport:
    """The articles that were annotated again; `updated` are those whose annotation has changed.

    `refused` of the unchanged ones cannot be annotated, and keep the annotation that they have.
    """

    articles: int
    updated: int
    unchanged: int
    refused: int
    seconds: float
    published_version: int | None

    def lines(self) -> Iterator[str]:
        """Yield the counts and the version."""
        refused = f", {self.refused:,} of them refused" if self.refused else ""
        yield (
            f"{pluralize(self.articles, 'article')}: {self.updated:,} updated, {self.unchanged:,} unchanged{refused}, "
            f"in {self.seconds:.1f} s"
        )
        yield _published(self.published_version)


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """The public ids of the articles that were removed or, if `undone`, brought back.

    `unchanged` were in this state already. `without_text` were brought back, but only a load can serve them again.
    """

    undone: bool
    articles: tuple[str, ...]
    unchanged: tuple[str, ...]
    without_text: tuple[str, ...]
    published_version: int | None

    def lines(self) -> Iterator[str]:
        """Yield the counts and the version."""
        done, unchanged = ("brought back", "not removed") if self.undone else ("removed", "already removed")
        yield f"{len(self.articles)} {done}, {len(self.unchanged)} {unchanged}"
        yield _published(self.published_version)


@dataclass(frozen=True, slots=True)
class CompactReport:
    """How many revisions and entities were deleted; deleting entities publishes a corpus version."""

    revisions: int
    entities: int
    published_version: int | None

    def lines(self) -> Iterator[str]:
        """Yield the counts."""
        revisions = pluralize(self.revisions, "revision")
        entities = pluralize(self.entities, "entity", "entities")
        yield f"Deleted {revisions} and {entities} no longer in use."


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The number of faults, and the first of them."""

    faults: int
    first_faults: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the number."""
        yield pluralize(self.faults, "fault")


@dataclass(frozen=True, slots=True)
class LexiconReport:
    """The problems of the lexicon."""

    problems: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the number."""
        yield pluralize(len(self.problems), "problem")


@dataclass(frozen=True, slots=True)
class BackupReport:
    """The file that now has a verified copy of the database."""

    file: str

    def lines(self) -> Iterator[str]:
        """Yield the file."""
        yield f"Copied the database to {self.file} and verified the copy."


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The verified backup from which the database was restored."""

    file: str

    def lines(self) -> Iterator[str]:
        """Yield the file."""
        yield f"Restored the database from {self.file}."


@dataclass(frozen=True, slots=True)
class CopyReport:
    """The database that was copied, its verified copy, and the rows of each table; `copied_rows` were copied now.

    `corpus_version` is null if nothing was published. `changed` is set if the database was changed meanwhile.
    """

    from_database: str
    to_database: str
    corpus_version: int | None
    rows: dict[str, int]
    copied_rows: int
    changed: bool

    def lines(self) -> Iterator[str]:
        """Yield the numbers, and what was not copied as it was there already."""
        version = f"corpus version {self.corpus_version}" if self.corpus_version else "nothing was published"
        total = sum(self.rows.values())
        earlier = f" ({total - self.copied_rows:,} of them earlier)" if total != self.copied_rows else ""
        yield (
            f"Copied {pluralize(total, 'row')}{earlier} of {self.from_database} to {self.to_database} ({version}), and "
            "verified the copy."
        )


def _published(version: int | None) -> str:
    return f"published corpus version {version}" if version else "nothing new to publish"


class Report(Protocol):
    """What a command yields: a dataclass whose fields are the JSON document, and which can describe itself."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text form."""


def run_command(command: Command, options: CommandOptions, *, program: str) -> None:
    """Run a command with its options; exit with a line on stderr if it fails.

    `program` is the name by which the program was called.
    """
    verbose = isinstance(options, RecordOptions) and options.verbose
    with output_mode(quiet=options.quiet, program=program, verbose=verbose), exit_on_error():
        read_settings()
        function = getattr(import_module(f"seed.cli.{command.module}"), command.function)
        print_line = print_result if command.is_query else print_message
        is_silent = options.quiet and not command.is_query
        as_json = isinstance(options, ResultOptions) and options.json
        for result in function(options):
            if as_json:
                print_line(to_json(result))
            elif not is_silent:
                for line in result.lines():
                    print_line(line)
