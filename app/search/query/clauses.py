"""Filters -> clauses -> one bitmap. A clause is one value of one filter and the positions that have it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple

from pyroaring import BitMap

from app.dates import day_range
from app.deadline import check_deadline
from app.errors import InvalidRequestError, ParameterProblem
from app.models import ACTOR_TYPES, EntityType
from app.posting_fields import ENTITY_FACETS, VALUE_FIELDS
from app.search.fulltext.hits import SearchContext
from app.search.index.memberships import EntityPostings, MemberPosting, member_postings
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleFilters
from app.text.query_parser import TextQuery, parse_query

Role = Literal["all", "any", "none"]
"""Whether a matching article has all, any or none of the values of a parameter."""

ClausesOrErrors = Iterator["Clause | ParameterProblem"]

EntityParameter = tuple[frozenset[EntityType], Role]
"""The types of entity that a parameter accepts, and its role."""

ENTITY_PARAMETERS: Mapping[str, EntityParameter] = {
    **{parameter: (types, "all") for parameter, types in ENTITY_FACETS.items()},
    "any_actor": (ACTOR_TYPES, "any"),
    "exclude_actor": (ACTOR_TYPES, "none"),
}
"""The parameters of articles that name entities."""

SOURCE_PARAMETERS: Mapping[str, Role] = {"source": "any", "exclude_source": "none"}
"""The parameters that name sources."""

# Each unknown name is compared with all names, and nobody reads more errors.
MAX_ERRORS = 10
"""Maximum number of errors in one refusal."""


OPTION_LISTS = frozenset(("facet", "type"))
"""Repeatable parameters that are not filters."""

# A URL holds no more values of a parameter, and nobody reads a list of thousands.
MAX_DROPPED_VALUES = 50
"""Maximum number of values of a parameter that an empty result explains one by one; more are dropped together."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of one filter and the positions that have it.

    `ordinal` is None if the value has no label. `member_postings` are the entities that count for the value, with
    the positions of each. `text` is the parsed value of `q`.
    """

    parameter: str
    value: str
    role: Role
    positions: BitMap
    ordinal: int | None = None
    member_postings: tuple[MemberPosting, ...] = ()
    text: TextQuery | None = None


def build_clauses(
    context: SearchContext, filters: ArticleFilters, own: Iterable["Clause | ParameterProblem"] = ()
) -> tuple[Clause, ...]:
    """Return the clauses of a search. `own` are those of the searched resource, if not articles; they come first.

    Raise InvalidRequestError with all errors, or with the first MAX_ERRORS and the number of values not checked.
    """
    snapshot = context.snapshot
    clauses: list[Clause] = []
    errors: list[ParameterProblem] = []
    for clause in chain(own, *(build(snapshot, filters) for build in CLAUSE_BUILDERS)):
        if isinstance(clause, Clause):
            clauses.append(clause)
        else:
            errors.append(clause)
        if len(errors) == MAX_ERRORS:
            raise InvalidRequestError(*errors, unchecked=max(0, _value_count(filters) - len(clauses) - len(errors)))
    try:
        query = parse_query(filters.q) if filters.q is not None else None
    except InvalidRequestError as error:
        errors.extend(error.errors)
    if errors:
        raise InvalidRequestError(*errors)
    if query is not None and filters.q is not None:
        clauses.append(Clause("q", filters.q, "all", context.matches(query), text=query))
    return tuple(clauses)


def _value_count(filters: ArticleFilters) -> int:
    return sum(len(value) for name, value in filters if isinstance(value, list) and name not in OPTION_LISTS)


def match(everything: BitMap, clauses: Iterable[Clause]) -> BitMap:
    """Return the positions that satisfy every clause: the one bitmap that all views are computed from."""
    required: list[BitMap] = []
    choices: dict[str, list[BitMap]] = {}
    exclusions: list[BitMap] = []
    for clause in clauses:
        if clause.role == "all":
            required.append(clause.positions)
        elif clause.role == "any":
            choices.setdefault(clause.parameter, []).append(clause.positions)
        else:
            exclusions.append(clause.positions)
    required.extend(BitMap.union(*choice) if len(choice) > 1 else choice[0] for choice in choices.values())
    # Start with the smallest, so that every intersection is small.
    matches, *others = sorted(required, key=len) or [everything]
    for positions in others:
        matches = matches & positions  # Not in place: that would change a posting.
    return matches - BitMap.union(*exclusions) if exclusions else matches


EntityMatches = Sequence[tuple[Clause, MemberPosting]]
"""The clauses that a position matches, each with an entity through which it does."""


def entity_matches(clauses: Iterable[Clause], positions: Iterable[int]) -> list[EntityMatches]:
    """Return for each position the entities through which it matches, in the order of the clauses."""
    pairs = [(clause, entity) for clause in clauses if clause.role != "none" for entity in clause.member_postings]
    return [[pair for pair in pairs if position in pair[1].positions] for position in positions]


def entity_clauses(
    snapshot: Snapshot,
    filters: ArticleFilters,
    parameters: Mapping[str, EntityParameter],
    entity_postings: EntityPostings,
) -> ClausesOrErrors:
    """Yield a clause, or an error, for each value of the parameters that name entities."""
    for parameter, (types, role) in parameters.items():
        for value in getattr(filters, parameter):
            ordinal = snapshot.names.resolver.try_entity(parameter, value, types)
            if isinstance(ordinal, ParameterProblem):
                yield ordinal
            elif filters.members:
                members = member_postings(snapshot, ordinal, types, entity_postings)
                union = BitMap.union(*(member.positions for member in members))
                yield Clause(parameter, value, role, union, ordinal, members)
            else:
                posting = entity_postings.postings[ordinal]
                yield Clause(parameter, value, role, posting, ordinal, (MemberPosting(ordinal, posting),))


def _entity_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    return entity_clauses(
        snapshot, filters, ENTITY_PARAMETERS, EntityPostings(snapshot.postings["entity"], snapshot.time.printed_within)
    )


def _source_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    for parameter, role in SOURCE_PARAMETERS.items():
        for value in getattr(filters, parameter):
            ordinal = snapshot.names.resolver.try_source(parameter, value)
            if isinstance(ordinal, ParameterProblem):
                yield ordinal
            else:
                yield Clause(parameter, value, role, snapshot.postings["source"][ordinal], ordinal)


def _value_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    """Yield a clause, or an error, for each value of the fields whose labels are their values."""
    for field in VALUE_FIELDS:
        for value in getattr(filters, field.name):
            ordinal = snapshot.names.resolver.try_value(field, value)
            if isinstance(ordinal, ParameterProblem):
                yield ordinal
            else:
                posting = BitMap() if ordinal is None else snapshot.postings[field.name][ordinal]
                yield Clause(field.name, value, "any", posting, ordinal)


def _day_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    bounds = {"from": filters.from_, "to": filters.to}
    values = {parameter: value for parameter, value in bounds.items() if value is not None}
    if not values:
        return
    try:
        first, last = day_range(filters.from_, filters.to)
    except InvalidRequestError as error:
        yield from error.errors
        return
    yield Clause("+".join(values), "/".join(values.values()), "all", snapshot.time.printed_within(first, last))


CLAUSE_BUILDERS = (_entity_clauses, _source_clauses, _value_clauses, _day_clauses)
"""Builders of the clauses of each kind of filter. `q` comes after them, so that no invalid request costs a search."""


@dataclass(frozen=True, slots=True)
class RelaxedTotal:
    """A clause and the total of the search without it."""

    clause: Clause
    total: int


def totals_without_each(
    everything: BitMap, clauses: Sequence[Clause], count: Callable[[BitMap], int] = len
) -> list[RelaxedTotal]:
    """Return the total without each clause, in the order of the clauses; `count` returns the total of some positions.

    Each requirement is intersected with those before it and after it, so that the work grows with the number of
    clauses and not with its square.
    """
    requirements = _requirements(everything, clauses)
    before = [everything]
    for requirement in requirements:
        before.append(before[-1] & requirement.positions)
    after = everything
    totals: dict[int, int] = {}
    for requirement, earlier in zip(reversed(requirements), reversed(before[:-1]), strict=True):
        others = earlier & after
        for at, relaxed in requirement.without_each:
            check_deadline()
            totals[at] = count(others & relaxed)
        after = after & requirement.positions
    return [RelaxedTotal(clause, totals[at]) for at, clause in enumerate(clauses)]


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
    """What one or more clauses require: positions, and for the index of each clause those required without it."""

    positions: BitMap
    without_each: list[tuple[int, BitMap]]


def _requirements(everything: BitMap, clauses: Sequence[Clause]) -> list[_Requirement]:
    """Return the requirements of a search: one per value of which all must match, one per parameter of others."""
    requirements: list[_Requirement] = []
    groups: dict[tuple[Role, str], list[int]] = {}
    for at, clause in enumerate(clauses):
        if clause.role == "all":
            requirements.append(_Requirement(clause.positions, [(at, everything)]))
        else:
            groups.setdefault((clause.role, clause.parameter), []).append(at)
    for (role, _), members in groups.items():
        union, others = _unions_without_each([clauses[at].positions for at in members])
        if role == "none":
            union, others = everything - union, [everything - other for other in others]
        elif len(members) == 1:
            others = [everything]
        requirements.append(_Requirement(union, list(zip(members, others, strict=True))))
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
