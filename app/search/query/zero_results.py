"""What a search without results would match without each of its values: the totals of `empty`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap

from app.deadline import check_deadline
from app.search.query.clauses import Clause, Role, match

# A URL holds no more values of a parameter, and nobody reads a list of thousands.
MAX_DROPPED_VALUES = 50
"""Maximum number of values of a parameter that an empty result explains one by one; more are dropped together."""


@dataclass(frozen=True, slots=True)
class RelaxedTotal:
    """A clause and the total of the search without it, or without one `term` of it, which leaves `remaining`."""

    clause: Clause
    total: int
    term: str | None = None
    remaining: str | None = None


def totals_without_each(
    everything: BitMap, clauses: Sequence[Clause], count: Callable[[BitMap], int] = len
) -> list[RelaxedTotal]:
    """Return the total without each clause, in the order of the clauses, and after each that without its terms.

    `count` returns the total of some positions.

    Each requirement is intersected with those before it and after it, so that the work grows with the number of
    clauses and not with its square.
    """
    requirements = _requirements(everything, clauses)
    before = [everything]
    for requirement in requirements:
        before.append(before[-1] & requirement.positions)
    after = everything
    totals: dict[int, list[RelaxedTotal]] = {at: [] for at in range(len(clauses))}
    for requirement, earlier in zip(reversed(requirements), reversed(before[:-1]), strict=True):
        others = earlier & after
        for at, relaxed, *term in requirement.without_each:
            check_deadline()
            totals[at].append(RelaxedTotal(clauses[at], count(others & relaxed), *term))
        after = after & requirement.positions
    return [relaxed for of_clause in totals.values() for relaxed in of_clause]


class _Relaxation(NamedTuple):
    """The index of a clause, and the positions required without it, or without one term of it."""

    clause: int
    positions: BitMap
    term: str | None = None
    remaining: str | None = None


def join_long_lists(everything: BitMap, clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses with one in place of those of each parameter that has more than MAX_DROPPED_VALUES.

    The clauses of a parameter come one after another and have the same role.
    """
    by_parameter: dict[str, list[Clause]] = {}
    for clause in clauses:
        by_parameter.setdefault(clause.parameter, []).append(clause)
    joined: list[Clause] = []
    for parameter, own in by_parameter.items():
        if len(own) <= MAX_DROPPED_VALUES:
            joined += own
        elif own[0].role == "none":
            excluded = BitMap.union(*(clause.positions for clause in own))
            joined.append(Clause(parameter, f"{len(own):,} values", "none", excluded))
        else:
            joined.append(Clause(parameter, f"{len(own):,} values", own[0].role, match(everything, own)))
    return joined


class _Requirement(NamedTuple):
    """What one or more clauses require: positions, and those required without each of them."""

    positions: BitMap
    without_each: list[_Relaxation]


def _requirements(everything: BitMap, clauses: Sequence[Clause]) -> list[_Requirement]:
    """Return the requirements of a search: one per value of which all must match, one per parameter of others."""
    requirements: list[_Requirement] = []
    groups: dict[tuple[Role, str], list[int]] = {}
    for at, clause in enumerate(clauses):
        if clause.role == "all":
            terms = (_Relaxation(at, *without_term) for without_term in clause.without_each_term())
            requirements.append(_Requirement(clause.positions, [_Relaxation(at, everything), *terms]))
        else:
            groups.setdefault((clause.role, clause.parameter), []).append(at)
    for (role, _), members in groups.items():
        union, others = _unions_without_each([clauses[at].positions for at in members])
        if role == "none":
            union, others = everything - union, [everything - other for other in others]
        elif len(members) == 1:
            others = [everything]
        requirements.append(_Requirement(union, list(map(_Relaxation, members, others))))
    return requirements


def _unions_without_each(sets: Sequence[BitMap]) -> tuple[BitMap, list[BitMap]]:
    """Return the union of some sets, and for each of them the union of all others."""
    before = [BitMap()]
    for positions in sets:
        before.append(before[-1] | positions)
    after, others = BitMap(), []
    for at in reversed(range(len(sets))):
        others.append(before[at] | after)
        after = after | sets[at]
    return before[-1], others[::-1]
