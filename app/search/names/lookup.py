"""Lookup of entities by id, Wikidata id or name: which entity each value means, or why it means none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.deadline import check_deadline, require_thread
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import split_bearer_id
from app.models import BEARER_MARK, EntityType
from app.search.fulltext.hits import SearchContext
from app.search.names.readings import id_in_address
from app.search.names.refusals import MAX_CANDIDATES, ambiguous
from app.search.query.entities_by_id import FoundEntity, current_entities, found_entities, indexed_entity
from app.search.query.named_entities import named_entities
from app.search.query.named_people import NamedEntities
from app.search.query.resource_filters import EntityLookup

MAX_ENTITY_LOOKUPS = 1000
"""Maximum number of values per request: an actor list of a study."""

# Each is compared several times with all names: 30 ms for 100,000 of them. Nobody reads more.
MAX_NEAREST_LOOKUPS = 10
"""Maximum number of unknown values for which the nearest names are searched."""

By = Literal["id", "wikidata", "name"]
BY_ID: By = "id"
BY_WIKIDATA: By = "wikidata"
BY_NAME: By = "name"


@dataclass(frozen=True, slots=True)
class EntityLookupResult:
    """A value of the request, and its entity or why it has none."""

    value: str
    by: By
    result: FoundEntity | ParameterProblem


def look_up_entities(context: SearchContext, lookup: EntityLookup) -> list[EntityLookupResult]:
    """Return the result for each id, then each Wikidata id, then each name, in the order of the request.

    Raise InvalidRequestError for no value and for too many.
    """
    count = len(lookup.ids) + len(lookup.wikidata) + len(lookup.names)
    if not 1 <= count <= MAX_ENTITY_LOOKUPS:
        wanted = f"1 to {MAX_ENTITY_LOOKUPS} ids, Wikidata ids and names in total"
        problem = ParameterProblem("ids+wikidata+names", f"{count} values", wanted, code=ErrorCode.TOO_MANY)
        raise InvalidRequestError(problem)
    require_thread()
    return list(_results(context, lookup))


def _results(context: SearchContext, lookup: EntityLookup) -> Iterator[EntityLookupResult]:
    types = frozenset(lookup.type or EntityType)
    unknown = 0
    for by, values, find in (
        (BY_ID, lookup.ids, _by_id),
        (BY_WIKIDATA, lookup.wikidata, _by_wikidata),
        (BY_NAME, lookup.names, _by_name),
    ):
        for value in values:
            check_deadline()
            result = find(context, value, types, with_nearest=unknown < MAX_NEAREST_LOOKUPS)
            unknown += isinstance(result, ParameterProblem) and result.code is ErrorCode.UNKNOWN
            yield EntityLookupResult(value, by, result)


def _by_id(
    context: SearchContext, value: str, types: frozenset[EntityType], *, with_nearest: bool
) -> FoundEntity | ParameterProblem:
    id_ = id_in_address(value, "entities") or value.strip()
    if EntityType.PERSON in types and (id_.endswith(BEARER_MARK) or split_bearer_id(id_) is not None):
        current = current_entities(context, [id_])
        if current.count:
            return _only(context, "ids", value, current)
    result = context.snapshot.names.resolver.try_entity_id("ids", value, types, with_nearest=with_nearest)
    if isinstance(result, ParameterProblem):
        return result
    label = context.snapshot.labels.entity[result]
    current = current_entities(context, [label.id])
    return _only(context, "ids", value, current) if current.count else indexed_entity(context, result)


def _by_wikidata(
    context: SearchContext, value: str, types: frozenset[EntityType], *, with_nearest: bool
) -> FoundEntity | ParameterProblem:
    result = context.snapshot.names.resolver.try_wikidata("wikidata", value, types, with_nearest=with_nearest)
    return result if isinstance(result, ParameterProblem) else indexed_entity(context, result)


def _by_name(
    context: SearchContext, value: str, types: frozenset[EntityType], *, with_nearest: bool
) -> FoundEntity | ParameterProblem:
    named = named_entities(context, "names", value, types, with_nearest=with_nearest)
    if isinstance(named, ParameterProblem):
        return named
    if not named.count:
        return context.snapshot.names.resolver.unknown_name("names", value, types, with_nearest=with_nearest)
    return _only(context, "names", value, named)


def _only(
    context: SearchContext, parameter: str, value: str, entities: NamedEntities
) -> FoundEntity | ParameterProblem:
    """Return the one entity of these, or the error that there are several."""
    found = found_entities(context, entities, MAX_CANDIDATES)
    if entities.count == 1:
        return found[0]
    return ambiguous(parameter, value, [entity.label for entity in found], entities.count)
