"""A publish builds the parts of those labels alone whose rows have changed, and they are those of a first publish."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, update
from sqlmodel import col

from app.labels import EntityLabel
from app.models import Entity, EntityType
from app.search.index.parts import LABELS_PER_PART, Manifest, decode_entities
from app.search.index.snapshot import UNPUBLISHED_MANIFEST
from seed.publish.label_rows import EntityParts, read_entity_parts
from tests.seed.loading import writing

COUNT = 6 * LABELS_PER_PART

ROW: dict[str, Any] = {
    "type": "place",
    "name": "Amsel",
    "wikidata": "Q1",
    "aliases": ["Twin Quay"],
    "learned_names": [],
    "former_ids": [],
    "member_of": [],
    "local": False,
    "moved_to": [],
    "is_name": False,
}


def id_of(number: int) -> str:
    return f"entity-{number:05}"


def store(connection: Connection, count: int = COUNT) -> None:
    connection.execute(insert(Entity), [{**ROW, "id": id_of(number)} for number in range(count)])


def change(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(Entity).where(col(Entity.id) == id_of(number)).values(**values))


def manifest_of(parts: EntityParts) -> Manifest:
    return Manifest(1, "token", 0, entities=parts.names, entity_rows=parts.rows)


def first_parts(connection: Connection) -> EntityParts:
    """Return the parts as a first publish builds all of them."""
    return read_entity_parts(connection, UNPUBLISHED_MANIFEST)


def labels(connection: Connection) -> dict[str, EntityLabel]:
    return {label.id: label for label in decode_entities(first_parts(connection).built)}


def test_a_first_publish_builds_all_parts(database: Path) -> None:
    with writing(database) as engine, engine.begin() as connection:
        store(connection)
        parts = first_parts(connection)
        assert len(parts.names) == len(parts.rows) == len(parts.built) > 2
        assert [*labels(connection)] == [id_of(number) for number in range(COUNT)]
        expected = EntityLabel(id_of(7), EntityType.PLACE, "Amsel", "Q1", ("Twin Quay",))
        assert labels(connection)[id_of(7)] == expected


def test_parts_of_unchanged_rows_are_not_built_again(database: Path) -> None:
    with writing(database) as engine, engine.begin() as connection:
        store(connection)
        before = first_parts(connection)
        assert read_entity_parts(connection, manifest_of(before)) == EntityParts(before.names, before.rows, ())


@pytest.mark.parametrize(
    "values",
    [
        {"type": "state"},
        {"name": "Amsel-on-Sea"},
        {"wikidata": None},
        {"wikidata": ""},
        {"aliases": []},
        {"learned_names": ["Amsle"]},
        {"former_ids": ["amsle"]},
        {"member_of": [{"of": "vellandia"}]},
        {"local": True},
        {"moved_to": ["vellandia"]},
        {"wikidata": "Q", "name": "1Amsel"},
        {"aliases": [], "learned_names": ["Twin Quay"]},
        {"is_name": True},
    ],
    ids=str,
)
def test_a_changed_row_builds_one_part(database: Path, values: dict[str, object]) -> None:
    with writing(database) as engine, engine.begin() as connection:
        store(connection)
        before = first_parts(connection)
        change(connection, 300, **values)
        after = read_entity_parts(connection, manifest_of(before))
        again = first_parts(connection)
        assert (after.names, after.rows) == (again.names, again.rows)
        assert len({*after.rows} - {*before.rows}) == 1
        assert len(after.built) == 1


def test_new_and_gone_rows_build_their_parts(database: Path) -> None:
    with writing(database) as engine, engine.begin() as connection:
        store(connection)
        before = first_parts(connection)
        connection.execute(insert(Entity), [{**ROW, "id": f"{id_of(300)}a"}])
        connection.execute(delete(Entity).where(col(Entity.id) == id_of(20)))
        after = read_entity_parts(connection, manifest_of(before))
        assert after.names == first_parts(connection).names
        assert 0 < len(after.built) <= 4


def test_merged_entities_have_no_label(database: Path) -> None:
    """Those that were merged into others are left out, wherever they are, and so are names without context."""
    with writing(database) as engine, engine.begin() as connection:
        store(connection)
        before = first_parts(connection)
        change(connection, 700, former_ids=[id_of(5), "gone"])
        change(connection, 6, is_name=True)
        after = read_entity_parts(connection, manifest_of(before))
        assert after.names == first_parts(connection).names
        assert {id_of(number) for number in range(COUNT)} - labels(connection).keys() == {id_of(5), id_of(6)}


def test_the_same_label_of_other_rows_is_the_same_part(database: Path) -> None:
    """Names that are in both lists are one alias: the rows differ, and what is served does not."""
    with writing(database) as engine, engine.begin() as connection:
        store(connection)
        before = first_parts(connection)
        change(connection, 300, learned_names=["Twin Quay"])
        after = read_entity_parts(connection, manifest_of(before))
        assert after.names == before.names
        assert after.rows != before.rows


def test_no_entities_are_no_parts(database: Path) -> None:
    with writing(database) as engine, engine.begin() as connection:
        assert first_parts(connection) == EntityParts((), (), ())
