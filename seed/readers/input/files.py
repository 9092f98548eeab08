"""Which files are read, in which order."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from seed.records import Origin, Refusal


def files(paths: Iterable[Path]) -> Iterator[Path | Refusal]:
    """Every file of `paths`, folders walked in the order of names; hidden ones only if named themselves.

    What a link inside a folder leads to is only read if it lies in that folder: who unpacked somebody's archive does
    not mean to load files of this machine.
    """
    for path in paths:
        yield from _walk(path)


def _walk(top: Path) -> Iterator[Path | Refusal]:
    # A stack of our own, as folders can lie deeper in each other than functions can call themselves.
    waiting: list[Iterator[Path]] = [iter([top])]
    while waiting:
        path = next(waiting[-1], None)
        if path is None:
            waiting.pop()
            continue
        try:
            problem = _problem(path, top)
            if problem is not None:
                yield Refusal(Origin(printable(path)), problem)
            elif path.is_dir():
                waiting.append(_children(path))
            else:
                yield path
        except OSError as error:
            yield Refusal(Origin(printable(path)), f"cannot be read: {error.strerror or error}")


def _children(folder: Path) -> Iterator[Path]:
    names = sorted(child.name for child in folder.iterdir())
    return (folder / name for name in names if not name.startswith("."))


def _problem(path: Path, top: Path) -> str | None:
    """Why a path is neither read nor entered, if it is not."""
    if not path.is_dir() and not path.is_file():
        reason = "is neither a file nor a folder" if path.exists() else "no such file or folder"
        return f"{reason}: wanted a file or folder to read"
    if path == top or not path.is_symlink():
        return None
    if path.is_dir():
        return "is a link to a folder: wanted the folder itself, or the link named as a place of its own"
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top)):
        return "is a link that leads out of the folder: wanted a file in it, or the link named as a place of its own"
    return None


def printable(text: object) -> str:
    """A path or another text on one line; what would steer a terminal, and bytes that are no UTF-8, are escaped."""
    whole = str(text).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in whole)
