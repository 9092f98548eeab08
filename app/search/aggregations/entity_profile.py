"""The profile of one entity: its surface forms, its members, and its articles by year."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from pyroaring import BitMap
from sqlmodel import Session

from app.errors import NotFoundError, SplitError
from app.labels import HIDDEN, EntityLabel, article_number, split_bearer_id
from app.models import BEARER_MARK, Action
from app.search.fulltext.hits import SearchContext
from app.search.index.bitmaps import positions_of
from app.search.index.snapshot import Snapshot
from app.search.query.named_entities import bearers_with_ids, merged_bearer, successor_bearers
from app.search.query.search import count_before, newest
from app.search.sql import rows

# An entity can be in half a million articles, and its surface forms change slowly.
MAX_SURFACE_ARTICLES = 1_000
"""Maximum number of articles to read surface forms from: the newest ones."""

# Rarer ones are mostly misspellings.
MAX_SPLIT_IDS = 100
"""Maximum number of ids of entities that took the place of another one to return."""

MAX_SURFACES = 20
"""Maximum number of surface forms to return."""


@dataclass(frozen=True, slots=True)
class SurfaceCount:
    """A surface form of an entity, its number of mentions, and the number of articles that use it."""

    text: str
    mentions: int
    articles: int


@dataclass(frozen=True, slots=True)
class Surfaces:
    """The surface forms of an entity in its newest articles: the most frequent first, ties in alphabetical order."""

    articles: int
    counts: list[SurfaceCount]


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
    label = _label(snapshot, id_)
    if label is not None and label.hidden is not None:
        raise NotFoundError(f"The entity {label.id!r} is hidden: {label.hidden}.")
    if label is not None and not label.moved_to:
        found = _indexed(snapshot, label)
        if label.split_into and not found.positions:
            raise SplitError(label.id, label.split_into, len(label.split_into))
        return found
    if label is None and (bearer := find_bearers(context, [id_]).get(id_)) is not None:
        return bearer
    if label is None and (person := merged_bearer(snapshot, id_)) is not None:
        return _indexed(snapshot, snapshot.labels.entity[person])
    successors = _successors(context, id_, label)
    if len(successors) == 1:
        return find_entity(context, successors[0])
    if successors:
        raise SplitError(id_, successors[:MAX_SPLIT_IDS], len(successors))
    if label is not None:
        return _indexed(snapshot, label)
    if (reason := _hiding_reason(snapshot, id_)) is not None:
        raise NotFoundError(f"The entity {id_!r} is hidden: {reason}.")
    raise NotFoundError(f"No entity with the id {id_!r} is known.", snapshot.names.resolver.unknown_entity_id(id_))


def find_bearers(context: SearchContext, ids: Iterable[str]) -> dict[str, FoundEntity]:
    """Return the bearers with these ids, by id; others are left out."""
    parts = {id_: pair for id_ in ids if (pair := split_bearer_id(id_)) is not None}
    articles = bearers_with_ids(context, parts.values())
    names = rows.entity_names(context.session, sorted(articles)) if articles else {}
    found = {}
    for id_, (name, article) in parts.items():
        position = context.snapshot.ids.position_of(article_number(article))
        if position is not None and position in articles.get(name, BitMap()):
            label = context.snapshot.names.entity(id_, {id_: names[name]})
            found[id_] = FoundEntity(label, BitMap([position]), (name,))
    return found


def _label(snapshot: Snapshot, id_: str) -> EntityLabel | None:
    ordinal = snapshot.names.entity_ordinals.get(id_)
    return None if ordinal is None else snapshot.labels.entity[ordinal]


def _hiding_reason(snapshot: Snapshot, id_: str) -> str | None:
    """Return why a correction hides a person without context, whom the index does not have; None if none does."""
    name, _ = split_bearer_id(id_) or (id_, "")
    numbers = {number for one in (id_, name) for number in snapshot.corrections_by_entity.get(one, ())}
    corrections = (snapshot.corrections[number] for number in sorted(numbers))
    hiding = [one for one in corrections if one.do == Action.HIDE and one.is_in_effect]
    return (hiding[-1].why or HIDDEN) if hiding else None


def _indexed(snapshot: Snapshot, label: EntityLabel) -> FoundEntity:
    ordinal = snapshot.names.entity_ordinals[label.id]
    return FoundEntity(label, snapshot.postings["entity"][ordinal], (label.id, *label.former_ids), ordinal)


def _successors(context: SearchContext, id_: str, label: EntityLabel | None) -> list[str]:
    """Return the entities that took the place of one, or all bearers of a name without context; ids ascend."""
    snapshot = context.snapshot
    moved_to = label.moved_to if label is not None else [id_] if id_.endswith(BEARER_MARK) else []
    bearers = successor_bearers(context, moved_to)
    ids = [f"{name}{article.decode()}" for name, own in bearers.items() for article in snapshot.ids.public_ids(own)]
    return sorted([*ids, *(other for other in moved_to if other in snapshot.names.entity_ordinals)])


def top_surfaces(
    session: Session, snapshot: Snapshot, entity: FoundEntity, *, most: int = MAX_SURFACE_ARTICLES
) -> Surfaces:
    """Return the surface forms of an entity in at most `most` of its newest articles, with one SQL statement."""
    positions = positions_of(newest(snapshot, entity.positions, most))
    surface_rows = rows.count_surfaces(session, snapshot.columns.order[positions].tolist(), entity.stored_ids)
    mentions, articles = Counter[str](), Counter[str]()
    for row in surface_rows:
        mentions[row.text] += row.mentions
        articles[row.text] += 1
    counts = [SurfaceCount(text, mentions[text], articles[text]) for text in mentions]
    counts.sort(key=lambda count: (-count.mentions, -count.articles, count.text))
    return Surfaces(len(positions), counts[:MAX_SURFACES])


def members(snapshot: Snapshot, ordinal: int | None) -> Iterator[tuple[EntityLabel, Mapping[str, str]]]:
    """Yield the members of an entity, by id, each with one of its memberships as the lexicon states it."""
    memberships = () if ordinal is None else snapshot.memberships.get(ordinal, ())
    for member in sorted({member for member, _, _ in memberships}):
        label = snapshot.labels.entity[member]
        for membership in label.member_of:
            if snapshot.names.entity_ordinals.get(membership["of"]) == ordinal:
                yield label, membership


def years(snapshot: Snapshot, positions: BitMap) -> list[tuple[int, int, int]]:
    """Return (first day, last day, number of articles) of each year, from the first to the last with an article.

    The date of an article is never less precise than a year, so that each dated article is in exactly one year.
    """
    dated = positions & snapshot.time.dated_positions
    if not dated:
        return []
    days = snapshot.columns.first_day[: snapshot.time.dated_count]
    first, last = (date.fromordinal(int(days[position])).year for position in (dated.min(), dated.max()))
    spans = [(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()) for year in range(first, last + 1)]
    # Positions are in the order of their days: the articles of a year are a range of them.
    starts = np.searchsorted(days, np.array([start for start, _ in spans], days.dtype)).tolist()
    before = [count_before(dated, start) for start in (*starts, snapshot.time.dated_count)]
    return [(*span, before[at + 1] - before[at]) for at, span in enumerate(spans)]
