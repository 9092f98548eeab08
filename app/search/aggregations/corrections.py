"""The corrections of a corpus version: all of them, or those about an entity and what was merged into it."""

from collections.abc import Iterable, Sequence

from app.errors import InvalidRequestError, ParameterProblem
from app.models import EntityType
from app.search.fulltext.hits import SearchContext
from app.search.index.snapshot import Snapshot
from app.search.query.entities_by_id import find_entity

CorrectionNumbers = Sequence[int]
"""The numbers of corrections, ascending: their places in the file."""


def correction_numbers(snapshot: Snapshot, entity: str | None) -> CorrectionNumbers:
    """Return the numbers of all corrections, or of those about the entity that a value names.

    Raise InvalidRequestError if it names none and no correction has it as an id.
    """
    if entity is None:
        return range(len(snapshot.corrections))
    id_ = entity.strip()
    if id_ in snapshot.corrections_by_entity and id_ not in snapshot.names.entity_ordinals:
        return _about(snapshot, [id_])
    ordinal = snapshot.names.resolver.try_entity("entity", entity, frozenset(EntityType))
    if isinstance(ordinal, ParameterProblem):
        if id_ in snapshot.corrections_by_entity:
            return _about(snapshot, [id_])
        raise InvalidRequestError(ordinal)
    label = snapshot.labels.entity[ordinal]
    return _about(snapshot, (label.id, *label.former_ids))


def history_numbers(context: SearchContext, id_: str) -> tuple[str, CorrectionNumbers]:
    """Return the current id of an entity, and the numbers of the corrections about it and what was merged into it.

    An id that is unknown but for its corrections has these. Raise NotFoundError for any other, SplitError for one of
    several that took its place without a correction.
    """
    snapshot = context.snapshot
    ordinal = snapshot.names.entity_ordinals.get(id_)
    label = None if ordinal is None else snapshot.labels.entity[ordinal]
    own = _about(snapshot, [id_])
    if (label is None and not own) or (label is not None and label.moved_to and not own):
        label = find_entity(context, id_).label
    return (id_, own) if label is None else (label.id, _about(snapshot, (label.id, *label.former_ids)))


def _about(snapshot: Snapshot, ids: Iterable[str]) -> list[int]:
    return sorted({number for id_ in ids for number in snapshot.corrections_by_entity.get(id_, ())})
