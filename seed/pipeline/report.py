"""What a load has to say of its records: what readers noted, each thing once, and which were passed over."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from seed.readers.input.files import printable
from seed.records import Origin, RawArticle, Record, Refusal

MOST = 100
"""Different notes that are kept; a file of a million lines may have a million."""

MOST_NAMED = 10_000
"""Records that are named as refused; who has more reads none of them, and a million would not fit into memory."""

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
            yield f"note {origin}: {printable(note)}" + (f" (and {more} more)" if more else "")
        if self._others:
            yield f"note: {self._others} other notes"


class Refusals:
    """What was passed over, in its order: all are counted, the first are named, and one line stands for the others."""

    def __init__(self, *refusals: Refusal) -> None:
        self._named = list(refusals)
        self._count = len(refusals)

    def append(self, refusal: Refusal) -> None:
        """Count one more."""
        self._count += 1
        if len(self._named) < MOST_NAMED:
            self._named.append(refusal)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Refusal]:
        yield from self._named
        if others := self._count - len(self._named):
            yield Refusal(Origin("and others"), f"{others} more records, which are not named")
