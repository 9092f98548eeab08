"""What commands say: lines on stdout and stderr, which may lead nowhere any more without harm to the work."""

import os
import sys
from typing import TextIO

import typer


def tell(line: str, *, err: bool = False) -> None:
    """Print a line; if it cannot be (`load … | head -1`, a log on a full disk), nothing more is said there.

    What a command stores must not hang on who listens; its exit code says how it ended.
    """
    try:
        typer.echo(line, err=err)
    except OSError:
        _silence(sys.stderr if err else sys.stdout)


def show(line: str) -> None:
    """Print a line of a command that does nothing else: it ends where nobody reads on (`annotate | head -1`)."""
    try:
        typer.echo(line)
    except BrokenPipeError:
        _silence(sys.stdout)
        raise typer.Exit(code=1) from None


def _silence(output: TextIO) -> None:
    """Lead an output nowhere, for our own lines and for what Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)


def is_watched() -> bool:
    """Whether a terminal shows what is said on stderr."""
    return sys.stderr is not None and sys.stderr.isatty()
