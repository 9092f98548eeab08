"""What every reader has at hand while it reads one file."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Desk:
    """`given` are the values that win over found ones, by field name."""

    given: Mapping[str, object]
