"""What a value of a parameter names: an entity, or all people of a name whom nothing tells apart."""

from collections.abc import Sequence

from app.errors import ParameterProblem
from app.labels import EntityLabel, split_bearer_id
from app.models import BEARER_MARK, EntityType
from app.search.fulltext.hits import SearchContext
from app.search.names.readings import id_in_address
from app.search.query.entities_by_id import current_entities, is_former_bearer, merged_bearer
from app.search.query.named_people import NamedEntities, named_people


def named_entities(
    context: SearchContext, parameter: str, value: str, types: frozenset[EntityType], *, with_nearest: bool = True
) -> NamedEntities | ParameterProblem:
    """Return the entities of these types that `value` names, or the error, with the nearest names if they are wanted.

    A name that only articles know means all of its people. So does the id of an entity that was split.
    """
    resolver = context.snapshot.names.resolver
    result = resolver.try_namesakes(parameter, value, types)
    if isinstance(result, ParameterProblem):
        return result
    ordinals = result or ()
    if ordinals and resolver.is_id(value):
        label = _label(context, ordinals[0])
        return _current(context, value, label.id) if label.moved_to else NamedEntities(ordinals)
    merged = merged_bearer(context.snapshot, value.strip()) if not ordinals and EntityType.PERSON in types else None
    if merged is not None:
        return NamedEntities((merged,))
    if not all(_label(context, at).type is EntityType.PERSON for at in ordinals):
        return NamedEntities(ordinals)
    people = _people(context, value, ordinals) if EntityType.PERSON in types else NamedEntities(ordinals)
    if people.count or people.note:
        return people
    return _named_otherwise(context, parameter, value, types, with_nearest=with_nearest)


def _people(context: SearchContext, value: str, ordinals: Sequence[int]) -> NamedEntities:
    """Return the people whom a value names, or what the id of a bearer or of a name without context means now."""
    id_ = id_in_address(value, "entities") or value.strip()
    is_name = id_.endswith(BEARER_MARK)
    if not is_name and split_bearer_id(id_) is None:
        return named_people(context, value, ordinals)
    current = named_people(context, value, ordinals, is_id=True) if is_name else NamedEntities()
    if not current.count:
        current = _current(context, value, id_)
    return current if current.count or is_former_bearer(context, id_) else NamedEntities()


def _named_otherwise(
    context: SearchContext, parameter: str, value: str, types: frozenset[EntityType], *, with_nearest: bool
) -> NamedEntities | ParameterProblem:
    """Return the one entity that the loosest readings mean, that no article names a body of a state, or the error."""
    resolver = context.snapshot.names.resolver
    body = resolver.bodies.parse(value) if EntityType.ORGANIZATION in types else None
    if body is not None:
        return NamedEntities(note=f"“{value}” is a body of a state ({body.id}) that no article names.")
    result = resolver.try_entity(parameter, value, types, with_nearest=with_nearest)
    return result if isinstance(result, ParameterProblem) else NamedEntities((result,))


def _label(context: SearchContext, ordinal: int) -> EntityLabel:
    return context.snapshot.labels.entity[ordinal]


def _current(context: SearchContext, value: str, id_: str) -> NamedEntities:
    """Return the entities that an id means now."""
    current = current_entities(context, [id_])
    if current.count == 1:
        return current
    note = f"“{value}” was split into {current.count:,} entities; the articles of all of them match."
    if not current.count:
        note = f"“{value}” is an entity that no article names any more."
    return NamedEntities(current.ordinals, current.bearers, note)
