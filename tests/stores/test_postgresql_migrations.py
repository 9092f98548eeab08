"""Databases on a PostgreSQL server are migrated like files: whatever a later release adds, data stays."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.stores import schema, store_of
from app.stores.schema import SCHEMA
from seed.maintenance import database as maintenance
from seed.maintenance.compact import compact
from seed.maintenance.database import open_writer
from seed.maintenance.verify import verify
from tests.conftest import ROOT, app_for
from tests.databases import Server, url_of
from tests.seed.loading import load_into, natural, report, writing

pytestmark = pytest.mark.unmeasured  # `make test-stores` measures the store.

FIRST_SCHEMA = Path(__file__).parent / "postgresql_2026_11_30_c.sql"

FIRST_INDEX = """
    DROP TABLE article_text, article_text_posting;
    CREATE TABLE article_text (
        id bigint PRIMARY KEY, length integer NOT NULL, title text COLLATE "C" NOT NULL, text text COLLATE "C" NOT NULL,
        joined text COLLATE "C" NOT NULL, words text[] COLLATE "C" NOT NULL
    );
    CREATE INDEX article_text_words ON article_text USING gin (words);
    CREATE TABLE article_text_word (word text COLLATE "C" PRIMARY KEY);
    CREATE TRIGGER article_text_added AFTER INSERT ON article_text
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count();
    CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count();
    CREATE OR REPLACE FUNCTION article_text_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM article_text USING changed WHERE article_text.id = changed.id;
        RETURN NULL;
    END $$;
    INSERT INTO article_text SELECT id, 2, 'ferry', 'resumes', '', '{ferry,resumes}' FROM revision;
    ALTER TABLE article_key ADD FOREIGN KEY (article_id) REFERENCES article (id);
    ALTER TABLE bearer ADD FOREIGN KEY (entity_id) REFERENCES entity (id);
    ALTER TABLE bearer ADD FOREIGN KEY (revision_id) REFERENCES revision (id);
    ALTER TABLE mention ADD FOREIGN KEY (entity_id) REFERENCES entity (id);
    ALTER TABLE mention ADD FOREIGN KEY (revision_id) REFERENCES revision (id);
    ALTER TABLE statement ADD FOREIGN KEY (speaker_id) REFERENCES entity (id);
    ALTER TABLE statement ADD FOREIGN KEY (revision_id) REFERENCES revision (id);
    ALTER TABLE entity DROP COLUMN at, DROP COLUMN backwards, DROP COLUMN made;
    DROP TABLE former_bearer, extracted, correction;
    UPDATE alembic_version SET version_num = '2026_11_30_d'
"""
"""Replaces the text index by the first one that a database on a server had, and drops what came after it."""

NEXT = "2999_01_01_a"
NEXT_MIGRATION = f'''"""Add a column and a table, and change what is stored."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{SCHEMA}"


def upgrade() -> None:
    op.add_column("revision", sa.Column("mood", sa.String(), nullable=False, server_default="calm"))
    op.create_table("tide", sa.Column("day", sa.Integer(), primary_key=True))
    op.execute("UPDATE source SET country = 'VE' WHERE id = 'harbour-gazette'")
