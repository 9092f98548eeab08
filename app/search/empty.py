"""Why nothing was found: the total with each value dropped in turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.search.matching import Clause, match
from app.search.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Dropped:
    """A clause and the total of the search without it."""

    clause: Clause
    total: int


def without_each(snapshot: Snapshot, clauses: Sequence[Clause]) -> list[Dropped]:
    """Return the total without each clause, in the order of the clauses."""
    return [
        Dropped(clause, len(match(snapshot, (*clauses[:at], *clauses[at + 1 :])))) for at, clause in enumerate(clauses)
    ]
