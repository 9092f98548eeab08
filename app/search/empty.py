"""Why nothing was found: the total with each value dropped in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from app.search.matching import Clause


@dataclass(frozen=True, slots=True)
class Dropped:
    """A clause and the total of the search without it."""

    clause: Clause
    total: int


def without_each(clauses: Sequence[Clause], find: Callable[[Sequence[Clause]], BitMap]) -> list[Dropped]:
    """Return the total without each clause, in the order of the clauses; `find` is the search itself."""
    return [Dropped(clause, len(find((*clauses[:at], *clauses[at + 1 :])))) for at, clause in enumerate(clauses)]
