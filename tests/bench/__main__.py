"""`python -m tests.bench`: the benchmark; `make bench` runs it with everything that it needs."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.bench.measure import Effort, Rivals, measure
from tests.bench.report import tables, write

SIZES = (1_000, 10_000, 100_000)
"""Sizes of the smaller corpora, in articles."""

QUICK_SIZE = 10_000
"""Size of the corpus of a quick run, in articles."""

# At a million articles it took 23 GB for the facets of one question, and did not answer within five minutes.
MAX_DATASETTE_SIZE = 100_000
"""Size of the largest corpus that Datasette is measured with, in articles."""


def main(
    size: Annotated[str, typer.Argument(help="Articles, or `quick`: 10,000 and little effort.")] = "1000000",
    rivals: Annotated[Path | None, typer.Option(help="The Python of the environment with the other engines.")] = None,
    folder: Annotated[Path | None, typer.Option(help="A folder that keeps the databases for further runs.")] = None,
    document: Annotated[Path | None, typer.Option(help="Markdown to write the numbers into.")] = None,
) -> None:
    """Measure Dateline at growing sizes, and its alternatives at the largest ones."""
    quick = size == "quick"
    largest = QUICK_SIZE if quick else int(size)
    effort = Effort(searches=50, seconds=1.0, load_seconds=1) if quick else Effort()
    sizes = [*(smaller for smaller in SIZES if smaller < largest), largest]
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as temporary:
        database_folder = folder or Path(temporary)
        measurements = []
        for number in sizes:
            typer.echo(f"{number:,} articles …", err=True)
            is_largest = number == largest
            is_compared = is_largest or number == MAX_DATASETTE_SIZE
            others = Rivals(rivals, datasette=number <= MAX_DATASETTE_SIZE) if is_compared else None
            measurements.append(measure(number, database_folder, effort, others))
    typer.echo(tables(measurements))
    if document:
        write(measurements, document)


if __name__ == "__main__":
    typer.run(main)
