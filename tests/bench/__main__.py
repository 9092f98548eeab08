"""`python -m tests.bench`: the benchmark; `make bench` runs it with all it needs."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.bench.measure import Effort, measure
from tests.bench.report import tables, write

SIZES = (1_000, 10_000, 100_000)
"""What a corpus grows through."""

QUICK = 10_000

MOST_FOR_DATASETTE = 100_000
"""Articles up to which Datasette is asked: at a million it took 23 GB for the facets of one question, and gave no
answer in five minutes."""


def main(
    size: Annotated[str, typer.Argument(help="Articles, or `quick`: 10,000 and little effort.")] = "1000000",
    datasette: Annotated[Path | None, typer.Option(help="The program to compare with; none: it is left out.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where the databases go; they stay. None: a passing one.")] = None,
    kept: Annotated[Path | None, typer.Option(help="A loaded database of the largest size.")] = None,
    document: Annotated[Path | None, typer.Option(help="Markdown to write the numbers into.")] = None,
) -> None:
    """Measure Dateline at growing sizes, the largest ones beside what a user would pick instead."""
    quick = size == "quick"
    largest = QUICK if quick else int(size)
    effort = Effort(most=50, seconds=0.5, rival_seconds=1, load_seconds=1) if quick else Effort()
    sizes = [*(smaller for smaller in SIZES if smaller < largest), largest]
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as passing:
        place = folder or Path(passing)
        measured = []
        for number in sizes:
            typer.echo(f"{number:,} articles …", err=True)
            at_last = number == largest
            program = datasette if number <= MOST_FOR_DATASETTE else None
            rivals = at_last or number == MOST_FOR_DATASETTE
            found = measure(number, place, effort, program=program, kept=kept if at_last else None, rivals=rivals)
            measured.append(found)
    typer.echo(tables(measured))
    if document:
        write(measured, document)


if __name__ == "__main__":
    typer.run(main)
