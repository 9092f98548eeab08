"""Lookup of entities by id, Wikidata id or name: which entity each value means, or why it means none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.deadline import check_deadline, require_thread
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.models import EntityType
from app.search.names.resolver import NameResolver
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
    """A value of the request, and the ordinal of its entity or why it has none."""

    value: str
    by: By
    result: int | ParameterProblem


def look_up_entities(resolver: NameResolver, lookup: EntityLookup) -> list[EntityLookupResult]:
    """Return the result for each id, then each Wikidata id, then each name, in the order of the request.

    Raise InvalidRequestError for no value and for too many.
    """
    count = len(lookup.ids) + len(lookup.wikidata) + len(lookup.names)
    if not 1 <= count <= MAX_ENTITY_LOOKUPS:
        wanted = f"1 to {MAX_ENTITY_LOOKUPS} ids, Wikidata ids and names in total"
        problem = ParameterProblem("ids+wikidata+names", f"{count} values", wanted, code=ErrorCode.TOO_MANY)
        raise InvalidRequestError(problem)
    require_thread()
    return list(_results(resolver, lookup))


def _results(resolver: NameResolver, lookup: EntityLookup) -> Iterator[EntityLookupResult]:
    types = frozenset(lookup.type or EntityType)
    unknown = 0
    for by, parameter, values, resolve in (
        (BY_ID, "ids", lookup.ids, resolver.try_entity_id),
        (BY_WIKIDATA, "wikidata", lookup.wikidata, resolver.try_wikidata),
        (BY_NAME, "names", lookup.names, resolver.try_entity),
    ):
        for value in values:
            check_deadline()
            result = resolve(parameter, value, types, with_nearest=unknown < MAX_NEAREST_LOOKUPS)
            unknown += isinstance(result, ParameterProblem) and result.code is ErrorCode.UNKNOWN
            yield EntityLookupResult(value, by, result)
