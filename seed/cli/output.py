"""Print lines and errors. A closed output never interrupts a command that writes to the database."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

from app.errors import DatelineError


def print_message(line: str, *, err: bool = False) -> None:
    """Print a line; if that fails (`load … | head -1`, a log on a full disk), silence this output from then on.

    What a command stores must not depend on who reads its output; its exit code reports the outcome.
    """
    try:
        typer.echo(line, err=err)
    except OSError:
        _redirect_to_null(sys.stderr if err else sys.stdout)


def print_result(line: str) -> None:
    """Print a line of a command that only prints; exit with code 1 if the reader is gone (`annotate | head -1`)."""
    try:
        typer.echo(line)
    except BrokenPipeError:
        _redirect_to_null(sys.stdout)
        raise typer.Exit(code=1) from None


def _redirect_to_null(output: TextIO) -> None:
    """Redirect an output to the null device, both for our lines and for what Python flushes at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, output.fileno())
    os.close(null)


def is_terminal() -> bool:
    """Return whether stderr is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def pluralize(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: `1 fault`, `2,000 faults`."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print an expected error as one line, and exit with code 1."""
    try:
        yield
    except (DatelineError, ValueError, OSError) as error:
        print_message(f"error: {error}", err=True)
        raise typer.Exit(code=1) from None
