"""All commands run with the small lexicon."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def every_command_reads_the_small_lexicon(lexicon_folder: None) -> None:
    """Use the small lexicon in each test."""


@pytest.fixture(scope="session")
def process_command(small_lexicon: Path) -> tuple[str, ...]:
    """Return the command line of a process that is the program, with the small lexicon and a progress line at once."""
    code = (
        "import pathlib; from seed import __main__; from seed.cli import progress, runtime; "
        f"progress.LINE_INTERVAL_SECONDS = 0; runtime.LEXICON_FOLDER = pathlib.Path({str(small_lexicon)!r}); "
        "__main__.app()"
    )
    return sys.executable, "-c", code
