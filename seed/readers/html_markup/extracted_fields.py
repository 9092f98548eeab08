"""What a page says, found field by field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from seed.readers.html_markup.metadata import Candidate


@dataclass(slots=True)
class ExtractedFields:
    """What was found, where, and why something was not."""

    fields: dict[str, object] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, name: str, place: str, value: object) -> None:
        """Keep a value and its place."""
        self.fields[name], self.found[name] = value, place

    def take_checked(self, name: str, candidates: Iterable[Candidate], check: Callable[[str, object], object]) -> None:
        """Keep the first candidate that its check lets pass; what is wrong with the others is why there is none."""
        problem = "the page does not say"
        for place, value in candidates:
            try:
                self.take(name, place, check(name, value))
            except ValueError as error:
                problem = f"{place}: {error}"
            else:
                return
        self.missing[name] = problem
