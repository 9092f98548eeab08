"""The known sources and entities: from the lexicon, extracted from articles, or supplied with records."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, insert, select
from sqlmodel import col

from app.labels import SourceLabel, name_words_backwards, source_label
from app.models import BEARER_MARK, IS_INDEXED, Entity, EntityType, Source
from seed.pipeline.bulk import CachedTable, chunked
from seed.pipeline.identity import given_entity_slug, normalize_title
from seed.records import GivenEntity, LocalEntity

GIVEN_ID = re.compile(r"[^\s/?#%\x00-\x1f\x7f-\x9f]{1,100}")
"""Ids that are valid in the path of a URL."""


Identifiers = tuple[str | None, str, EntityType, str | None]
"""Everything that a record says about an entity except its mentions: id, name, type and Wikidata id."""


class RecordError(ValueError):
    """A record contradicts a known entity; the message names the field, its value and what was expected."""


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """A row of the entity table."""

    id: str
    type: EntityType
    name: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    learned_names: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    member_of: tuple[dict[str, str], ...] = ()
    local: bool = True
    moved_to: tuple[str, ...] = ()
    at: dict[str, Any] | None = None
    made: bool = False

    def with_names(self, *names: str) -> "KnownEntity":
        """Return the entity with the names that are new to it added to its learned names."""
        known = {self.id, self.name, *self.aliases, *self.learned_names}
        new = tuple(dict.fromkeys(name for name in names if name not in known))
        return replace(self, learned_names=self.learned_names + new) if new else self

    def in_use(self) -> "KnownEntity":
        """Return the entity as one that articles name, although others took its place before."""
        return replace(self, moved_to=()) if self.moved_to else self


@dataclass(frozen=True, slots=True)
class RegistryChanges:
    """What the records of a batch add to a registry: new sources, new and changed entities, by id.

    `wikidata` has the entity of each Wikidata id that was learned, `resolved` that of each entity as records supply it.
    """

    sources: Mapping[str, SourceLabel] = field(default_factory=dict)
    entities: Mapping[str, KnownEntity] = field(default_factory=dict)
    wikidata: Mapping[str, str] = field(default_factory=dict)
    resolved: Mapping[Identifiers, str] = field(default_factory=dict)


class Registry:
    """Sources and entities by id; `store` writes those that have changed since they were read or last stored."""

    def __init__(self, sources: Iterable[SourceLabel] = (), entities: Iterable[KnownEntity] = ()) -> None:
        self._sources = CachedTable(Source, sources)
        self._entities = CachedTable(Entity, entities)
        self._names: dict[str, str] = {}
        self._index()

    @classmethod
    def read(cls, connection: Connection) -> "Registry":
        """Return the registry of everything that is stored."""
        return cls(_read_sources(connection), _read_entities(connection))

    def sources(self) -> list[SourceLabel]:
        """Return all sources."""
        return self._sources.values()

    def _index(self) -> None:
        self._resolved: dict[Identifiers, str] = {}
        self._learned_wikidata: list[str] = []
        self._by_wikidata = {e.wikidata: e.id for e in self._entities.values() if e.wikidata}
        self._by_former_id = {former: e.id for e in self._entities.values() for former in e.former_ids}
        self._by_name = self._lexicon_names()

    def _lexicon_names(self) -> dict[tuple[EntityType, str], str | None]:
        """Return the id of the lexicon entity of each type and name, or None where a name is ambiguous."""
        ids: dict[tuple[EntityType, str], str | None] = {}
        for entity in self._entities.values():
            if not entity.local:
                for name in {normalize_title(name) for name in (entity.name, *entity.aliases)}:
                    first = ids.setdefault((entity.type, name), entity.id)
                    ids[entity.type, name] = entity.id if first == entity.id else None
        return ids

    def sync(self, sources: Iterable[SourceLabel], entities: Iterable[KnownEntity]) -> None:
        """Apply the lexicon; names and ids learned from records stay."""
        for source in sources:
            self._sources.put(source)
        lexicon = {entity.id: entity for entity in entities}
        for known in self._entities.values():
            if known.id not in lexicon:
                self._make_local(known, lexicon.keys())
        used_ids = lexicon.keys() | {id_ for entity in lexicon.values() for id_ in entity.former_ids}
        for entity in lexicon.values():
            known_names = stored.learned_names if (stored := self._entities.get(entity.id)) else ()
            former_ids = self._former_ids(entity, used_ids)
            self._entities.put(replace(entity, learned_names=known_names, former_ids=former_ids))
        self._index()

    def _make_local(self, known: KnownEntity, lexicon_ids: Set[str]) -> None:
        """Keep an entity that the lexicon no longer has, as articles may name it; drop former ids in use again."""
        former_ids = tuple(id_ for id_ in known.former_ids if id_ not in lexicon_ids)
        if not known.local or former_ids != known.former_ids:
            self._entities.put(replace(known, local=True, former_ids=former_ids))

    def _former_ids(self, entity: KnownEntity, used_ids: Set[str]) -> tuple[str, ...]:
        """Return the former ids of an entity and, unless in use, those of entities merged into it earlier."""
        former_ids = list(entity.former_ids)
        for id_ in former_ids:  # The list grows during the loop.
            earlier = known.former_ids if (known := self._entities.get(id_)) else ()
            former_ids += [former for former in earlier if former not in used_ids and former not in former_ids]
        return tuple(former_ids)

    def add_local_entities(self, entities: Iterable[LocalEntity]) -> None:
        """Add the entities that the extractor found in an article; names without context are only stored."""
        for entity in entities:
            if entity.id.endswith(BEARER_MARK):
                self._names.setdefault(entity.id, entity.name)
                continue
            known = self._found_entity(entity.id) or KnownEntity(entity.id, entity.type, entity.name)
            self._entities.put(known.with_names(entity.name, *entity.aliases).in_use())

    def _found_entity(self, id_: str) -> KnownEntity | None:
        """Return the entity with this id unless only corrections name it: name and type are what others say."""
        known = self._entities.get(id_)
        return None if known is not None and known.made else known

    def make(self, ids: Iterable[str]) -> None:
        """Add the entities that corrections let mentions name, unless they are known."""
        for id_ in sorted(ids):
            if self._entities.get(id_) is None:
                self._entities.put(KnownEntity(id_, EntityType.PERSON, id_, made=True))

    def current_id(self, id_: str) -> str:
        """Return the id of the entity into which the lexicon merged another one, else the id itself."""
        return self._by_former_id.get(id_, id_)

    def type_of(self, id_: str) -> EntityType | None:
        """Return the type of an entity; None if it is unknown, or if only corrections name it."""
        known = self._found_entity(self.current_id(id_))
        return None if known is None else known.type

    def move(self, id_: str, moved_to: Iterable[str]) -> None:
        """Let these entities, given by their public ids, take the place of a local one that no article names now."""
        known = self._entities.get(id_)
        if known is not None and known.local:
            self._entities.put(replace(known, moved_to=tuple(moved_to)))

    def known_entity(self, id_: str) -> KnownEntity | None:
        """Return the entity with this id, or the one that has taken its place; None if there is none."""
        return self._entities.get(self._by_former_id.get(id_, id_))

    def resolve_given_entity(self, entity: GivenEntity) -> str:
        """Return the id of an entity supplied with a record.

        It is the entity with its Wikidata id, its own id, the lexicon entity of its name, or an id of name and type.
        """
        return self._resolved.get(_identifiers(entity)) or self._resolve(entity, {})

    def _resolve(self, entity: GivenEntity, learned: Mapping[str, str]) -> str:
        """Return the id of a supplied entity; `learned` maps Wikidata ids that are not in the registry yet."""
        if entity.wikidata is not None:
            known = learned.get(entity.wikidata) or self._by_wikidata.get(entity.wikidata)
            if known is not None:
                return known
        if entity.id is not None:
            return entity.id
        by_name = self._by_name.get((entity.type, normalize_title(entity.name)))
        return by_name or f"{given_entity_slug(entity.name)}--{entity.type}"

    def apply(self, changes: RegistryChanges) -> None:
        """Add what the records of a batch added to a draft of this registry."""
        for source in changes.sources.values():
            self._sources.put(source)
        for entity in changes.entities.values():
            self._entities.put(entity)
        if changes.wikidata:
            self._by_wikidata |= changes.wikidata
            self._learned_wikidata += changes.wikidata
            self._resolved.clear()
        self._resolved |= changes.resolved

    def store(self, connection: Connection) -> None:
        """Write every row that is new or has changed."""
        self._sources.store(connection)
        self._entities.store(connection)
        for ids in chunked(self._names):
            stored = set(connection.scalars(select(col(Entity.id)).where(col(Entity.id).in_(ids))))
            rows = [_name_row(id_, self._names[id_]) for id_ in ids if id_ not in stored]
            if rows:
                connection.execute(insert(Entity), rows)
        self._names.clear()

    def commit(self) -> None:
        """Keep what has been stored: its transaction is committed."""
        self._sources.commit()
        self._entities.commit()
        self._learned_wikidata.clear()

    def rollback(self) -> None:
        """Forget everything since the last commit, as its transaction was rolled back."""
        self._sources.rollback()
        self._entities.rollback()
        self._names.clear()
        for wikidata in self._learned_wikidata:
            del self._by_wikidata[wikidata]
        self._learned_wikidata.clear()
        self._resolved.clear()


class RegistryDraft:
    """Collects what the records of a batch add to a registry, which stays unchanged."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._resolved_before: Mapping[Identifiers, str] = registry._resolved
        self._sources: dict[str, SourceLabel] = {}
        self._entities: dict[str, KnownEntity] = {}
        self._wikidata: dict[str, str] = {}
        self._resolved: dict[Identifiers, str] = {}

    def changes(self) -> RegistryChanges:
        """Return everything that was added."""
        return RegistryChanges(self._sources, self._entities, self._wikidata, self._resolved)

    def add_source(self, source: SourceLabel) -> None:
        """Add a source that the lexicon does not have, unless it is known."""
        if self._registry._sources.get(source.id) is None:
            self._sources.setdefault(source.id, source)

    def with_unresolved(self, entities: Sequence[GivenEntity]) -> Sequence[GivenEntity]:
        """Return the entities supplied with a record, none if all of them are resolved already."""
        before, own = self._resolved_before, self._resolved
        for entity in entities:
            if (identifiers := _identifiers(entity)) not in before and identifiers not in own:
                return entities
        return ()

    def check_given_entities(self, entities: Sequence[GivenEntity]) -> None:
        """Raise RecordError if an entity supplied with a record contradicts a known one."""
        types: dict[str, EntityType] = {}
        for index, entity in enumerate(entities):
            if self._is_resolved(entity):
                continue
            if entity.id is not None and not GIVEN_ID.fullmatch(entity.id):
                raise RecordError(
                    f"entities[{index}].id is {entity.id!r}: expected 1 to 100 characters without space, / ? # or %"
                )
            id_ = self._registry._resolve(entity, self._wikidata)
            known = self._entity(id_)
            type_ = known.type if known else types.setdefault(id_, entity.type)
            if type_ != entity.type:
                field, value = ("id", entity.id) if entity.wikidata is None else ("wikidata", entity.wikidata)
                raise RecordError(
                    f"entities[{index}].{field} is {value!r}, which is known as {type_}, not as {entity.type}"
                )

    def add_given_entities(self, entities: Iterable[GivenEntity]) -> None:
        """Add the entities supplied with a record, and learn new names of known ones."""
        for entity in entities:
            if not self._is_resolved(entity):
                id_ = self._add_given_entity(entity)
                self._resolved[_identifiers(entity)] = id_

    def _add_given_entity(self, entity: GivenEntity) -> str:
        id_ = self._registry._resolve(entity, self._wikidata)
        before = self._entity(id_)
        known = before or KnownEntity(id_, entity.type, entity.name)
        if known.local and known.wikidata is None and entity.wikidata is not None:
            known = replace(known, wikidata=entity.wikidata)
            self._wikidata[entity.wikidata] = id_
            # From now on, others with this Wikidata id are this entity.
            self._resolved_before = {}
            self._resolved.clear()
        known = known.with_names(entity.name, *([entity.id] if entity.id else [])).in_use()
        if known is not before:
            self._entities[id_] = known
        return id_

    def _is_resolved(self, entity: GivenEntity) -> bool:
        identifiers = _identifiers(entity)
        return identifiers in self._resolved_before or identifiers in self._resolved

    def _entity(self, id_: str) -> KnownEntity | None:
        return self._entities.get(id_) or self._registry._found_entity(id_)


