"""`annotate`, `reannotate`, `lexicon check`: what the lexicon finds, in texts and in all that is loaded."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from seed.cli import options
from seed.cli.output import show, tell
from seed.cli.progress import show_progress
from seed.cli.runtime import lexicon_folders, refusing, resources, several, tell_refused, tell_version, writer
from seed.extract.lexicon.check import check as check_lexicon
from seed.maintenance.annotate import annotated
from seed.maintenance.reannotate import reannotate as reannotate_database
from seed.records import Refusal


def annotate(file: options.Texts = Path("-")) -> None:
    """Print the mentions and statements of texts as JSON Lines; nothing is stored."""
    refused = 0
    with refusing(), _opened(file) as lines:
        known = resources()
        for found in annotated(lines, str(file), known.annotator, known.lexicon):
            if isinstance(found, Refusal):
                refused += 1
                tell_refused(found)
            else:
                show(json.dumps(found, ensure_ascii=False))
    raise typer.Exit(code=int(refused > 0))


def reannotate(workers: options.Cores = 1) -> None:
    """Apply a changed lexicon to everything loaded: new revisions where something else is found, then one publish."""
    with writer() as engine, show_progress() as progress, several(workers) as processes:
        done = reannotate_database(engine, resources(processes), progress=progress.stored)
    tell(f"{done.read} articles: {done.updated} annotated anew, {done.unchanged} unchanged, in {done.seconds:.1f} s")
    tell_version(done)


def check() -> None:
    """Say what is wrong with the lexicon that ships and your own; exit code 1 if anything is."""
    with refusing():
        problems = check_lexicon(*lexicon_folders())
    for problem in problems:
        tell(problem, err=True)
    tell(f"{len(problems)} problems")
    raise typer.Exit(code=int(bool(problems)))


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
    else:
        with file.open("rb") as stream:
            yield stream
