"""Members of an entity, direct and indirect: articles that name a member count for the entity during the membership."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from app.deadline import check_deadline, require_thread
from app.models import EntityType
from app.search.index.bitmaps import Postings, RankedPostings
from app.search.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, inclusive; an end that is None is open."""

    first: int | None = None
    last: int | None = None

    def intersect(self, other: "Period") -> "Period | None":
        """Return the days that are in both periods, None if there are none."""
        first = max((day for day in (self.first, other.first) if day is not None), default=None)
        last = min((day for day in (self.last, other.last) if day is not None), default=None)
        return None if first is not None and last is not None and first > last else Period(first, last)


@dataclass(frozen=True, slots=True)
class EntityPostings:
    """Postings by entity, of articles or of statements, and a function for the positions printed within some days.

    `of_bearers` returns the positions of the bearers of each name that are in its articles.
    """

    postings: Postings
    printed_within: Callable[[int | None, int | None], BitMap]
    of_bearers: Callable[[Mapping[str, BitMap]], Mapping[str, BitMap]] = lambda articles: articles


def article_postings(snapshot: Snapshot) -> EntityPostings:
    """Return the postings of articles by entity."""
    return EntityPostings(snapshot.postings["entity"], snapshot.time.printed_within)


@dataclass(frozen=True, slots=True)
class MemberPosting:
    """An entity that counts for another, and the positions that name it during its membership.

    Bearers of a name have no ordinal; `name` is the id of their name.
    """

    ordinal: int | None
    positions: BitMap
    name: str = ""


def member_postings(
    snapshot: Snapshot, ordinal: int, types: frozenset[EntityType], entity_postings: EntityPostings
) -> tuple[MemberPosting, ...]:
    """Return the entity itself and all its members of these types, each with the positions during its membership."""
    by_member: dict[int, BitMap] = {}
    for member, period in _walk_members(snapshot, ordinal, types):
        check_deadline()
        printed = entity_postings.postings[member] & entity_postings.printed_within(period.first, period.last)
        by_member[member] = by_member.get(member, BitMap()) | printed
    return tuple(
        MemberPosting(member, positions) for member, positions in by_member.items() if positions or member == ordinal
    )


def ranked_entities(snapshot: Snapshot, types: frozenset[EntityType], *, members: bool = False) -> RankedPostings:
    """Return the entities of these types; with `members`, each posting includes all its members of these types."""
    ranked = snapshot.cache.ranked_postings
    if (types, members) not in ranked:
        require_thread()
        postings = _postings_with_members(snapshot, types) if members else snapshot.postings["entity"]
        ordinals = [ordinal for ordinal, label in enumerate(snapshot.labels.entity) if label.type in types]
        ranked[types, members] = RankedPostings.of(postings, ordinals)
    return ranked[types, members]


def _postings_with_members(snapshot: Snapshot, types: frozenset[EntityType]) -> Postings:
    articles = article_postings(snapshot)
    return tuple(
        BitMap.union(*(member.positions for member in member_postings(snapshot, ordinal, types, articles)))
        if ordinal in snapshot.memberships
        else posting
        for ordinal, posting in enumerate(snapshot.postings["entity"])
    )


def _walk_members(snapshot: Snapshot, ordinal: int, types: frozenset[EntityType]) -> Iterator[tuple[int, Period]]:
    """Yield the entity and its members, each with the days of every membership path that leads to it."""
    pending, seen = [(ordinal, Period())], {(ordinal, Period())}
    while pending:
        group, period = pending.pop()
        yield group, period
        for member, first, last in snapshot.memberships.get(group, ()):
            common = period.intersect(Period(first, last))
            path = (member, common or Period())
            if common is not None and path not in seen and snapshot.labels.entity[member].type in types:
                seen.add(path)
                pending.append((member, common))
