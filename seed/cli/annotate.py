"""`annotate`, `reannotate`, `lexicon check`: apply the lexicon to texts and to everything loaded, and check it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import typer

from app.errors import DatelineError
from seed.cli.options import AnnotateOptions, ReannotateOptions, ResultOptions
from seed.cli.output import pluralize, print_message, print_note, print_result, to_json
from seed.cli.progress import show_progress
from seed.cli.results import LexiconReport, ReannotateReport
from seed.cli.runtime import (
    database_writer,
    lexicon_folders,
    load_resources,
    optional_workers,
    print_refusal,
    recipe_folders,
    writer_resources,
)
from seed.extract.lexicon.check import check_lexicon
from seed.maintenance.annotate import annotate_lines
from seed.maintenance.prepare import prepare_lines
from seed.maintenance.reannotate import reannotate
from seed.readers import Overrides, reader_context
from seed.records import Refusal


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """The mentions, links and statements of one text; offsets are code points, `end` exclusive."""

    id: str | int
    mentions: list[dict[str, Any]]
    links: list[dict[str, Any]]
    statements: list[dict[str, Any]]

    def lines(self) -> Iterator[str]:
        """Yield the one line, which is JSON with and without `--json`."""
        yield to_json(self)


def annotate_command(options: AnnotateOptions) -> Iterator[AnnotatedText]:
    """Yield the mentions and statements of each text, or print the records with them; nothing is stored."""
    if options.records:
        raise typer.Exit(code=int(_print_prepared(options) > 0))
    if options.source or options.map:
        raise DatelineError("--source and --map are about records: add --records.")
    refused = 0
    with _open_binary(options.file) as lines:
        resources = load_resources()
        for result in annotate_lines(lines, str(options.file), resources.annotator, resources.lexicon):
            if isinstance(result, Refusal):
                refused += 1
                print_refusal(result)
            else:
                yield AnnotatedText(**result)
    raise typer.Exit(code=int(refused > 0))


def _print_prepared(options: AnnotateOptions) -> int:
    """Print each record with its annotation; return how many a load will refuse."""
    refused = annotated = unchanged = 0
    overrides = Overrides(source=options.source, map=tuple(options.map or ()))
    context = reader_context(overrides, lexicon_folders()[1:], recipe_folders())
    with _open_binary(options.file) as stream:
        for line in prepare_lines(stream, str(options.file), context, load_resources()):
            print_result(line.line)
            annotated += line.is_annotated
            unchanged += not line.is_annotated and line.refusal is None and line.line != b""
            if line.refusal is not None:
                refused += 1
                print_refusal(line.refusal)
    print_note(f"{pluralize(annotated, 'record')} annotated, {unchanged:,} left as they are, {refused:,} refused")
    return refused


def reannotate_command(options: ReannotateOptions) -> Iterator[ReannotateReport]:
    """Apply a changed lexicon to everything loaded: create revisions where annotations differ, then publish once.

    An article that cannot be annotated keeps its annotation; exit with code 1 if there is one.
    """
    with database_writer() as engine, show_progress() as progress, optional_workers(options.workers) as processes:
        summary = reannotate(engine, writer_resources(processes), progress=progress.update)
    for refusal in summary.refused:
        print_refusal(refusal)
    refused = len(summary.refused)
    yield ReannotateReport(
        summary.read, summary.updated, summary.unchanged, refused, round(summary.seconds, 3), summary.version
    )
    raise typer.Exit(code=int(refused > 0))


def check_lexicon_command(_options: ResultOptions) -> Iterator[LexiconReport]:
    """Report the problems of the shipped lexicon and of your own; exit with code 1 if there are any."""
    problems = tuple(check_lexicon(*lexicon_folders()))
    for problem in problems:
        print_message(problem, err=True)
    yield LexiconReport(problems)
    raise typer.Exit(code=int(bool(problems)))


@contextmanager
def _open_binary(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
    else:
        with file.open("rb") as stream:
            yield stream
