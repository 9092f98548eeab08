"""Ministries, armies and other bodies of states that a value names by pattern (see `app.text.state_bodies`)."""

from collections.abc import Sequence
from functools import cached_property

from app.labels import EntityLabel
from app.models import EntityType
from app.search.names.loose import LooseEntities
from app.search.names.ranks import NameIndex, names_of
from app.search.names.readings import name_words
from app.text.state_bodies import BODY_WORDS, StateBody, parse_body


class BodyNames:
    """The bodies of the states of one snapshot."""

    def __init__(self, entities: Sequence[EntityLabel], ids: NameIndex, loose: LooseEntities) -> None:
        """Find these entities; `ids` has their ids, `loose` the names of states and cities."""
        self._entities = entities
        self._ids = ids
        self._loose = loose

    def parse(self, value: str) -> StateBody | None:
        """Return the body that a text names, whether any article does or not; None if it names none."""
        words = [word.replace(".", "") for word in name_words(value)]
        return None if BODY_WORDS.isdisjoint(words) else parse_body(words, self._state_of, self._city_of)

    def owners(self, body: StateBody) -> Sequence[int]:
        """Return the entity that is this body: that of its own id, else the one of the lexicon with such a name."""
        own, common = (self._listed.get(one) for one in (body, body.common))
        return self._ids.owners(body.id) or own or common or ()

    @cached_property
    def _listed(self) -> dict[StateBody, tuple[int]]:
        bodies: dict[StateBody, tuple[int]] = {}
        for ordinal, label in enumerate(self._entities):
            if label.type is EntityType.ORGANIZATION and not label.local:
                for name in names_of(label):
                    if (body := self.parse(name)) is not None:
                        bodies.setdefault(body, (ordinal,))
        return bodies

    def _state_of(self, name: str) -> str | None:
        return self._one(name, EntityType.STATE)

    def _city_of(self, name: str) -> str | None:
        return self._one(name, EntityType.PLACE)

    def _one(self, name: str, type_: EntityType) -> str | None:
        """Return the id of the first entity of the lexicon of a type with a name."""
        owners = (self._entities[ordinal] for ordinal in self._loose.named(name))
        return next((label.id for label in owners if label.type is type_ and not label.local), None)