def _name_row(id_: str, name: str) -> dict[str, Any]:
    """Return the row of a name without context."""
    lists: dict[str, list[str]] = {
        "aliases": [],
        "learned_names": [],
        "former_ids": [],
        "member_of": [],
        "moved_to": [],
    }
    backwards = name_words_backwards(id_)
    return {
        "id": id_,
        "type": EntityType.PERSON.value,
        "name": name,
        **lists,
        "local": True,
        "is_name": True,
        "backwards": backwards,
    }


def _identifiers(entity: GivenEntity) -> Identifiers:
    return entity.id, entity.name, entity.type, entity.wikidata


def _read_sources(connection: Connection) -> Iterator[SourceLabel]:
    return map(source_label, connection.execute(select(Source).order_by(col(Source.id))))


def _read_entities(connection: Connection) -> Iterator[KnownEntity]:
    # The column of JSON objects makes the type of the rows unknown unless it is declared.
    query: Select[
        str, str, str, str | None, list[str], list[str], list[str], list[dict[str, str]], bool, list[str], Any, bool
    ]
    query = select(
        col(Entity.id),
        col(Entity.type),
        col(Entity.name),
        col(Entity.wikidata),
        col(Entity.aliases),
        col(Entity.learned_names),
        col(Entity.former_ids),
        col(Entity.member_of),
        col(Entity.local),
        col(Entity.moved_to),
        col(Entity.at),
        col(Entity.made),
    )
    for row in connection.execute(query.where(IS_INDEXED).order_by(col(Entity.id))):
        id_, type_, name, wikidata, aliases, learned_names, former_ids, member_of, local, moved_to, at, made = row
        yield KnownEntity(
            id=id_,
            type=EntityType(type_),
            name=name,
            wikidata=wikidata,
            aliases=tuple(aliases),
            learned_names=tuple(learned_names),
            former_ids=tuple(former_ids),
            member_of=tuple(member_of),
            local=local,
            moved_to=tuple(moved_to),
            at=at,
            made=made,
        )
