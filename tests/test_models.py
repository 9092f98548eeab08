"""The types of the tables, which are the same on every database in what matters."""

import pytest
from sqlalchemy import Column, Dialect, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from app import models  # noqa: F401 - fills the metadata

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
    "name", sorted(name for name in COLUMNS if name.endswith(("revision_id", "revision.id", "_at")))
)
def test_revision_ids_and_instants_have_64_bits(name: str) -> None:
    """Instants of 32 bits end in 2038. Every integer of SQLite has 64 bits."""
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
