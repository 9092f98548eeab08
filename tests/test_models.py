"""The types of the tables, which are the same on every database in what matters."""

import pytest
from sqlalchemy import Column, Dialect, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from app.models import BooleanAsInteger, JsonText

POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
SQLITE: Dialect = sqlite.dialect()

COLUMNS = {f"{table.name}.{column.name}": column for table in SQLModel.metadata.sorted_tables for column in table.c}
KEYS = sorted(
    name
    for name, column in COLUMNS.items()
    if isinstance(column.type, String) and (column.primary_key or column.foreign_keys)
)


def type_on(column: Column[object], dialect: Dialect) -> str:
    """Return the type of a column in the words of a database."""
    return str(column.type.compile(dialect=dialect))


@pytest.mark.parametrize(
    "name", sorted(name for name in COLUMNS if name.endswith(("revision_id", "revision.id", ".version", "_at")))
)
def test_revision_ids_versions_and_instants_have_64_bits(name: str) -> None:
    """Instants of 32 bits end in 2038, and a cursor may have any version. Every integer of SQLite has 64 bits."""
    assert type_on(COLUMNS[name], POSTGRESQL) == "BIGINT"
    assert type_on(COLUMNS[name], SQLITE) == "INTEGER"


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_compared_by_bytes(name: str) -> None:
    """A collation of a language would order them differently and find other ranges."""
    assert type_on(COLUMNS[name], POSTGRESQL) == 'VARCHAR COLLATE "C"'
    assert type_on(COLUMNS[name], SQLITE) == "VARCHAR"


def test_keys_and_instants_are_many() -> None:
    """The two tests above test something."""
    assert {"article.id", "article_key.key", "revision.article_id", "fetched.url"} <= set(KEYS)
    assert {"revision.id", "removal.removed_at", "fetched.fetched_at", "change.revision_id"} <= set(COLUMNS)


@pytest.mark.parametrize("value", [[], {"a": "é"}, [["x", "y"]], None])
def test_json_is_stored_as_the_same_text_by_all_databases(value: object) -> None:
    """Checksums are of the text; the type of another database would parse it."""
    column = SQLModel.metadata.tables["revision"].c.given_entities
    text_type, json_type = (column.type.dialect_impl(dialect) for dialect in (POSTGRESQL, SQLITE))
    assert isinstance(text_type, JsonText)
    write, write_json = text_type.bind_processor(POSTGRESQL), json_type.bind_processor(SQLITE)
    read = text_type.result_processor(POSTGRESQL, None)
    assert write is not None
    assert write_json is not None
    assert read is not None
    assert write(value) == write_json(value)
    assert read(write(value)) == value


@pytest.mark.parametrize(("stored", "expected"), [(True, 1), (False, 0), (1, 1), ("x", "x"), (None, None)])
def test_a_boolean_is_read_as_it_was_inserted(stored: object, expected: object) -> None:
    value = BooleanAsInteger().process_result_value(stored, SQLITE)
    assert (value, type(value)) == (expected, type(expected))
