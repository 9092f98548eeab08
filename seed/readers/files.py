"""Which files are read, in which order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from seed.records import Origin, Refusal


def files(paths: Iterable[Path]) -> Iterator[Path | Refusal]:
    """Every file of `paths`, folders walked in the order of names; hidden ones only if named themselves."""
    for path in paths:
        yield from _walk(path)


def _walk(path: Path) -> Iterator[Path | Refusal]:
    try:
        if path.is_dir():
            for child in sorted(path.iterdir()):
                # A folder behind a link can lead back up: linked folders are only entered if named themselves.
                if not child.name.startswith(".") and not (child.is_symlink() and child.is_dir()):
                    yield from _walk(child)
        elif path.is_file():
            yield path
        else:
            reason = "is neither a file nor a folder" if path.exists() else "no such file or folder"
            yield Refusal(Origin(printable(path)), f"{reason}: wanted a file or folder to read")
    except OSError as error:
        yield Refusal(Origin(printable(path)), f"cannot be read: {error.strerror or error}")


def printable(path: Path) -> str:
    """The path as text; bytes of a name that are no UTF-8 are shown escaped."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
