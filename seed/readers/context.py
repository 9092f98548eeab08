"""What every reader has at hand while it reads one file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seed.readers.dates.facts import Fact
from seed.readers.outlets import Sources


@dataclass(frozen=True, slots=True)
class ReaderContext:
    """`given` are the values that win over found ones, by field name; outlets and dated facts are data.

    `format` and `encoding` are what the user forces, None where the content tells it; `paths` say where a field is in a
    record of columns or keys; `base` is the address that a page was fetched from.
    """

    given: Mapping[str, object]
    sources: Sources
    facts: tuple[Fact, ...]
    format: str | None = None
    encoding: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None
