"""How far a load is, for whoever started it: a bar on a terminal, a line now and then otherwise."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from seed.work import Summary

SECONDS_BETWEEN_LINES = 5
"""How often a load that nobody watches says how far it is."""

Show = Callable[[Summary], None]


@contextmanager
def show_progress(*, seconds: float = SECONDS_BETWEEN_LINES) -> Iterator[Show]:
    """Give what shows a load's summary so far, on stderr; as plain lines at most every `seconds`."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(seconds)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda summary: bar.update(task, description=_so_far(summary))


def _lines(seconds: float) -> Show:
    said = time.monotonic()

    def say(summary: Summary) -> None:
        nonlocal said
        if time.monotonic() - said >= seconds:
            said = time.monotonic()
            typer.echo(_so_far(summary), err=True)

    return say


def _so_far(summary: Summary) -> str:
    return f"{summary.read} read, {len(summary.refused)} refused"
