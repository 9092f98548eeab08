"""`python -m tests.attack`: hostile trials on real servers and files; `make attack` runs all of them.

Each prints what happened next to what is wanted. Nothing here runs in `make test`: numbers depend on the machine.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from tests.attack import connections, mixed, overload
from tests.attack.corpus import generated_database

MIXED_SECONDS = 600.0
CAPACITY_SECONDS = 60.0


def _row(*cells: object) -> None:
    typer.echo("| " + " | ".join(map(str, cells)) + " |")


def heavy(database: Path, seconds: float) -> None:
    """Print what heavy clients of each kind and a short client beside them got, from nine addresses and from one."""
    for forwarded in (True, False):
        typer.echo(f"\n64 heavy clients beside a short one, {'nine addresses' if forwarded else 'one address'}")
        _row("kind", "heavy", "short", "p99 alone", "p99 beside", "limit", "MB before", "MB after", "without bounds")
        _row(*["---"] * 9)
        for kind, paths in overload.heavy_kinds().items():
            with overload.serving(database) as server:
                trial = overload.heavy_trial(server, kind, paths, seconds, forwarded=forwarded)
            unbounded = overload.unbounded_answers(database, paths, seconds, forwarded=forwarded)
            limit = max(250.0, 10 * trial.alone_p99)
            p99 = trial.short.percentile(99)
            _row(
                *(kind, trial.heavy, trial.short, f"{trial.alone_p99:.0f}", f"{p99:.0f}", f"{limit:.0f}"),
                *(f"{memory:.0f}" for memory in trial.memory),
                f"{unbounded} answers: {trial.heavy.answers / max(1, unbounded):.0%} of them with bounds",
            )


def leavers(database: Path, _seconds: float) -> None:
    """Print how long a search takes after 40 clients left theirs."""
    with overload.serving(database) as server:
        seconds, code = overload.leavers_trial(server)
    typer.echo(f"\nA search after {overload.LEAVERS} clients left theirs: {code} in {seconds:.2f} s (wanted: 1 s)")


def capacity(database: Path, _seconds: float) -> None:
    """Print what five times the capacity gets, and how soon all is normal again."""
    with overload.serving(database) as server:
        trial = overload.capacity_trial(server, CAPACITY_SECONDS)
    share = trial.flood.statuses[200] / trial.flood_seconds / trial.capacity
    typer.echo(
        f"\n5 × capacity ({trial.capacity:.0f}/s) for {trial.flood_seconds:.0f} s: {trial.flood}; answered {share:.0%} "
        f"of the capacity (wanted: 80 %); p99 {trial.p99[0]:.0f} ms before, {trial.p99[1]:.0f} ms five seconds after"
    )


def mixed_requests(database: Path, _seconds: float) -> None:
    """Print what mixed requests get while reports are published."""
    with tempfile.TemporaryDirectory(prefix="dateline-attack-") as folder:
        copy = Path(shutil.copy(database, folder))
        trial = mixed.mixed_trial(copy, int(database.stem), MIXED_SECONDS)
    codes = ", ".join(f"{count} × {code}" for code, count in sorted(trial.statuses.items()))
    typer.echo(f"\nMixed requests for {MIXED_SECONDS:.0f} s: {codes}; {trial.mixed} mixed; {trial.versions} versions")
    _row("seconds", "MB", "descriptors")
    _row(*["---"] * 3)
    for sample in trial.samples[:: max(1, len(trial.samples) // 10)]:
        _row(f"{sample.seconds:.0f}", f"{sample.memory:.0f}", sample.descriptors)


def half_open(database: Path, _seconds: float) -> None:
    """Print what half-open connections cost, and how long a server takes to stop."""
    connections.print_trials(database)


def _module(name: str, *arguments: str) -> Callable[[Path, float], None]:
    """Return a trial that is a program of its own, on files that it makes."""

    def run(_database: Path, _seconds: float) -> None:
        typer.echo(f"\n{name} {' '.join(arguments)}".rstrip())
        subprocess.run([sys.executable, "-m", name, *arguments], check=False)

    return run


TRIALS: dict[str, Callable[[Path, float], None]] = {
    "heavy": heavy,
    "leavers": leavers,
    "capacity": capacity,
    "half-open": half_open,
    "damaged": _module("tests.attack.damaged", "65"),
    "replaced": _module("tests.attack.replaced", "20"),
    "texts": _module("tests.seed.extract.odd_texts", "50000"),
    "hostile": _module("tests.seed.readers.hostile"),
    "mixed": mixed_requests,
}
"""The trials by name, each on a database and for the seconds of one step."""


def main(
    trials: Annotated[list[str] | None, typer.Argument(help=f"Some of {', '.join(TRIALS)}; all by default.")] = None,
    folder: Annotated[Path, typer.Option(help="A folder that keeps the database.")] = Path("build/attack"),
    articles: Annotated[int, typer.Option(help="Size of the database.")] = 100_000,
    seconds: Annotated[float, typer.Option(help="Duration of one step.")] = 8.0,
) -> None:
    """Run hostile trials and print what happened."""
    database = generated_database(folder, articles)
    for name in trials or TRIALS:
        TRIALS[name](database, seconds)


if __name__ == "__main__":
    typer.run(main)
