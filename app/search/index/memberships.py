"""Who acts for an entity: its members and their members, while the membership held."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyroaring import BitMap

from app.models import EntityType
from app.search.index.bitmaps import Family, Postings
from app.search.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, inclusive; None is open."""

    first: int | None = None
    last: int | None = None

    def within(self, other: "Period") -> "Period | None":
        """Return the days that lie in both, None if there are none."""
        first = max((day for day in (self.first, other.first) if day is not None), default=None)
        last = min((day for day in (self.last, other.last) if day is not None), default=None)
        return None if first is not None and last is not None and first > last else Period(first, last)


@dataclass(frozen=True, slots=True)
class Space:
    """Where entities are looked up: a posting for each, and the positions printed within some days."""

    postings: Postings
    printed_within: Callable[[int | None, int | None], BitMap]


def articles(snapshot: Snapshot) -> Space:
    """Return the space of articles."""
    return Space(snapshot.postings["entity"], snapshot.printed_within)


@dataclass(frozen=True, slots=True)
class Part:
    """An entity that counts for a filter, and the positions that have it while it does."""

    ordinal: int
    positions: BitMap


def parts_of(snapshot: Snapshot, ordinal: int, types: frozenset[EntityType], space: Space) -> tuple[Part, ...]:
    """Return the entity itself and all members of these types, each with what was printed while it was one."""
    found: dict[int, BitMap] = {}
    for member, period in _members(snapshot, ordinal, types):
        printed = space.postings[member] & space.printed_within(period.first, period.last)
        found[member] = found.get(member, BitMap()) | printed
    return tuple(Part(member, positions) for member, positions in found.items() if positions or member == ordinal)


def entity_family(snapshot: Snapshot, types: frozenset[EntityType], *, members: bool = False) -> Family:
    """Return the entities of these types, with `members` each with all its members of these types."""
    families = snapshot.cache.families
    if (types, members) not in families:
        postings = _with_members(snapshot, types) if members else snapshot.postings["entity"]
        ordinals = [ordinal for ordinal, label in enumerate(snapshot.labels.entity) if label.type in types]
        families[types, members] = Family.of(postings, ordinals)
    return families[types, members]


def _with_members(snapshot: Snapshot, types: frozenset[EntityType]) -> Postings:
    return tuple(
        BitMap.union(*(part.positions for part in parts_of(snapshot, ordinal, types, articles(snapshot))))
        if ordinal in snapshot.memberships
        else posting
        for ordinal, posting in enumerate(snapshot.postings["entity"])
    )


def _members(snapshot: Snapshot, ordinal: int, types: frozenset[EntityType]) -> Iterator[tuple[int, Period]]:
    """Yield the entity and its members with the days of every way that leads to them."""
    waiting, seen = [(ordinal, Period())], {(ordinal, Period())}
    while waiting:
        group, period = waiting.pop()
        yield group, period
        for member, first, last in snapshot.memberships.get(group, ()):
            common = period.within(Period(first, last))
            way = (member, common or Period())
            if common is not None and way not in seen and snapshot.labels.entity[member].type in types:
                seen.add(way)
                waiting.append((member, common))
