"""Read the labels of entities from the table, as the parts of a publish: only those whose rows have changed are built.

Most of what it costs to read an entity is to decode its row and to encode its label. So a publish keeps the checksum of
the rows that each part was built from, and a part with the same rows is the one that is stored.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Connection, Text, case, cast, func, select, type_coerce
from sqlmodel import col

from app.coordinates import coordinates
from app.labels import EntityLabel
from app.models import IS_INDEXED, Entity, EntityType
from app.search.index.parts import Manifest, encode_labels, label_groups, label_parts, part_name
from seed.corrections.decisions import Decision
from seed.corrections.labels import corrected_labels, name_ids
from seed.corrections.rules import make_rules
from seed.pipeline.bulk import chunked

_LISTS = ("aliases", "learned_names", "former_ids", "member_of", "moved_to")


def _content() -> ColumnElement[str]:
    """Return all that is in the row of an entity, besides its id, as one text: it is read twice as fast as ten columns.

    Different rows have different texts: JSON shows where it ends, and the text of a varying length its length.
    """
    wikidata = col(Entity.wikidata)
    content = col(Entity.type) + case((col(Entity.local), "1"), else_="0")
    for name in _LISTS:
        content += type_coerce(col(getattr(Entity, name)), Text)
    content += func.coalesce(type_coerce(col(Entity.at), Text), "-")
    return content + func.coalesce(cast(func.length(wikidata), Text) + ":" + wikidata, "-") + col(Entity.name)


_CONTENTS = select(col(Entity.id), _content().label("content")).where(IS_INDEXED).order_by(col(Entity.id))

_ENTITIES = select(Entity).where(IS_INDEXED).order_by(col(Entity.id))

_NAMES = select(col(Entity.id), col(Entity.name))

_MADE = select(col(Entity.id)).where(IS_INDEXED, col(Entity.made)).order_by(col(Entity.id))

_FORMER_IDS = select(col(Entity.id), col(Entity.former_ids)).where(
    IS_INDEXED, type_coerce(col(Entity.former_ids), Text) != "[]"
)


@dataclass(frozen=True, slots=True)
class EntityParts:
    """The parts of all entities: their names, the checksums of their rows, and those that were not stored before."""

    names: tuple[str, ...]
    rows: tuple[str, ...]
    built: tuple[bytes, ...]


def read_entity_parts(connection: Connection, before: Manifest, decisions: Sequence[Decision] = ()) -> EntityParts:
    """Return the parts of the entities in the table, in order of id; `before` lists those that are stored.

    Corrections may change any label, so that all are built where there are some.
    """
    merged = {former: id_ for id_, former_ids in connection.execute(_FORMER_IDS) for former in former_ids}
    made = connection.scalars(_MADE).all()
    if decisions or made:
        return _corrected_parts(connection, before, decisions, merged, made)
    stored = dict(zip(before.entity_rows, before.entities, strict=False))
    names, rows, built = [], [], []
    contents = (row for row in connection.execute(_CONTENTS) if row.id not in merged)
    for group in label_groups(contents, attrgetter("id")):
        digest = part_name(to_json([*map(tuple, group)]))
        name = stored.get(digest)
        if name is None:
            part = encode_labels(_read_labels(connection, group[0].id, group[-1].id, merged))
            name = part_name(part)
            built.append(part)
        names.append(name)
        rows.append(digest)
    return EntityParts(tuple(names), tuple(rows), tuple(built))


def _corrected_parts(
    connection: Connection,
    before: Manifest,
    decisions: Sequence[Decision],
    merged: Mapping[str, str],
    made: Sequence[str],
) -> EntityParts:
    """Return the parts of all labels as corrections make them, without checksums of rows."""
    current = [_label(row) for row in connection.execute(_ENTITIES) if row.id not in merged]
    rules = make_rules(decisions, lambda id_: merged.get(id_, id_))
    names_without_context: dict[str, str] = {}
    for ids in chunked(name_ids(rules)):
        rows = connection.execute(_NAMES.where(col(Entity.id).in_(ids)))
        names_without_context |= {row.id: row.name for row in rows}
    parts = label_parts(corrected_labels(current, rules, made=made, names=names_without_context))
    names = tuple(map(part_name, parts))
    stored = frozenset(before.entities)
    built = (part for name, part in zip(names, parts, strict=True) if name not in stored)
    return EntityParts(names, (), tuple(built))


def _read_labels(connection: Connection, first: str, last: str, merged: Collection[str]) -> list[EntityLabel]:
    """Return the labels of the entities between two ids, both inclusive, that were not merged into others."""
    # PostgreSQL does not parse BETWEEN with a collation.
    rows = connection.execute(_ENTITIES.where(col(Entity.id) >= first, col(Entity.id) <= last))
    return [_label(row) for row in rows if row.id not in merged]


def _label(row: Any) -> EntityLabel:  # noqa: ANN401 - a row of the entity table
    return EntityLabel(
        id=row.id,
        type=EntityType(row.type),
        name=row.name,
        wikidata=row.wikidata,
        aliases=tuple(dict.fromkeys(row.aliases + row.learned_names)),
        former_ids=tuple(row.former_ids),
        member_of=tuple(row.member_of),
        local=row.local,
        moved_to=tuple(row.moved_to),
        at=row.at and coordinates(row.at),
    )
