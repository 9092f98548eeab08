"""What readers noted about records while a load goes on: each thing once, with how often it was."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from seed.records import Origin, RawArticle, Record

MOST = 100
"""Different notes that are kept; a file of a million lines may have a million."""


_Some = TypeVar("_Some", bound=Record)


class Notes:
    """The notes of the records that passed by."""

    def __init__(self) -> None:
        self._first: dict[str, Origin] = {}
        self._counts: dict[str, int] = {}
        self._others = 0

    def watched(self, records: Iterable[_Some]) -> Iterator[_Some]:
        """The records as they are; their notes are kept."""
        for record in records:
            for note in record.notes if isinstance(record, RawArticle) else ():
                self._keep(record.origin, note)
            yield record

    def _keep(self, origin: Origin, note: str) -> None:
        if note not in self._first and len(self._first) == MOST:
            self._others += 1
            return
        self._first.setdefault(note, origin)
        self._counts[note] = self._counts.get(note, 0) + 1

    def lines(self) -> Iterator[str]:
        """One line for each thing noted: where it was first, what it is, and how many records more it is true of."""
        for note, origin in self._first.items():
            more = self._counts[note] - 1
            yield f"note {origin}: {note}" + (f" (and {more} more)" if more else "")
        if self._others:
            yield f"note: {self._others} other notes"
