"""Entities by what is not exactly one of their names: an address, another way to write a name, a place in a place."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from app.deadline import require_thread
from app.labels import EntityLabel
from app.models import EntityType
from app.search.names.ranks import EntityRanks, by_rank, names_of
from app.search.names.readings import NameForms, Reading, id_in_address, readings, wikidata_id
from app.text.folding import fold_name


class LooseEntities:
    """The entities of one snapshot, by looser readings of their names."""

    def __init__(self, entities: Sequence[EntityLabel], ranks: EntityRanks) -> None:
        """Find these entities; the ranks have their exact names."""
        self._entities = entities
        self._ranks = ranks

    def owners(self, value: str, *, by_initials: bool = True) -> Iterator[Sequence[int]]:
        """Yield the ordinals that a value can mean if no id or name is written so, from the strictest reading."""
        if id_ := wikidata_id(value):
            yield self._ranks.wikidata.owners(id_.lower())
            return
        if (id_ := id_in_address(value, "entities")) is not None:
            yield from by_rank(self._ranks.ids, id_)
            return
        in_order, in_other_order = self.readings(value)
        if not in_order:
            return
        require_thread()
        yield from chain.from_iterable(map(self._by_rank, in_order))
        yield self._alternatives(value)
        yield self._within(value)
        yield from chain.from_iterable(map(self._by_rank, in_other_order))
        if not by_initials:
            return
        everything = (*in_order, *in_other_order)
        # A lexicon name has no precedence here: it is not the name that was written.
        yield self._forms.owners_by_initials(everything)
        yield self._forms.owners_with_fewer_initials(everything)

    def people_with_surname(self, readings: Iterable[Reading]) -> Sequence[int]:
        """Return the people whose surname a name is, by the strictest reading that is one."""
        return next(filter(None, map(self._forms.owners_by_surname, readings)), ())

    def people_with_initials(self, readings: Iterable[Reading]) -> Sequence[int]:
        """Return the people whose surname and given names a name with initials fits."""
        return self._forms.owners_by_initials(readings)

    def readings(self, value: str) -> tuple[list[Reading], list[Reading]]:
        """Return the readings of a name in its order and in another order, from the strictest."""
        return readings(value, self._is_title_owner)

    def is_person(self, ordinal: int) -> bool:
        """Return whether an entity is a person."""
        return self._entities[ordinal].type is EntityType.PERSON

    @cached_property
    def _forms(self) -> NameForms:
        names = ((name, at) for at, label in enumerate(self._entities) for name in names_of(label))
        return NameForms(names, self.is_person)

    def named(self, words: str) -> Sequence[int]:
        """Return the owners of a name with exactly these words."""
        return self._forms.owners(Reading(tuple(words.split())))

    def _by_rank(self, reading: Reading) -> Iterator[Sequence[int]]:
        """Yield the owners of a reading in the lexicon, and then the local ones."""
        owners = self._forms.owners(reading)
        if reading.is_person:
            owners = list(filter(self.is_person, owners))
        for local in (False, True):
            yield [ordinal for ordinal in owners if self._entities[ordinal].local is local]

    def _named(self, name: str) -> Sequence[int]:
        """Return the owners of a name of the lexicon."""
        return self._ranks.names.owners(fold_name(name))

    def _is_title_owner(self, name: str) -> bool:
        """Return whether a text names something that is not a person, so that a title can be of it."""
        return any(not self.is_person(ordinal) for ordinal in self._named(name))

    def _alternatives(self, value: str) -> Sequence[int]:
        """Return the entities that have each of several names, as in "ISIS/ISIL"."""
        owners = [set(self._named(name)) for name in value.split("/")]
        return sorted(set.intersection(*owners))

    def _within(self, value: str) -> Sequence[int]:
        """Return the places of a name that are in the place or state after the comma, as in "Tripoli, Lebanon"."""
        name, comma, container = value.partition(",")
        containers = {self._entities[ordinal].id for ordinal in self._named(container)} if comma else set()
        return [ordinal for ordinal in self._named(name) if containers and self._is_in(ordinal, containers)]

    def _is_in(self, ordinal: int, containers: set[str]) -> bool:
        """Return whether a place is in one of the containers, directly or through places that contain it."""
        seen: set[str] = set()
        labels = [self._entities[ordinal]] if self._entities[ordinal].type is EntityType.PLACE else []
        while labels:
            groups = {membership["of"] for membership in labels.pop().member_of} - seen
            if groups & containers:
                return True
            seen |= groups
            owners = chain.from_iterable(by_rank(self._ranks.ids[:1], group) for group in groups)
            labels += (self._entities[owner] for owner in chain.from_iterable(owners))
        return False
