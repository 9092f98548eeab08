"""What a value of a parameter names: an entity, or all people of a name whom nothing tells apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from pyroaring import BitMap

from app.errors import ParameterProblem
from app.labels import EntityLabel, article_number, split_bearer_id
from app.models import BEARER_MARK, EntityType
from app.search.fulltext.hits import SearchContext
from app.search.index.bitmaps import bitmap_of
from app.search.index.snapshot import Snapshot
from app.search.names.bearers import name_ids, revisions_by_name
from app.search.names.readings import id_in_address


@dataclass(frozen=True, slots=True)
class NamedEntities:
    """The entities that a value names: by ordinal, and the bearers of names, each with the articles that name them.

    `note` says what a reader may not expect.
    """

    ordinals: Sequence[int] = ()
    bearers: Mapping[str, BitMap] = field(default_factory=dict)
    note: str | None = None


def named_entities(
    context: SearchContext, parameter: str, value: str, types: frozenset[EntityType]
) -> NamedEntities | ParameterProblem:
    """Return the entities of these types that `value` names, or the error.

    A name that only articles know means all of its people: those with a context, and the bearers of the name, each in
    one article. So does the id of an entity that was split.
    """
    resolver = context.snapshot.names.resolver
    result = resolver.try_namesakes(parameter, value, types)
    if isinstance(result, ParameterProblem):
        return result
    ordinals = result or ()
    if ordinals and resolver.is_id(value):
        moved_to = _label(context, ordinals[0]).moved_to
        return _successors(context, value, moved_to) if moved_to else NamedEntities(ordinals)
    if (
        not ordinals
        and EntityType.PERSON in types
        and (merged := merged_bearer(context.snapshot, value.strip())) is not None
    ):
        return NamedEntities((merged,))
    may_have_bearers = EntityType.PERSON in types and all(_is_local_person(_label(context, at)) for at in ordinals)
    bearers = _bearers(context, value) if may_have_bearers else {}
    if bearers or len(ordinals) > 1:
        return NamedEntities(ordinals, bearers, _namesakes_note(value, ordinals, bearers))
    return NamedEntities(ordinals) if ordinals else _unnamed_body(context, parameter, value, types)


def _unnamed_body(
    context: SearchContext, parameter: str, value: str, types: frozenset[EntityType]
) -> NamedEntities | ParameterProblem:
    """Return that no article names a body of a state, or the error for a value that names nothing."""
    resolver = context.snapshot.names.resolver
    body = resolver.bodies.parse(value) if EntityType.ORGANIZATION in types else None
    if body is None:
        return resolver.unknown_name(parameter, value, types)
    return NamedEntities(note=f"“{value}” is a body of a state ({body.id}) that no article names.")


def _label(context: SearchContext, ordinal: int) -> EntityLabel:
    return context.snapshot.labels.entity[ordinal]


def _is_local_person(label: EntityLabel) -> bool:
    return label.local and label.type is EntityType.PERSON


def _bearers(context: SearchContext, value: str) -> dict[str, BitMap]:
    """Return the articles of the bearer with this id, else of all bearers of this name, by the id of the name."""
    id_ = id_in_address(value, "entities") or value.strip()
    if (parts := split_bearer_id(id_)) is not None:
        return bearers_with_ids(context, [parts])
    in_order, in_other_order = context.snapshot.names.resolver.readings(value)
    names = [id_] if id_.endswith(BEARER_MARK) else name_ids(value, (*in_order, *in_other_order))
    revisions = revisions_by_name(context.session, names)
    articles = ((name, articles_of(context, revisions[name])) for name in names if name in revisions)
    return dict(next(([pair] for pair in articles if pair[1]), ()))


def bearers_with_ids(context: SearchContext, ids: Iterable[tuple[str, str]]) -> dict[str, BitMap]:
    """Return the articles of these bearers, each a name and an article, by the id of the name."""
    wanted: dict[str, BitMap] = {}
    for name, article in ids:
        position = context.snapshot.ids.position_of(article_number(article))
        if position is not None:
            wanted.setdefault(name, BitMap()).add(position)
    revisions = revisions_by_name(context.session, list(wanted))
    found = {name: wanted[name] & articles_of(context, revisions.get(name, ())) for name in wanted}
    return {name: articles for name, articles in found.items() if articles}


def merged_bearer(snapshot: Snapshot, id_: str) -> int | None:
    """Return the ordinal of the person that all bearers of a name are, if the id is that of one of these bearers."""
    name, article = split_bearer_id(id_) or ("", "")
    if (ordinal := snapshot.names.entity_ordinals.get(name)) is None:
        return None
    position = snapshot.ids.position_of(article_number(article))
    return ordinal if position is not None and position in snapshot.postings["entity"][ordinal] else None


def successor_bearers(context: SearchContext, moved_to: Iterable[str]) -> dict[str, BitMap]:
    """Return the articles of the bearers among the successors of an entity; a name stands for all its bearers."""
    names = [id_ for id_ in moved_to if id_.endswith(BEARER_MARK)]
    all_of_names = {
        name: articles_of(context, revisions) for name, revisions in revisions_by_name(context.session, names).items()
    }
    return bearers_with_ids(context, filter(None, map(split_bearer_id, moved_to))) | all_of_names


def articles_of(context: SearchContext, revisions: Sequence[int]) -> BitMap:
    """Return the positions of these revisions, without those that are not served."""
    positions = context.snapshot.ids.positions(np.array(revisions, np.int64))
    return bitmap_of(np.sort(positions))


def _successors(context: SearchContext, value: str, moved_to: Sequence[str]) -> NamedEntities:
    """Return the entities that took the place of another one."""
    ordinals = [at for id_ in moved_to if (at := context.snapshot.names.entity_ordinals.get(id_)) is not None]
    bearers = successor_bearers(context, moved_to)
    count = len(ordinals) + sum(map(len, bearers.values()))
    note = f"“{value}” was split into {count:,} entities; the articles of all of them match." if count != 1 else None
    return NamedEntities(ordinals, bearers, note)


def _namesakes_note(value: str, ordinals: Sequence[int], bearers: Mapping[str, BitMap]) -> str:
    count = len(ordinals) + sum(map(len, bearers.values()))
    if count == 1:
        return f"“{value}” is the name of 1 person, whom one article names without saying more about who it is."
    return (
        f"“{value}” is the name of {count:,} people, some of whom may be the same: the articles do not say enough to "
        "tell. The articles of all of them match."
    )
