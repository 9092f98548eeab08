"""`annotate`, `reannotate`, `lexicon check`: apply the lexicon to texts and to everything loaded, and check it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from seed.cli import options
from seed.cli.output import exit_on_error, pluralize, print_message, print_result
from seed.cli.progress import show_progress
from seed.cli.runtime import (
    database_writer,
    lexicon_folders,
    load_resources,
    optional_workers,
    print_published_version,
    print_refusal,
)
from seed.extract.lexicon.check import check_lexicon
from seed.maintenance.annotate import annotate_lines
from seed.maintenance.reannotate import reannotate
from seed.records import Refusal


def annotate_command(file: options.TextsArgument = Path("-")) -> None:
    """Print the mentions and statements of texts as JSON Lines; nothing is stored."""
    refused = 0
    with exit_on_error(), _open_binary(file) as lines:
        resources = load_resources()
        for result in annotate_lines(lines, str(file), resources.annotator, resources.lexicon):
            if isinstance(result, Refusal):
                refused += 1
                print_refusal(result)
            else:
                print_result(json.dumps(result, ensure_ascii=False))
    raise typer.Exit(code=int(refused > 0))


def reannotate_command(workers: options.WorkersOption = 1) -> None:
    """Apply a changed lexicon to everything loaded: create revisions where annotations differ, then publish once."""
    with database_writer() as engine, show_progress() as progress, optional_workers(workers) as processes:
        summary = reannotate(engine, load_resources(processes), progress=progress.update)
    print_message(
        f"{pluralize(summary.read, 'article')}: {summary.updated:,} updated, {summary.unchanged:,} unchanged, "
        f"in {summary.seconds:.1f} s"
    )
    print_published_version(summary)


def check_lexicon_command() -> None:
    """Report the problems of the shipped lexicon and of your own; exit code 1 if there are any."""
    with exit_on_error():
        problems = check_lexicon(*lexicon_folders())
    for problem in problems:
        print_message(problem, err=True)
    print_message(pluralize(len(problems), "problem"))
    raise typer.Exit(code=int(bool(problems)))


@contextmanager
def _open_binary(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
    else:
        with file.open("rb") as stream:
            yield stream