'''  # noqa: S608 - a program of ours

CATALOG = {
    "columns": """
        SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attcollation::regcollation::text,
            attnotnull, attstorage, attcompression, pg_get_expr(adbin, adrelid)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
        ORDER BY 1, 2""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "migration": "SELECT version_num FROM alembic_version",
}
"""What a database says of its tables, in whatever order they have their columns."""


def catalog(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = store_of(url).reader_engine(connections=1)
    with engine.connect() as connection:
        said = {name: list(map(tuple, connection.execute(text(query)))) for name, query in CATALOG.items()}
    engine.dispose()
    return said


def test_the_first_schema_is_migrated_to_what_a_new_database_has(server: Server) -> None:
    """To the letter: types, collations, constraints, indexes and triggers; a new migration has to say so for both."""
    new, first = (server.url_of(server.create()) for _ in range(2))
    writer = store_of(first).writer_engine()
    with writer.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(FIRST_SCHEMA.read_text(encoding="utf-8"))
    writer.dispose()
    for url in (new, first):
        with open_writer(url):
            pass
    assert catalog(first) == catalog(new)


@pytest.mark.usefixtures("loaded")
def test_the_first_text_index_is_built_again(served: Path) -> None:
    """It had other tables, without which no word would be found and no article stored."""
    before = catalog(url_of(served))
    writer = store_of(url_of(served)).writer_engine()
    with writer.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(FIRST_INDEX)
    writer.dispose()
    with open_writer(url_of(served)) as engine:
        assert list(verify(engine)) == []
    assert catalog(url_of(served)) == before
    load_into(served, [report("Ferry sinks", id="r3")])
    with TestClient(app_for(served)) as client:
        assert client.get("/v1/articles?q=ferry").json()["total"] == 2
    with writing(served) as engine:
        assert compact(engine).revisions == 1
        assert list(verify(engine)) == []


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this release have one migration more."""
    shutil.copytree(ROOT / "migrations", tmp_path / "next" / "migrations")
    added = tmp_path / "next" / "migrations" / "versions" / f"{NEXT}_next.py"
    added.write_text(NEXT_MIGRATION, encoding="utf-8")
    monkeypatch.setattr(maintenance, "ROOT", tmp_path / "next")
    monkeypatch.setattr(schema, "EARLIER_SCHEMAS", (*schema.EARLIER_SCHEMAS, SCHEMA))
    monkeypatch.setattr(schema, "SCHEMA", NEXT)


@pytest.fixture
def loaded(served: Path) -> dict[str, Any]:
    """Load articles with the release of today, and return all that is stored."""
    load_into(served, [report("Ferry resumes", id="r1", on="2019-03-04"), report("Tide turns", id="r2")])
    load_into(served, [report("Ferry resumes", id="r1", on="2019-03-04", text="The ferry of Amsel.")])
    return natural(served)


@pytest.mark.usefixtures("loaded")
def test_the_next_release_asks_for_its_migration(served: Path, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("next_release")
    with TestClient(app_for(served), raise_server_exceptions=False) as client:
        refused = client.get("/v1/articles")
    assert refused.status_code == 503
    assert f"is at migration {SCHEMA}, this release needs {NEXT}; run `dateline init`" in refused.json()["detail"]


def test_the_next_release_migrates_a_database_and_keeps_its_data(
    served: Path, loaded: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("next_release")
    with open_writer(url_of(served)) as engine, engine.connect() as connection:
        assert connection.scalars(text("SELECT DISTINCT mood FROM revision")).all() == ["calm"]
        assert connection.scalars(text("SELECT day FROM tide")).all() == []
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [NEXT]
    sources = [{**row, "country": "VE"} if row["id"] == "harbour-gazette" else row for row in loaded["source"]]
    assert natural(served) == {**loaded, "source": sources}
    with TestClient(app_for(served)) as client:
        assert client.get("/v1/articles?q=ferry").json()["total"] == 1


def test_a_failed_migration_changes_nothing(
    served: Path, loaded: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Not even in the statements before the one that failed."""
    before = catalog(url_of(served))
    request.getfixturevalue("next_release")
    (added,) = (tmp_path / "next" / "migrations" / "versions").glob(f"{NEXT}*")
    added.write_text(f"{NEXT_MIGRATION}    op.execute('SELECT 1 / 0')\n", encoding="utf-8")
    with pytest.raises(Exception, match="division by zero"):
        open_writer(url_of(served)).__enter__()
    assert catalog(url_of(served)) == before
    assert natural(served) == loaded


def test_this_release_refuses_a_database_of_the_next_one(
    served: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue("next_release")
    with open_writer(url_of(served)):
        pass
    monkeypatch.undo()
    with TestClient(app_for(served), raise_server_exceptions=False) as client:
        assert "written by a newer release" in client.get("/v1/articles").json()["detail"]
    with pytest.raises(DatelineError, match=f"it is at migration {NEXT}"):
        open_writer(url_of(served)).__enter__()
