"""The file of corrections: JSON Lines that are only ever added to, beside the database or where the operator says."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.errors import DatelineError
from seed.corrections.decisions import CorrectionError, Decision, parse_line, united

FILE_NAME = "corrections.jsonl"
"""The name of the file in the folder of the database."""

SETTING = "DATELINE_CORRECTIONS"
"""The variable that names another file."""


def corrections_path(setting: Path | None, folder: Path | None) -> Path | None:
    """Return where the file is: what the setting says, or in the folder of the database; None where it has none."""
    return setting or (None if folder is None else folder / FILE_NAME)


def require_path(path: Path | None) -> Path:
    """Return the path of the file; raise DatelineError if it has none."""
    if path is None:
        raise DatelineError(
            f"{SETTING} is not set: expected the path of the file of corrections, as the database is on a server"
        )
    return path


def read_decisions(path: Path | None) -> tuple[Decision, ...]:
    """Return the decisions of a file, none if there is no file; raise CorrectionError, which names the line."""
    if path is None or not path.exists():
        return ()
    return united(_parsed(path), ())


def _parsed(path: Path) -> Iterator[Decision]:
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise CorrectionError(f"{path} is not UTF-8 ({error.reason} at byte {error.start})") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield parse_line(line)
            except CorrectionError as error:
                raise CorrectionError(f"{path}, line {number}: {error}") from None


def append_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Add decisions to the end of a file, and wait until the disk has them; create the file if there is none."""
    added = "".join(f"{decision.line()}\n" for decision in decisions)
    if not added:
        return
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            # A line that an editor left without its end must not be joined with the next one.
            added = added if file.read(1) == b"\n" else f"\n{added}"
        file.write(added.encode())
        file.flush()
        os.fsync(file.fileno())
