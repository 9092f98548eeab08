"""Select the files to read, and their order."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from seed.readers.input.skipped_files import belongs_to_page, is_skipped, is_system_file, pages_by_name, sizes_of_files
from seed.readers.validation import guess_url
from seed.records import Origin, Refusal, SkippedFiles


def walk_files(paths: Iterable[Path]) -> Iterator[Path | Refusal | SkippedFiles]:
    """Yield every file of `paths`, folders in the order of names; hidden and skipped files only if named explicitly.

    A link inside a folder is followed only to a file of that folder: somebody who unpacked a foreign archive does not
    mean to load other files of this machine.
    """
    for path in paths:
        entries = _walk(path)
        first = next(entries, None)
        if first is None:
            reason = "the folder has no files, except for hidden ones: expected files of articles"
            yield Refusal(Origin(printable(path)), reason)
        else:
            yield first
            yield from entries


def _walk(top: Path) -> Iterator[Path | Refusal | SkippedFiles]:
    # An explicit stack, because folders can be nested deeper than the recursion limit.
    stack: list[Iterator[Path | SkippedFiles]] = [iter([top])]
    while stack:
        path = next(stack[-1], None)
        if path is None:
            stack.pop()
            continue
        if isinstance(path, SkippedFiles):
            yield path
            continue
        try:
            reason = _reason_to_refuse(path, top)
            if reason is not None:
                yield Refusal(Origin(printable(path)), reason)
            elif path.is_dir():
                stack.append(iter(_children(path)))
            else:
                yield path
        except OSError as error:
            yield Refusal(Origin(printable(path)), f"cannot be read: {error.strerror or error}")


def _children(folder: Path) -> list[Path | SkippedFiles]:
    """Return the files and folders to read in a folder, and how many files in it are skipped."""
    names = sorted(child.name for child in folder.iterdir())
    pages = pages_by_name(names)
    children: list[Path | SkippedFiles] = []
    skipped: list[int] = []
    for name in names:
        path = folder / name
        if name.startswith("."):
            skipped += sizes_of_files(path) if is_system_file(name) else []
        elif _is_skipped(path, pages):
            skipped += sizes_of_files(path)
        else:
            children.append(path)
    return [SkippedFiles(Origin(printable(folder)), len(skipped), sum(skipped)), *children] if skipped else children


def _is_skipped(path: Path, pages: Mapping[str, str]) -> bool:
    if not os.path.isdir(path):  # noqa: PTH112 - does not raise for paths that are too long
        return is_skipped(path.name)
    return is_system_file(path.name) or (not path.is_symlink() and belongs_to_page(path, pages))


def _reason_to_refuse(path: Path, top: Path) -> str | None:
    """Return why a path is neither read nor entered, None if it is."""
    if not path.is_dir() and not path.is_file():
        reason = "is neither a file nor a folder" if path.exists() else "no such file or folder"
        hint = f", or perhaps {url}" if (url := guess_url(str(path))) else ""
        return f"{reason}: expected a file or folder to read{hint}"
    if path == top or not path.is_symlink():
        return None
    if path.is_dir():
        return "is a link to a folder: expected the folder itself, or the link named explicitly"
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top)):
        return "is a link that leads out of the folder: expected a file in it, or the link named explicitly"
    return None


def printable(text: object) -> str:
    """Return text on one line, with terminal control characters and invalid UTF-8 escaped."""
    decoded = str(text).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in decoded)


def printable_error(error: Exception) -> str:
    """Return the beginning of a library's message, or the kind of error if it has none, as `printable` does."""
    return printable(" ".join((str(error) or type(error).__name__).split()))[:100]
