"""Filters -> clauses -> one bitmap. A clause is one value of one filter and the positions that have it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Literal

from pyroaring import BitMap

from app.dates import ZONE_WANTED, DayRange, read_range, time_zones
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.models import ACTOR_TYPES, EntityType
from app.posting_fields import ENTITY_FACETS, LANGUAGE, SOURCE_FACETS, VALUE_FIELDS
from app.search.fulltext.hits import SearchContext
from app.search.index.memberships import EntityPostings, MemberPosting, member_postings
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleFilters
from app.search.query.named_entities import named_entities
from app.search.query.named_people import NamedEntities
from app.search.query.parameters import MAX_ERRORS, DateField
from app.search.query.regions import places_within, requested_regions
from app.search.query.source_directory import source_value
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

OPTION_LISTS = frozenset(("facet", "type"))
"""Repeatable parameters that are not filters."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of one filter and the positions that have it.

    `ordinal` is None if the value has no label. `member_postings` are the entities that count for the value, with
    the positions of each. `text` is the parsed value of `q`, and `without_each_term` yields what it would match without
    each of its terms, with the term and the query that remains. `days` is the range of days, `left_out` are the
    positions that it leaves out: undated ones, and those with a coarser date that overlaps it, and `date_field` is what
    it is a range of. `note` says what the value means where a reader may not expect it.
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
    note: str | None = None

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
    clauses: list[Clause] = []
    errors: list[ParameterProblem] = []
    for clause in chain(own, *(build(context, filters) for build in CLAUSE_BUILDERS)):
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
    context: SearchContext,
    filters: ArticleFilters,
    parameters: Mapping[str, EntityParameter],
    entity_postings: EntityPostings,
) -> ClausesOrErrors:
    """Yield a clause, or an error, for each value of the parameters that name entities."""
    for parameter, (types, role) in parameters.items():
        for value in getattr(filters, parameter):
            named = named_entities(context, parameter, value, types)
            if isinstance(named, ParameterProblem):
                yield named
                continue
            members = list(_member_postings(context.snapshot, named, types, entity_postings, members=filters.members))
            postings = [member.positions for member in members]
            union = postings[0] if len(postings) == 1 else BitMap.union(BitMap(), *postings)
            only = named.ordinals[0] if len(named.ordinals) == 1 and not named.bearers else None
            yield Clause(parameter, value, role, union, only, tuple(members), note=named.note)


def _member_postings(
    snapshot: Snapshot,
    named: NamedEntities,
    types: frozenset[EntityType],
    entity_postings: EntityPostings,
    *,
    members: bool,
) -> Iterator[MemberPosting]:
    """Yield what a value names, with its members if they are requested, each with its positions."""
    for ordinal in named.ordinals:
        if members:
            yield from member_postings(snapshot, ordinal, types, entity_postings)
        else:
            yield MemberPosting(ordinal, entity_postings.postings[ordinal])
    if named.bearers:
        for name, positions in entity_postings.of_bearers(named.bearers).items():
            yield MemberPosting(None, positions, name)


def _entity_clauses(context: SearchContext, filters: ArticleFilters) -> ClausesOrErrors:
    snapshot = context.snapshot
    postings = EntityPostings(snapshot.postings["entity"], snapshot.time.printed_within)
    return entity_clauses(context, filters, ENTITY_PARAMETERS, postings)


def _source_clauses(context: SearchContext, filters: ArticleFilters) -> ClausesOrErrors:
    snapshot = context.snapshot
    for parameter, role in SOURCE_PARAMETERS.items():
        for value in getattr(filters, parameter):
            ordinal = snapshot.names.resolver.try_source(parameter, value)
            if isinstance(ordinal, ParameterProblem):
                yield ordinal
            else:
                yield Clause(parameter, value, role, snapshot.postings["source"][ordinal], ordinal)


def _source_value_clauses(context: SearchContext, filters: ArticleFilters) -> ClausesOrErrors:
    snapshot = context.snapshot
    for parameter, (field, role) in SOURCE_VALUE_PARAMETERS.items():
        for value in getattr(filters, parameter):
            id_ = source_value(snapshot, parameter, field, value)
            if isinstance(id_, ParameterProblem):
                yield id_
            else:
                values = snapshot.field_values[field]
                yield Clause(parameter, value, role, values.find(id_), values.ordinal(id_))


def _value_clauses(context: SearchContext, filters: ArticleFilters) -> ClausesOrErrors:
    """Yield a clause, or an error, for each value of the fields whose labels are their values."""
    snapshot = context.snapshot
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


def _region_clauses(context: SearchContext, filters: ArticleFilters) -> ClausesOrErrors:
    if filters.bbox is None and filters.near is None and filters.km is None:
        return
    for parameter, value, region in requested_regions(filters):
        if isinstance(region, ParameterProblem):
            yield region
        else:
            places = places_within(context.snapshot, region)
            union = BitMap.union(BitMap(), *(place.positions for place in places))
            note = None if places else f"No place with known coordinates is within `{parameter}`."
            yield Clause(parameter, value, "all", union, member_postings=places, note=note)


def _day_clauses(context: SearchContext, filters: ArticleFilters) -> ClausesOrErrors:
    snapshot = context.snapshot
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


CLAUSE_BUILDERS = (
    _entity_clauses,
    _source_clauses,
    _source_value_clauses,
    _value_clauses,
    _region_clauses,
    _day_clauses,
)
"""Builders of the clauses of each kind of filter. `q` comes after them, so that no invalid request costs a search."""
