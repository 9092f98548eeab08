"""What a load reports about its records: the notes of the readers, each only once, and the refusals."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from seed.readers.input.files import printable
from seed.records import NoArticle, Origin, RawArticle, Record, Refusal, VisitEnd

# A file of a million lines may have a million different notes.
MAX_DISTINCT_NOTES = 100
"""Maximum number of different notes that are kept."""

# Nobody reads more of them, and a million would not fit into memory.
MAX_KEPT_REFUSALS = 10_000
"""Maximum number of refusals that are kept in full."""

_R = TypeVar("_R", bound=Record)


class Notes:
    """The notes of the records of a load, and why records are no articles: each with its first record and a count.

    `has_records` says whether anything but records that are no articles was collected, unchanged documents included.
    """

    def __init__(self) -> None:
        self.has_records = False
        self._first: dict[str, Origin] = {}
        self._counts: dict[str, int] = {}
        self._dropped = 0

    def collect(self, records: Iterable[_R]) -> Iterator[_R]:
        """Yield the records unchanged, collecting their notes; those that are no articles are only counted."""
        for record in records:
            if isinstance(record, NoArticle):
                self.add(record.origin, f"skipped: {record.reason}", record.count)
                continue
            self.has_records = self.has_records or not isinstance(record, VisitEnd)
            for note in record.notes if isinstance(record, RawArticle) else ():
                self.add(record.origin, note)
            yield record

    def add(self, origin: Origin, note: str, count: int = 1) -> None:
        """Count a note of one or several records, and keep it if it is new and there is room."""
        if note not in self._first and len(self._first) == MAX_DISTINCT_NOTES:
            self._dropped += 1
            return
        self._first.setdefault(note, origin)
        self._counts[note] = self._counts.get(note, 0) + count

    def lines(self) -> Iterator[str]:
        """Yield one line per note: its first origin, the note, and how many more records have it."""
        for note, origin in self._first.items():
            more = self._counts[note] - 1
            yield f"note {origin}: {printable(note)}" + (f" (and {more} more)" if more else "")
        if self._dropped:
            yield f"note: {self._dropped} more notes are not listed"


class Refusals:
    """The refusals of a load, in order: all are counted, the first are kept, one line stands for the remaining ones."""

    def __init__(self, *refusals: Refusal) -> None:
        self._kept = list(refusals)
        self._count = len(refusals)

    def append(self, refusal: Refusal) -> None:
        """Count a refusal, and keep it if there is room."""
        self._count += 1
        if len(self._kept) < MAX_KEPT_REFUSALS:
            self._kept.append(refusal)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Refusal]:
        yield from self._kept
        if dropped := self._count - len(self._kept):
            yield Refusal(Origin("(others)"), f"{dropped} more records are not listed")
