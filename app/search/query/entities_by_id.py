"""Entities by their public ids: those of the index, bearers, and what took the place of those that moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from app.errors import NotFoundError, SplitError
from app.labels import HIDDEN, EntityLabel, article_number, bearer_label, split_bearer_id
from app.models import BEARER_MARK, Action
from app.search.fulltext.hits import SearchContext
from app.search.index.snapshot import Snapshot
from app.search.names.bearers import former_bearers, revisions_by_name
from app.search.query.named_people import NamedEntities, served_articles
from app.search.sql import rows

MAX_SPLIT_IDS = 100
"""Maximum number of ids of entities that took the place of another one to return."""


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """The entity of an id: its label, its articles, its ids in the database, and its ordinal if the index has it."""

    label: EntityLabel
    positions: BitMap
    stored_ids: Sequence[str]
    ordinal: int | None = None


def find_entity(context: SearchContext, id_: str) -> FoundEntity:
    """Return the entity with this id, or the one entity that took its place.

    Raise NotFoundError if it is unknown or hidden, SplitError if several took its place.
    """
    snapshot = context.snapshot
    ordinal = snapshot.names.entity_ordinals.get(id_)
    if ordinal is not None:
        label = snapshot.labels.entity[ordinal]
        if label.hidden is not None:
            raise NotFoundError(f"The entity {label.id!r} is hidden: {label.hidden}.")
        if not label.moved_to:
            found = indexed_entity(context, ordinal)
            if label.split_into and not found.positions:
                raise SplitError(label.id, label.split_into, len(label.split_into))
            return found
    current = current_entities(context, [id_])
    if current.count > 1:
        ids = entity_ids(context, current)
        raise SplitError(id_, ids[:MAX_SPLIT_IDS], len(ids))
    if current.count == 1:
        return next(iter(found_entities(context, current)))
    merged = merged_bearer(snapshot, id_) if ordinal is None else ordinal
    if merged is not None:
        return indexed_entity(context, merged)
    if (reason := _hiding_reason(snapshot, id_)) is not None:
        raise NotFoundError(f"The entity {id_!r} is hidden: {reason}.")
    if split_bearer_id(id_) is not None and is_former_bearer(context, id_):
        return FoundEntity(snapshot.names.entity(id_), BitMap(), ())
    raise NotFoundError(f"No entity with the id {id_!r} is known.", snapshot.names.resolver.unknown_entity_id(id_))


def merged_bearer(snapshot: Snapshot, id_: str) -> int | None:
    """Return the ordinal of the person that all bearers of a name are, if the id is that of one of these bearers."""
    name, article = split_bearer_id(id_) or ("", "")
    if (ordinal := snapshot.names.entity_ordinals.get(name)) is None:
        return None
    position = snapshot.ids.position_of(article_number(article))
    return ordinal if position is not None and position in snapshot.postings["entity"][ordinal] else None


def _hiding_reason(snapshot: Snapshot, id_: str) -> str | None:
    """Return why a correction hides a person without context, whom the index does not have; None if none does."""
    name, _ = split_bearer_id(id_) or (id_, "")
    numbers = {number for one in (id_, name) for number in snapshot.corrections_by_entity.get(one, ())}
    corrections = (snapshot.corrections[number] for number in sorted(numbers))
    hiding = [one for one in corrections if one.do == Action.HIDE and one.is_in_effect]
    return (hiding[-1].why or HIDDEN) if hiding else None


def is_former_bearer(context: SearchContext, id_: str) -> bool:
    """Return whether an id is that of a bearer, or of a name, that an article named before it was annotated again."""
    parts = split_bearer_id(id_)
    if parts is None:
        return bool(former_bearers(context.session, [id_]))
    return parts in former_bearers(context.session, parts[:1])


def indexed_entity(context: SearchContext, ordinal: int) -> FoundEntity:
    """Return the entity of the index with this ordinal."""
    label = context.snapshot.labels.entity[ordinal]
    positions = context.snapshot.postings["entity"][ordinal]
    return FoundEntity(label, positions, (label.id, *label.former_ids), ordinal)


def found_entities(context: SearchContext, entities: NamedEntities, most: int = MAX_SPLIT_IDS) -> list[FoundEntity]:
    """Return these entities, at most `most` of them: those of the index, then bearers by name and article."""
    indexed = [indexed_entity(context, ordinal) for ordinal in entities.ordinals[:most]]
    missing = most - len(indexed)
    ids = [
        (name, position, f"{name}{article.decode()}")
        for name, own in sorted(entities.bearers.items())
        for position, article in zip(own, context.snapshot.ids.public_ids(own), strict=True)
    ][:missing]
    names = rows.entity_names(context.session, sorted({name for name, _, _ in ids})) if ids else {}
    labels = [bearer_label(id_, {id_: names[name]}) for name, _, id_ in ids]
    bearers = [
        FoundEntity(label, BitMap([position]), (name,))
        for label, (name, position, _) in zip(labels, ids, strict=True)
        if label is not None
    ]
    return [*indexed, *bearers]


def entity_ids(context: SearchContext, entities: NamedEntities) -> list[str]:
    """Return the public ids of these entities, which ascend."""
    snapshot = context.snapshot
    own = [snapshot.labels.entity[ordinal].id for ordinal in entities.ordinals]
    articles = ((name, snapshot.ids.public_ids(positions)) for name, positions in entities.bearers.items())
    return sorted([*own, *(f"{name}{id_.decode()}" for name, ids in articles for id_ in ids)])


def current_entities(context: SearchContext, ids: Iterable[str]) -> NamedEntities:
    """Return the entities that these ids mean now: themselves, or what took their place, however often.

    The id of a name without context means all of its bearers. An id that means nothing is left out.
    """
    ordinals: set[int] = set()
    bearers: dict[str, BitMap] = {}
    seen: set[str] = set()
    pending = set(ids)
    while pending:
        seen |= pending
        moved_to = _indexed_successors(context, pending, ordinals) | _bearer_successors(context, pending, bearers)
        pending = moved_to - seen
    return NamedEntities(sorted(ordinals), bearers)


def _indexed_successors(context: SearchContext, ids: Iterable[str], ordinals: set[int]) -> set[str]:
    """Add the ordinals of those ids that the index has; return the ids of what took the place of the others."""
    names = context.snapshot.names
    moved_to: set[str] = set()
    for id_ in ids:
        if (ordinal := names.entity_ordinals.get(id_)) is not None:
            if successors := names.labels.entity[ordinal].moved_to:
                moved_to.update(successors)
            else:
                ordinals.add(ordinal)
    return moved_to


def _bearer_successors(context: SearchContext, ids: Iterable[str], bearers: dict[str, BitMap]) -> set[str]:
    """Add the articles of those of these ids that are bearers or names; return the ids of what took their place."""
    wanted = {pair for id_ in ids if (pair := split_bearer_id(id_)) is not None}
    whole_names = {id_ for id_ in ids if id_.endswith(BEARER_MARK)}
    names = sorted({name for name, _ in wanted} | whole_names)
    current = served_articles(context, revisions_by_name(context.session, names))

    def articles(name: str, article: str) -> BitMap:
        """Return the article if it names a bearer of the name now."""
        position = context.snapshot.ids.position_of(article_number(article))
        return BitMap() if position is None else current.get(name, BitMap()) & BitMap([position])

    own = [(name, articles(name, article)) for name, article in wanted]
    own += [(name, current[name]) for name in whole_names & current.keys()]
    for name, positions in own:
        if positions:
            bearers[name] = bearers.get(name, BitMap()) | positions
    return {
        successor
        for (name, article), successors in former_bearers(context.session, names).items()
        if (name in whole_names or (name, article) in wanted) and not articles(name, article)
        for successor in successors
    }
