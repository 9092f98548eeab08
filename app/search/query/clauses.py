"""Filters -> clauses -> one bitmap. A clause is one value of one filter and the positions that have it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Literal, NamedTuple

from pyroaring import BitMap

from app.countries import COUNTRIES
from app.dates import ZONE_WANTED, DayRange, read_range, time_zones
from app.deadline import check_deadline
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import SourceLabel
from app.models import ACTOR_TYPES, EntityType, SourceKind
from app.posting_fields import ENTITY_FACETS, LANGUAGE, SOURCE_FACETS, VALUE_FIELDS
from app.search.fulltext.hits import SearchContext
from app.search.index.field_values import NONE
from app.search.index.memberships import EntityPostings, MemberPosting, member_postings
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleFilters, SourcePage
from app.search.query.parameters import DateField
from app.text.folding import fold_name
from app.text.fuzzy import nearest
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

SOURCE_VALUE_PARAMETERS: Mapping[str, tuple[str, Role]] = {
    **{name: (name, "any") for name in SOURCE_FACETS},
    "exclude_source_group": ("source_group", "none"),
}
"""The parameters that select sources by what they are, with the facet of each."""

SOURCE_VALUES = {
    "country": "a country, as its code of ISO 3166-1 (`ru`) or its English name",
    "source_kind": f"one of {', '.join(SourceKind)}",
    "source_group": "the id or name of a group of sources (`/v1/source-groups` lists them)",
}
"""What each of SOURCE_FACETS expects."""

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
    the positions of each. `text` is the parsed value of `q`, and `without_each_term` yields what it would match without
    each of its terms, with the term and the query that remains. `days` is the range of days, `left_out` are the
    positions that it leaves out: undated ones, and those with a coarser date that overlaps it, and `date_field` is what
    it is a range of.
    """

    parameter: str
    value: str
    role: Role
    positions: BitMap
    ordinal: int | None = None
    member_postings: tuple[MemberPosting, ...] = ()
    text: TextQuery | None = None
    days: DayRange | None = None
    left_out: tuple[BitMap, BitMap] | None = None
    date_field: DateField | None = None

    @property
    def cache_key(self) -> tuple[str, str, DateField | None]:
        """What differs between two clauses of one corpus version that have other positions, but for `members`."""
        return self.parameter, self.value, self.date_field

    without_each_term: Callable[[], Iterable[tuple[BitMap, str, str]]] = tuple


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
        relaxed = partial(context.without_each_term, query)
        clauses.append(Clause("q", filters.q, "all", context.matches(query), text=query, without_each_term=relaxed))
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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many matches of a search only its range of days leaves out.

    `undated` ones have no date, and the month or year of `coarser` ones overlaps the range but is not within it.
    """

    undated: int
    coarser: int


def count_left_out(clauses: Sequence[Clause], match_all: Callable[[Sequence[Clause]], BitMap]) -> LeftOut | None:
    """Return what the range of a search leaves out; None for a search without a range.

    `match_all` returns the positions that satisfy some clauses.
    """
    for at, clause in enumerate(clauses):
        if clause.left_out is not None:
            counts = (
                len(match_all([*clauses[:at], replace(clause, positions=positions), *clauses[at + 1 :]]))
                if positions
                else 0
                for positions in clause.left_out
            )
            return LeftOut(*counts)
    return None


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


def known_source_values(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Return the names of all values of each of SOURCE_FACETS, by id."""
    groups = {id_: name for label in snapshot.labels.source for id_, name in label.groups}
    kinds = {str(kind): str(kind) for kind in SourceKind}
    names = dict(zip(SOURCE_FACETS, (COUNTRIES, kinds, groups), strict=True))
    return {field: {**own, NONE: NONE} for field, own in names.items()}


def source_value(snapshot: Snapshot, parameter: str, field: str, value: str) -> str | ParameterProblem:
    """Return the id of a value of one of SOURCE_FACETS, by id or name in any letter case, or what is wrong with it."""
    known = known_source_values(snapshot)[field]
    wanted = {name.lower(): id_ for id_, name in known.items()} | {id_.lower(): id_ for id_ in known}
    id_ = wanted.get(value.lower())
    if id_ is not None:
        return id_
    near = tuple(dict.fromkeys(wanted[name] for name in nearest(value, wanted)))
    return ParameterProblem(parameter, value, f"{SOURCE_VALUES[field]}, or `none`", near)


