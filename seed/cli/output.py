"""Print lines and errors. A closed output never interrupts a command that writes to the database."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import typer

from app.errors import DatelineError, SettingsError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_quiet = ContextVar("quiet", default=False)
_verbose = ContextVar("verbose", default=False)
_program = ContextVar("program", default="dateline")


@contextmanager
def output_mode(*, quiet: bool, program: str, verbose: bool = False) -> Iterator[None]:
    """Omit notes and progress if `quiet`, and name the program as it was called wherever a line names a command.

    Print tracebacks of refused records if `verbose`.
    """
    tokens = _quiet.set(quiet), _program.set(program), _verbose.set(verbose)
    try:
        yield
    finally:
        _quiet.reset(tokens[0])
        _program.reset(tokens[1])
        _verbose.reset(tokens[2])


def is_quiet() -> bool:
    """Return whether notes and progress are omitted."""
    return _quiet.get()


def is_verbose() -> bool:
    """Return whether the tracebacks of refused records are printed."""
    return _verbose.get()


def print_message(line: str, *, err: bool = False) -> None:
    """Print a line; if that fails (`load … | head -1`, a log on a full disk), silence this output from then on.

    What a command stores must not depend on who reads its output; its exit code reports the outcome.
    """
    try:
        typer.echo(_as_called(line), err=err)
    except OSError:
        _redirect_to_null(sys.stderr if err else sys.stdout)


def print_result(line: str | bytes) -> None:
    """Print a line of a command that only prints; exit with code 1 if the reader is gone (`annotate | head -1`).

    Bytes are printed as they are.
    """
    try:
        typer.echo(line)
    except BrokenPipeError:
        _redirect_to_null(sys.stdout)
        raise typer.Exit(code=1) from None


def print_note(line: str) -> None:
    """Print a line to stderr that is neither a refusal nor an error: nobody has to act on it."""
    if not is_quiet():
        print_message(line, err=True)


def to_json(result: "DataclassInstance") -> str:
    """Return a dataclass as JSON on one line, with dates and instants in ISO 8601."""
    return json.dumps(asdict(result), ensure_ascii=False, default=_json_value)


def _json_value(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)


def _as_called(line: str) -> str:
    """Return a line that names commands as this user calls the program, such as `.venv/bin/dateline init`."""
    return line.replace("`dateline ", f"`{_program.get()} ")


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
    """Print an expected error as one line, and exit with code 1, or with code 2 for a wrong setting."""
    try:
        yield
    except SettingsError as error:
        print_message(f"error: {error}", err=True)
        raise typer.Exit(code=2) from None
    except (DatelineError, ValueError, OSError) as error:
        print_message(f"error: {error}", err=True)
        raise typer.Exit(code=1) from None
