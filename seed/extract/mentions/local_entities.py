"""Entities that the lexicon lacks, with their ids, and the lexicon's people by name."""

from collections.abc import Iterable, Sequence

from app.models import BEARER_MARK, EntityType
from app.text.person_names import id_slug, person_key
from seed.extract.lexicon.lexicon import Lexicon
from seed.records import LocalEntity


class PersonIndex:
    """The lexicon's people by the keys of their full names; names with a condition are left to the gazetteer."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._people: dict[tuple[str, ...], set[str]] = {}
        self._initials: dict[str, str] = {}
        for entity in lexicon.entities.values():
            if entity.type is EntityType.PERSON:
                self._initials[entity.id] = "".join(sorted({word[0] for word in entity.name.lower().split()}))
                for form in entity.forms:
                    if form.when is None:
                        self._add(person_key(form.text), entity.id)

    def _add(self, key: tuple[str, ...], id_: str) -> None:
        if len(key) > 1:
            self._people.setdefault(key, set()).add(id_)

    def may_begin(self, id_: str, given_name: str) -> bool:
        """Return whether an unknown given name may be that person's in another spelling, by its initial."""
        return given_name[:1] in self._initials.get(id_, "")

    def find(self, key: tuple[str, ...]) -> str | None:
        """Return the id of the one person with that key, or else with its first and last word."""
        for candidate in (key, (*key[:1], *key[-1:])):
            ids = self._people.get(candidate, ())
            if len(ids) == 1:
                return next(iter(ids))
        return None


class LocalEntities:
    """The entities of one document that the lexicon lacks; an id is a pure function of name and context."""

    def __init__(self) -> None:
        self._entities: dict[str, LocalEntity] = {}

    def add(self, name: str, type_: EntityType, context: str, surface: str | None = None) -> str:
        """Register an entity with that name and context and return its id; another `surface` becomes an alias."""
        return self.add_with_id(f"{id_slug(name)}--{id_slug(f'{type_} {context}')}", name, type_, surface)

    def add_person(self, key: tuple[str, ...], name: str, context: str) -> str:
        """Register a person and return its id, made of the name's key: initials and articles make no difference.

        Without a context it ends with BEARER_MARK, and means a person of this article only.
        """
        return self.add_with_id(f"{id_slug(' '.join(key))}{BEARER_MARK}{id_slug(context)}", name, EntityType.PERSON)

    def add_with_id(self, id_: str, name: str, type_: EntityType, surface: str | None = None) -> str:
        """Register an entity with this id, which has two consecutive hyphens, and return it."""
        # No id of the lexicon has two consecutive hyphens, so a local id never equals one.
        entity = self._entities.setdefault(id_, LocalEntity(id_, name, type_))
        if surface is not None and surface not in (entity.name, *entity.aliases):
            self._entities[id_] = LocalEntity(id_, entity.name, entity.type, (*entity.aliases, surface))
        return id_

    def with_ids(self, ids: Iterable[str | None]) -> Sequence[LocalEntity]:
        """Return the entities whose ids are among `ids`, in order of id."""
        selected = set(ids)
        return tuple(self._entities[id_] for id_ in sorted(self._entities) if id_ in selected)
