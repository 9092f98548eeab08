"""What the user says about files, which wins over what is found in them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Overrides:
    """`--date`, `--source` and `--manifest`: a CSV that names values file by file and wins over the other two."""

    date: str | None = None
    source: str | None = None
    manifest: Path | None = None
