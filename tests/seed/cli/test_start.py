"""How little is imported before a command runs: the help, the version and a wrong command line need no library."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.stores.sqlite import file_url
from seed.cli.options import FORMAT_NAMES
from seed.readers import FORMATS
from tests.conftest import ROOT

LIBRARIES = {
    *("alembic", "ahocorasick", "fastapi", "feedparser", "htmldate", "httpcore", "httpx", "lxml", "numpy", "py3langid"),
    *("pydantic_settings", "pyroaring", "rapidfuzz", "sqlalchemy", "sqlmodel", "starlette", "trafilatura"),
    *("uvicorn", "yaml"),
}
"""What takes long to import."""

LOADING = {
    "alembic",
    "ahocorasick",
    "fastapi",
    "feedparser",
    "htmldate",
    "httpx",
    "lxml",
    "py3langid",
    "rich",
    "starlette",
}
"""What only a load or a server needs."""


def imported_by(*arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Run `python -m seed` and return the names of the top-level modules that it imported."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "seed", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    times = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in times}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--help",),
        ("--version",),
        ("laod",),
        ("load", "--help"),
        ("serve", "--help"),
        ("lexicon", "check", "--help"),
    ],
    ids=" ".join,
)
@pytest.mark.unmeasured
def test_no_library_is_imported_before_a_command_runs(arguments: tuple[str, ...]) -> None:
    names = imported_by(*arguments)
    assert "typer" in names
    assert names & LIBRARIES == set()


@pytest.mark.unmeasured
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_help_and_the_version_need_no_validation(option: str) -> None:
    """Typer itself imports pydantic once it reads the options of a command."""
    assert "pydantic" not in imported_by(option)


def test_the_version_needs_no_terminal_library() -> None:
    assert "rich" not in imported_by("--version")


@pytest.mark.unmeasured
def test_status_imports_nothing_of_the_loader(database: Path) -> None:
    names = imported_by("status", environment={"DATELINE_DATABASE_URL": file_url(database)})
    assert "sqlalchemy" in names
    assert names & LOADING == set()


def test_the_names_of_the_formats_are_those_of_the_readers() -> None:
    """The help has them without importing the readers."""
    assert tuple(FORMATS) == FORMAT_NAMES


@pytest.mark.unmeasured
@pytest.mark.parametrize("arguments", [("load", "--help"), ("load",)])
def test_usage_lines_name_the_program_as_it_was_called(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "seed", *arguments]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Usage: python -m seed load [OPTIONS]" in printed.stdout + printed.stderr
