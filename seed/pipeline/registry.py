"""The sources and entities that the database knows: the lexicon's, those found in articles and those given."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlmodel import SQLModel, col

from app.models import Entity, EntityType, Source
from seed.pipeline.identity import normal_title, slug
from seed.records import GivenEntity, LocalEntity

GIVEN_ID = re.compile(r"[^\s/?#%\x00-\x1f\x7f-\x9f]{1,100}")
"""What an id may look like so that it can stand in a URL."""


class RecordError(ValueError):
    """A record contradicts what is known; the message names field, value and what was wanted."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A row of the table of sources."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """A row of the table of entities."""

    id: str
    type: EntityType
    name: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    learned_names: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    member_of: tuple[dict[str, str], ...] = ()
    local: bool = True

    def called(self, *names: str) -> "KnownEntity":
        """Return the entity with those of these names that it did not have."""
        had = {self.id, self.name, *self.aliases, *self.learned_names}
        fresh = tuple(dict.fromkeys(name for name in names if name not in had))
        return replace(self, learned_names=self.learned_names + fresh) if fresh else self


class Registry:
    """Sources and entities by id; `store` writes those that changed since it was read or last stored."""

    def __init__(self, connection: Connection) -> None:
        self._sources = {row.id: KnownSource(**_tuples(row)) for row in connection.execute(select(Source))}
        self._entities = {row.id: KnownEntity(**_tuples(row)) for row in connection.execute(select(Entity))}
        self._written = dict(self._sources), dict(self._entities)
        self._touched: tuple[set[str], set[str]] = (set(), set())
        self._index()

    def _index(self) -> None:
        self._taken: dict[tuple[object, ...], str] = {}
        self._by_wikidata = {e.wikidata: e.id for e in self._entities.values() if e.wikidata}
        self._by_name = self._lexicon_names()

    def _lexicon_names(self) -> dict[tuple[EntityType, str], str | None]:
        """Return the lexicon entity of each type and name, or None where a name has several."""
        found: dict[tuple[EntityType, str], str | None] = {}
        for entity in self._entities.values():
            if not entity.local:
                for name in {normal_title(name) for name in (entity.name, *entity.aliases)}:
                    same = found.setdefault((entity.type, name), entity.id)
                    found[entity.type, name] = entity.id if same == entity.id else None
        return found

    def sync(self, sources: Iterable[KnownSource], entities: Iterable[KnownEntity]) -> None:
        """Take over the lexicon; what was learned from records stays."""
        for source in sources:
            self._put_source(source)
        given = {entity.id: entity for entity in entities}
        for known in list(self._entities.values()):
            if known.id not in given:
                self._drop(known, given.keys())
        taken = given.keys() | {id_ for entity in given.values() for id_ in entity.former_ids}
        for entity in given.values():
            known_names = self._entities[entity.id].learned_names if entity.id in self._entities else ()
            self._put(replace(entity, learned_names=known_names, former_ids=self._former_ids(entity, taken)))
        self._index()

    def _drop(self, known: KnownEntity, given: Set[str]) -> None:
        """Keep an entity that the lexicon lacks, for articles may name it; an id in use again is none it had."""
        former_ids = tuple(id_ for id_ in known.former_ids if id_ not in given)
        if not known.local or former_ids != known.former_ids:
            self._put(replace(known, local=True, former_ids=former_ids))

    def _former_ids(self, entity: KnownEntity, taken: Set[str]) -> tuple[str, ...]:
        """Return the former ids of an entity and, unless taken, those of what was merged into it earlier."""
        found = list(entity.former_ids)
        for id_ in found:  # It grows as it goes.
            earlier = self._entities[id_].former_ids if id_ in self._entities else ()
            found += [former for former in earlier if former not in taken and former not in found]
        return tuple(found)

    def add_source(self, source: KnownSource) -> None:
        """Take in a source that the lexicon lacks, unless it is known."""
        if source.id not in self._sources:
            self._put_source(source)

    def _put_source(self, source: KnownSource) -> None:
        self._sources[source.id] = source
        self._touched[0].add(source.id)

    def _put(self, entity: KnownEntity) -> None:
        if self._entities.get(entity.id) is not entity:
            self._entities[entity.id] = entity
            self._touched[1].add(entity.id)

    def add_found(self, found: Iterable[LocalEntity]) -> None:
        """Take in the entities that the extractor found in an article."""
        for entity in found:
            known = self._entities.get(entity.id) or KnownEntity(entity.id, entity.type, entity.name)
            self._put(known.called(entity.name, *entity.aliases))

    def check_given(self, given: Sequence[GivenEntity]) -> None:
        """Raise RecordError if an entity that came with a record contradicts what is known."""
        types: dict[str, EntityType] = {}
        for place, entity in enumerate(given):
            if _said(entity) in self._taken:
                continue
            if entity.id is not None and not GIVEN_ID.fullmatch(entity.id):
                raise RecordError(
                    f"entities[{place}].id is {entity.id!r}; wanted are 1 to 100 characters without space, / ? # or %"
                )
            id_ = self.given_id(entity)
            known = self._entities.get(id_)
            type_ = known.type if known else types.setdefault(id_, entity.type)
            if type_ != entity.type:
                field, value = ("id", entity.id) if entity.wikidata is None else ("wikidata", entity.wikidata)
                raise RecordError(f"entities[{place}].{field} is {value!r}, known as {type_}; given is {entity.type}")

    def given_id(self, given: GivenEntity) -> str:
        """Return the id of an entity that came with a record: by its Wikidata id, its id, its name or of its own."""
        taken = self._taken.get(_said(given))
        if taken is not None:
            return taken
        if given.wikidata in self._by_wikidata:
            return self._by_wikidata[given.wikidata]
        if given.id is not None:
            return given.id
        return self._by_name.get((given.type, normal_title(given.name))) or f"{slug(given.name)}--{given.type}"

    def add_given(self, given: Iterable[GivenEntity]) -> None:
        """Take in the entities that came with a record; names that are new are learned."""
        for entity in given:
            if (said := _said(entity)) not in self._taken:
                id_ = self._add_given(entity)
                self._taken[said] = id_

    def _add_given(self, entity: GivenEntity) -> str:
        id_ = self.given_id(entity)
        known = self._entities.get(id_) or KnownEntity(id_, entity.type, entity.name)
        if known.local and known.wikidata is None and entity.wikidata is not None:
            known = replace(known, wikidata=entity.wikidata)
            self._by_wikidata[entity.wikidata] = id_
            self._taken.clear()  # Others that bring this Wikidata id are this entity from now on.
        self._put(known.called(entity.name, *([entity.id] if entity.id else [])))
        return id_

    def store(self, connection: Connection) -> None:
        """Write every row that is new or has changed."""
        _store(connection, Source, self._sources, self._written[0], self._touched[0])
        _store(connection, Entity, self._entities, self._written[1], self._touched[1])


def _said(given: GivenEntity) -> tuple[object, ...]:
    """Return what a record says of an entity beside its mentions: the same again teaches nothing."""
    return given.id, given.name, given.type, given.wikidata


def _tuples(row: Row[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row._mapping.items()
    }
    return values | {"type": EntityType(values["type"])} if "type" in values else values


def _values(row: KnownSource | KnownEntity) -> dict[str, Any]:
    """Return the columns of a row; `asdict` would copy every list in it, at each of thousands of rows."""
    return {column.name: getattr(row, column.name) for column in fields(row)}


def _store(
    connection: Connection, table: type[SQLModel], now: dict[str, Any], written: dict[str, Any], touched: set[str]
) -> None:
    new = [_values(now[id_]) for id_ in sorted(touched) if id_ not in written]
    changed = [_values(now[id_]) for id_ in sorted(touched) if id_ in written and written[id_] != now[id_]]
    if new:
        connection.execute(insert(table), new)
    if changed:
        id_column = col(table.id)  # type: ignore[attr-defined] # both tables have one
        rows = [{"known_id": row.pop("id"), **row} for row in changed]
        connection.execute(update(table).where(id_column == bindparam("known_id")), rows)
    written |= {id_: now[id_] for id_ in touched}
    touched.clear()