def source_counts(snapshot: Snapshot, filters: SourcePage) -> list[tuple[int, str, int]]:
    """Return (articles, id, ordinal) of each source that has articles and matches the filters.

    Raise InvalidRequestError with everything that is wrong with them.
    """
    chosen = zip(SOURCE_FACETS, ("country", "kind", "group"), strict=True)
    ids = {
        field: [source_value(snapshot, parameter, field, value) for value in getattr(filters, parameter)]
        for field, parameter in chosen
    }
    errors = [id_ for values in ids.values() for id_ in values if isinstance(id_, ParameterProblem)]
    if errors:
        raise InvalidRequestError(*errors[:MAX_ERRORS])
    # A source has its values for all its articles: a filter finds all of them or none.
    wanted = [
        BitMap.union(BitMap(), *(snapshot.field_values[field].find(str(id_)) for id_ in values))
        for field, values in ids.items()
        if values
    ]
    return [
        (len(posting), label.id, ordinal)
        for ordinal, (label, posting) in enumerate(
            zip(snapshot.labels.source, snapshot.postings["source"], strict=True)
        )
        if posting and all(posting.intersect(positions) for positions in wanted) and _has_name(label, filters.name)
    ]


def _has_name(label: SourceLabel, words: str | None) -> bool:
    """Return whether the id, a name or a domain of a source contains some words; case and accents do not matter."""
    names = (label.id, label.name, *label.names, *label.domains)
    return words is None or any(fold_name(words) in fold_name(name) for name in names)


def _source_value_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    for parameter, (field, role) in SOURCE_VALUE_PARAMETERS.items():
        for value in getattr(filters, parameter):
            id_ = source_value(snapshot, parameter, field, value)
            if isinstance(id_, ParameterProblem):
                yield id_
            else:
                values = snapshot.field_values[field]
                yield Clause(parameter, value, role, values.find(id_), values.ordinal(id_))


def _value_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    """Yield a clause, or an error, for each value of the fields whose labels are their values."""
    for field in VALUE_FIELDS:
        for value in getattr(filters, field.name):
            ordinal = snapshot.names.resolver.try_value(field, value)
            if isinstance(ordinal, ParameterProblem):
                yield ordinal
            elif field.name == LANGUAGE.name:
                languages = snapshot.languages
                yield Clause(field.name, value, "any", languages.find(value), languages.ordinal(value))
            else:
                posting = BitMap() if ordinal is None else snapshot.postings[field.name][ordinal]
                yield Clause(field.name, value, "any", posting, ordinal)


def _day_clauses(snapshot: Snapshot, filters: ArticleFilters) -> ClausesOrErrors:
    if filters.tz is not None and filters.tz not in time_zones():
        yield ParameterProblem("tz", filters.tz, ZONE_WANTED, nearest(filters.tz, time_zones()), code=ErrorCode.UNKNOWN)
        return
    bounds = {"from": filters.from_, "to": filters.to}
    values = {parameter: value for parameter, value in bounds.items() if value is not None}
    if not values:
        return
    try:
        days = read_range(filters.from_, filters.to)
    except InvalidRequestError as error:
        yield from error.errors
        return
    if filters.date_field == "published":
        positions = snapshot.time.printed_within(days.first, days.last)
        left_out = snapshot.time.left_out(days.first, days.last)
    else:
        positions = snapshot.publish_order(filters.date_field).within(days.first, days.last)
        left_out = BitMap(), BitMap()
    yield Clause(
        "+".join(values),
        "/".join(values.values()),
        "all",
        positions,
        days=days,
        left_out=left_out,
        date_field=filters.date_field,
    )


CLAUSE_BUILDERS = (_entity_clauses, _source_clauses, _source_value_clauses, _value_clauses, _day_clauses)
"""Builders of the clauses of each kind of filter. `q` comes after them, so that no invalid request costs a search."""


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
