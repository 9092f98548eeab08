"""The migrations create the tables that the models declare."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, text
from sqlmodel import SQLModel

from app.models import Revision
from app.stores import store_of
from app.stores.schema import EARLIER_SCHEMAS, SCHEMA, require_schema
from app.stores.sqlite import file_url
from app.stores.sqlite_text import SqliteTextIndex
from tests.conftest import ROOT

Objects = list[tuple[str, str]]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Yield a connection to a database without tables."""
    engine = store_of(file_url(tmp_path / "empty.db")).writer_engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Return the configuration that ships, on this connection."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


def objects(connection: Connection) -> Objects:
    """Return name and definition of every table, index and trigger."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"))
    return [(row.name, row.sql) for row in rows]


def test_there_is_one_head_and_this_release_requires_it() -> None:
    """A new migration without a new SCHEMA would lock every server out."""
    script = ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml"))
    assert script.get_heads() == [SCHEMA]
    assert {migration.revision for migration in script.walk_revisions()} == {*EARLIER_SCHEMAS, SCHEMA}


def test_the_models_declare_what_the_migrations_create(connection: Connection) -> None:
    """`alembic check` finds nothing to add."""
    command.upgrade(alembic_config(connection), "head")
    command.check(alembic_config(connection))
    created = {name for name, _ in objects(connection)}
    assert {table.name for table in SQLModel.metadata.sorted_tables} <= created


def test_up_and_down_and_up_again(connection: Connection) -> None:
    """Down leaves no table of ours; up again creates the same."""
    command.upgrade(alembic_config(connection), "head")
    first = objects(connection)
    command.downgrade(alembic_config(connection), "base")
    assert [name for name, _ in objects(connection) if not name.startswith("sqlite_")] == ["alembic_version"]
    command.upgrade(alembic_config(connection), "head")
    assert objects(connection) == first


@pytest.mark.unmeasured
def test_each_migration_goes_up_and_down_by_itself(connection: Connection) -> None:
    """Step by step, up and down."""
    script = ScriptDirectory.from_config(Config(toml_file=ROOT / "pyproject.toml"))
    revisions = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    states = []
    for revision in revisions:
        command.upgrade(alembic_config(connection), revision)
        states.append(objects(connection))
    for revision, state in zip(reversed(revisions[:-1]), reversed(states[:-1]), strict=True):
        command.downgrade(alembic_config(connection), revision)
        assert objects(connection) == state


def test_alembic_alone_finds_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By DATELINE_DATABASE_URL, as every command does."""
    url = file_url(tmp_path / "own.db")
    monkeypatch.setenv("DATELINE_DATABASE_URL", url)
    command.upgrade(Config(toml_file=ROOT / "pyproject.toml"), "head")
    engine = store_of(url).reader_engine()
    require_schema(engine)
    engine.dispose()


def test_the_words_of_revisions_are_found_until_they_are_deleted(connection: Connection) -> None:
    """They are inserted together, with accents folded; a trigger deletes them."""
    command.upgrade(alembic_config(connection), "head")
    connection.execute(text("INSERT INTO source (id, name, names, domains) VALUES ('s', 'S', '[]', '[]')"))
    connection.execute(text("INSERT INTO article VALUES ('a', 1)"))
    row = {"article_id": "a", "source_id": "s", "text_kind": "full", "authors": [], "precision": "none"}
    connection.execute(insert(Revision), [{"id": 7, "title": "Élan", "text": "The café", **row}])
    SqliteTextIndex().add(connection, range(7, 8))
    search = text("SELECT rowid FROM article_text WHERE article_text MATCH :words")
    assert [connection.scalars(search, {"words": words}).all() for words in ("elan", "cafe", "quay")] == [[7], [7], []]
    connection.execute(text("DELETE FROM revision"))
    assert connection.scalars(search, {"words": "elan"}).all() == []


def test_a_deleted_or_replaced_text_leaves_no_word(connection: Connection) -> None:
    """In any script, whatever the index was given."""
    command.upgrade(alembic_config(connection), "head")
    connection.execute(text("INSERT INTO source(id, name, names, domains) VALUES ('s', 'S', '[]', '[]')"))
    connection.execute(text("INSERT INTO article VALUES ('a', 1)"))
    row = {"article_id": "a", "source_id": "s", "text_kind": "full", "authors": [], "precision": "none"}
    body = "Da’esh’s 1,500 Su-24 ﷺ 東京 か\u3099 서울 สิทธิ re\u0301sume\u0301 فارسی"
    rows = [{"id": id_, "title": f"Ærø {id_} 大阪", "text": body, **row} for id_ in (1, 2)]
    connection.execute(insert(Revision), rows)
    SqliteTextIndex().add(connection, range(1, 3))
    connection.execute(text("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, article_text, instance)"))
    words = text("SELECT DISTINCT doc FROM words ORDER BY doc")
    assert connection.scalars(words).all() == [1, 2]
    connection.execute(text("DELETE FROM revision WHERE id = 1"))
    assert connection.scalars(words).all() == [2]
    connection.execute(text("DELETE FROM revision"))
    assert connection.scalars(words).all() == []


def test_the_words_of_names_are_stored_backwards(connection: Connection) -> None:
    """Those of names without context; other entities have none."""
    config = alembic_config(connection)
    command.upgrade(config, "2026_11_30_e")
    names = [f"{given}-smith--" for given in ("ann", "bob", "cy")]
    empty = dict.fromkeys(("aliases", "learned_names", "former_ids", "member_of"), "[]")
    columns = ", ".join(empty)
    for id_, is_name in [*((name, 1) for name in names), ("ann-lee", 0)]:
        connection.execute(
            text(
                f"INSERT INTO entity (id, type, name, local, is_name, {columns})"  # noqa: S608 - columns of ours
                " VALUES (:id, 'person', 'A', 1, :is_name, :aliases, :learned_names, :former_ids, :member_of)"
            ),
            {"id": id_, "is_name": is_name, **empty},
        )
    command.upgrade(config, "head")
    stored = connection.execute(text("SELECT id, backwards FROM entity ORDER BY id")).all()
    assert [tuple(row) for row in stored] == [
        ("ann-lee", None),
        ("ann-smith--", "smith-ann"),
        ("bob-smith--", "smith-bob"),
        ("cy-smith--", "smith-cy"),
    ]
