"""Which extractor made an annotation: the release, its rules, and the files of its lexicon."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from app import __version__

_ROOT = Path(__file__).resolve().parents[2]

RULE_FOLDERS = (_ROOT / "seed" / "extract", _ROOT / "app" / "text")
"""The folders of the modules that read texts; a checkout may have others than its release."""

_EXTRACTOR_ID = re.compile(r"dateline \S{1,40} [0-9a-f]{32}")


def extractor_id(*lexicon_folders: Path) -> str:
    """Return what two extractors have in common that make the same annotation of every text, as far as known."""
    return _extractor_id(lexicon_folders)


def is_extractor_id(value: object) -> bool:
    """Return whether a value has the form of such an id."""
    return isinstance(value, str) and _EXTRACTOR_ID.fullmatch(value) is not None


@cache
def _extractor_id(lexicon_folders: Sequence[Path]) -> str:
    checksum = blake2b(digest_size=16)
    for number, file in enumerate(_files(lexicon_folders)):
        checksum.update(f"{number} {file.name}\0".encode())
        checksum.update(blake2b(file.read_bytes()).digest())
    return f"dateline {__version__} {checksum.hexdigest()}"


def _files(lexicon_folders: Sequence[Path]) -> Iterator[Path]:
    """Yield all files that matter, in an order that does not depend on where they are."""
    for folder in RULE_FOLDERS:
        yield from sorted(folder.rglob("*.py"))
    for folder in lexicon_folders:
        yield from sorted(folder.glob("*.yaml"))
