"""Filters -> clauses -> one bitmap. A clause is one value of one filter and the articles that have it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from pyroaring import BitMap

from app.dates import day_range
from app.errors import InvalidParameter, InvalidRequestError
from app.models import ACTOR_TYPES, EntityType
from app.search.fulltext.hits import TextSearch
from app.search.index.memberships import Part, Space, articles, parts_of
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleFilters
from app.text.query_parser import parse

Role = Literal["all", "any", "none"]
"""Whether a matching article has all, any or none of the values of a parameter."""

Read = Iterator["Clause | InvalidParameter"]

Taken = tuple[frozenset[EntityType], Role]
"""The types of entity that a parameter takes, and its role."""

ENTITIES: Mapping[str, Taken] = {
    "actor": (ACTOR_TYPES, "all"),
    "any_actor": (ACTOR_TYPES, "any"),
    "place": (frozenset({EntityType.PLACE}), "all"),
    "weapon": (frozenset({EntityType.WEAPON}), "all"),
    "exclude_actor": (ACTOR_TYPES, "none"),
}
"""The parameters that name entities, and the types each one takes."""

SOURCES: Mapping[str, Role] = {"source": "any", "exclude_source": "none"}
"""The parameters that name sources."""

MOST_WRONG = 10
"""Causes that one refusal gives: each unknown name is compared with all names, and nobody reads more."""

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""The shape of a language tag (BCP 47)."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of one filter and the positions that have it.

    `ordinal` is the index of the value's label in its family, None where it has none; `parts` are the entities that
    count for the value, with the positions of each.
    """

    parameter: str
    value: str
    role: Role
    positions: BitMap
    ordinal: int | None = None
    parts: tuple[Part, ...] = ()


def clauses(
    text: TextSearch, filters: ArticleFilters, own: Iterable["Clause | InvalidParameter"] = ()
) -> tuple[Clause, ...]:
    """Return the clauses of a search, `own` first: those of what is searched if that is not articles.

    Raises InvalidRequestError with every cause there is, or the first of many.
    """
    snapshot = text.snapshot
    found: list[Clause] = []
    wrong: list[InvalidParameter] = []
    for clause in chain(own, *(read(snapshot, filters) for read in READERS)):
        if isinstance(clause, Clause):
            found.append(clause)
        else:
            wrong.append(clause)
        if len(wrong) == MOST_WRONG:
            raise InvalidRequestError(*wrong)
    try:
        query = parse(filters.q) if filters.q is not None else None
    except InvalidRequestError as error:
        wrong.extend(error.errors)
    if wrong:
        raise InvalidRequestError(*wrong)
    if query is not None and filters.q is not None:
        found.append(Clause("q", filters.q, "all", text.matches(query)))
    return tuple(found)


def match(everything: BitMap, clauses: Iterable[Clause]) -> BitMap:
    """Return the positions that satisfy every clause: the one set of which all views are made."""
    required: list[BitMap] = []
    choices: dict[str, BitMap] = {}
    excluded = BitMap()
    for clause in clauses:
        if clause.role == "all":
            required.append(clause.positions)
        elif clause.role == "any":
            choices[clause.parameter] = choices.get(clause.parameter, BitMap()) | clause.positions
        else:
            excluded |= clause.positions
    required.extend(choices.values())
    # The smallest first: what is small stays small.
    found, *others = sorted(required, key=len) or [everything]
    for positions in others:
        found = found & positions  # In place it would change a posting.
    return found - excluded if excluded else found


def entity_clauses(snapshot: Snapshot, filters: ArticleFilters, taken: Mapping[str, Taken], space: Space) -> Read:
    """Yield the clauses of the parameters that name entities, looked up in a space, and what is wrong with them."""
    for parameter, (types, role) in taken.items():
        for value in getattr(filters, parameter):
            ordinal = snapshot.names.try_entity(parameter, value, types)
            if isinstance(ordinal, InvalidParameter):
                yield ordinal
            elif filters.members:
                parts = parts_of(snapshot, ordinal, types, space)
                everyone = BitMap.union(*(part.positions for part in parts))
                yield Clause(parameter, value, role, everyone, ordinal, parts)
            else:
                posting = space.postings[ordinal]
                yield Clause(parameter, value, role, posting, ordinal, (Part(ordinal, posting),))


def _entities(snapshot: Snapshot, filters: ArticleFilters) -> Read:
    return entity_clauses(snapshot, filters, ENTITIES, articles(snapshot))


def _sources(snapshot: Snapshot, filters: ArticleFilters) -> Read:
    for parameter, role in SOURCES.items():
        for value in getattr(filters, parameter):
            ordinal = snapshot.names.try_source(parameter, value)
            if isinstance(ordinal, InvalidParameter):
                yield ordinal
            else:
                yield Clause(parameter, value, role, snapshot.postings["source"][ordinal], ordinal)


def _languages(snapshot: Snapshot, filters: ArticleFilters) -> Read:
    for value in filters.language:
        if LANGUAGE_TAG.fullmatch(value):
            yield _valued(snapshot, "language", value)
        else:
            yield InvalidParameter("language", value, "a language tag (BCP 47), such as `en` or `pt-BR`")


def _precisions(snapshot: Snapshot, filters: ArticleFilters) -> Read:
    for value in filters.precision:
        yield _valued(snapshot, "precision", value)


def _valued(snapshot: Snapshot, family: str, value: str) -> Clause:
    """Return the clause of a value that has a label if any article has it; none is no error then."""
    labels: tuple[str, ...] = getattr(snapshot.labels, family)
    for ordinal, label in enumerate(labels):
        if label.lower() == value.lower():
            return Clause(family, value, "any", snapshot.postings[family][ordinal], ordinal)
    return Clause(family, value, "any", BitMap())


def _days(snapshot: Snapshot, filters: ArticleFilters) -> Read:
    given = {"from": filters.from_, "to": filters.to}
    stated = {parameter: value for parameter, value in given.items() if value is not None}
    if not stated:
        return
    try:
        first, last = day_range(filters.from_, filters.to)
    except InvalidRequestError as error:
        yield from error.errors
        return
    yield Clause("+".join(stated), "/".join(stated.values()), "all", snapshot.printed_within(first, last))


READERS = (_entities, _sources, _languages, _precisions, _days)
"""What reads each kind of filter; words come last, when all else is understood."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A clause and the total of the search without it."""

    clause: Clause
    total: int


def without_each(clauses: Sequence[Clause], find: Callable[[Sequence[Clause]], BitMap]) -> list[Dropped]:
    """Return the total without each clause, in the order of the clauses; `find` is the search itself."""
    return [Dropped(clause, len(find((*clauses[:at], *clauses[at + 1 :])))) for at, clause in enumerate(clauses)]
