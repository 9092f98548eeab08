"""What every reader has at hand while it reads one file."""

from collections.abc import Mapping
from dataclasses import dataclass

from seed.readers.facts import Fact
from seed.readers.sources import Sources


@dataclass(frozen=True, slots=True)
class Desk:
    """`given` are the values that win over found ones, by field name; outlets and dated facts are data.

    `format` is the name of the format that the user forces, None where the content tells it.
    """

    given: Mapping[str, object]
    sources: Sources
    facts: tuple[Fact, ...]
    format: str | None = None
