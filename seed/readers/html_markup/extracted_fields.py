"""Collect the fields of a page, with the place where each was found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from seed.readers.html_markup.metadata import LocatedValue


@dataclass(slots=True)
class ExtractedFields:
    """Field values, where each was found, why others are missing or were dropped as invalid, notes, and details."""

    fields: dict[str, object] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, ValueError] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)

    def set(self, name: str, place: str, value: object) -> None:
        """Set a value and the place where it was found."""
        self.fields[name], self.provenance[name] = value, place

    def set_first_valid(
        self, name: str, candidates: Iterable[LocatedValue], check: Callable[[str, object], object]
    ) -> None:
        """Set the first candidate that passes its check; if none does, record the last error as the reason."""
        problem = "not on the page"
        for place, value in candidates:
            try:
                self.set(name, place, check(name, value))
            except ValueError as error:
                problem = f"{place}: {error}"
            else:
                return
        self.missing[name] = problem
