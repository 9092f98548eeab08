"""Damage is found and named; sound data is not reported."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.stores import store_of
from app.stores.sqlite import file_url
from seed.maintenance.verify import REVISION_QUERY, verify
from tests.conftest import app_for
from tests.databases import url_of
from tests.seed.loading import dump, load_into, named, report

LOADED = [
    report("Ferry resumes", id="r1", text="Captain Jo Lindqvall left Amsel. “We sail,” Lindqvall said."),
    report("Tide turns", id="r2", text="Amsel waits.", on="2019-03-04"),
    report(
        "Ada’s day",
        id="r3",
        text="Ada Byrne waits.",
        entities=(named("Ada Byrne", mentions=((0, 9),)),),
        details={"page": "A4"},
    ),
]


@pytest.fixture
def loaded(database: Path) -> Path:
    """Return a database of three articles, the first of which has changed once."""
    load_into(database, [LOADED[1], report("Ferry resumes", id="r1", text="Amsel.")])
    load_into(database, LOADED)
    return database


def faults(database: Path) -> list[str]:
    """Return the faults of a database."""
    engine = store_of(url_of(database)).reader_engine()
    try:
        return list(verify(engine))
    finally:
        engine.dispose()


def test_progress_counts_the_verified_revisions(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.maintenance.verify.REVISION_QUERY", REVISION_QUERY.limit(3))
    progress: list[tuple[int, int]] = []
    engine = store_of(file_url(loaded)).reader_engine()
    assert list(verify(engine, lambda done, total: progress.append((done, total)))) == []
    engine.dispose()
    assert progress == [(3, 4), (4, 4)]


def change(database: Path, *statements: str) -> None:
    """Execute statements without the checks that keep a database consistent."""
    engine: Engine = store_of(url_of(database)).writer_engine()
    with engine.connect() as connection:
        checks = {"sqlite": "PRAGMA foreign_keys=OFF", "postgresql": "SET LOCAL session_replication_role = replica"}
        connection.connection.cursor().execute(checks[engine.dialect.name])
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
    engine.dispose()


def spoil(database: Path, what: bytes) -> None:
    """Flip a bit in every occurrence of these bytes in the file."""
    engine = store_of(file_url(database)).writer_engine()
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    data = database.read_bytes()
    assert what in data
    database.write_bytes(data.replace(what, bytes([what[0] ^ 1]) + what[1:]))


def test_a_sound_database_has_no_faults(loaded: Path) -> None:
    assert faults(loaded) == []


def test_an_unpublished_database_has_no_faults(database: Path) -> None:
    assert faults(database) == []


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (
            "UPDATE revision SET text = 'Amsel waits!' WHERE id = 1",
            "revision 1 of article {r2} differs from what was stored",
        ),
        (
            "UPDATE revision SET authors = '[\"X\"]' WHERE id = 1",
            "revision 1 of article {r2} differs from what was stored",
        ),
        ("DELETE FROM mention WHERE revision_id = 1", "revision 1 of article {r2} differs from what was stored"),
        (
            "UPDATE mention SET start = 1 WHERE revision_id = 1",
            "revision 1 of article {r2} differs from what was stored",
        ),
        (
            'UPDATE revision SET details = \'{"page":"A5"}\' WHERE details IS NOT NULL',
            "revision 4 of article {r3} differs from what was stored",
        ),
        (
            'UPDATE revision SET details = \'{"page":"A4"}\' WHERE id = 1',
            "revision 1 of article {r2} differs from what was stored",
        ),
        (
            "UPDATE revision SET details = NULL",
            "revision 4 of article {r3} differs from what was stored",
        ),
        ("UPDATE statement SET cue = 'x'", "revision 3 of article {r1} differs from what was stored"),
    ],
)
def test_a_changed_row_is_named(loaded: Path, statement: str, wanted: str) -> None:
    ids = articles(loaded)
    change(loaded, statement)
    assert faults(loaded) == [wanted.format(**ids)]


def articles(database: Path) -> dict[str, str]:
    """Return the public ids of the three articles, by their own ids."""
    engine = store_of(file_url(database)).reader_engine()
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT key, article_id FROM article_key WHERE key LIKE 'id:%'")).all()
    engine.dispose()
    return {row.key.removeprefix("id:harbour-gazette:"): row.article_id for row in rows}


def test_rows_older_than_checksums_have_no_faults(loaded: Path) -> None:
    change(loaded, "UPDATE revision SET digest = '', rights = 'X' WHERE id = 1")
    assert faults(loaded) == []
    change(loaded, "UPDATE revision SET text = 'X' WHERE id = 1")
    assert faults(loaded) == ["words: the text index does not have the words of the stored texts"]


def test_served_revisions_must_be_stored(loaded: Path) -> None:
    """For their own articles."""
    ids = articles(loaded)
    change(loaded, "DELETE FROM mention WHERE revision_id = 1", "DELETE FROM revision WHERE id = 1")
    assert f"index: revision 1 of article {ids['r2']} is served but not stored" in faults(loaded)


def test_a_dangling_reference_is_named(loaded: Path) -> None:
    change(loaded, "DELETE FROM source")
    assert "references: revision 1 refers to a missing row of source" in faults(loaded)


def test_a_damaged_index_is_named_and_not_served(loaded: Path) -> None:
    """Not even the sound parts: totals could be wrong."""
    names = [row["name"] for row in dump(loaded)["snapshot_part"] if b'"Amsel"' in row["data"]]
    change(
        loaded,
        "UPDATE snapshot_part SET data = CAST(replace(data, '\"Amsel\"', '\"A\"') AS BLOB) WHERE name <> 'manifest'",
    )
    wanted = (
        f"The index of the corpus is damaged (part {names[0]}); `dateline verify` says where, and `dateline restore` "
        "puts a backup in its place."
    )
    assert faults(loaded) == [f"index: part {name} was changed" for name in names]
    with TestClient(app_for(loaded)) as client:
        response = client.get("/v1/articles")
    assert response.status_code == 503
    assert response.json() == {
        "type": "urn:dateline:problem:damaged",
        "title": "The database is damaged",
        "status": 503,
        "detail": wanted,
        "errors": [],
    }


def test_a_flipped_bit_in_the_file_is_found(loaded: Path) -> None:
    """In a text, to which no index and no reference applies."""
    spoil(loaded, b"Captain Jo")
    assert [fault for fault in faults(loaded) if fault.startswith("revision 3")]


def test_overwritten_pages_are_reported_as_damage(loaded: Path) -> None:
    """Wherever a reader encounters them, and not as an internal error."""
    spoil(loaded, b"Captain Jo")
    data = loaded.read_bytes()
    loaded.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert any("malformed" in fault or "integrity" in fault for fault in faults(loaded))
    with TestClient(app_for(loaded), raise_server_exceptions=False) as client:
        response = client.get("/v1/articles")
    assert response.status_code == 503
    assert "dateline restore" in response.json()["detail"]


def test_faults_found_by_the_database_are_named(loaded: Path) -> None:
    """Here a missing value in a required column."""
    change(
        loaded,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'url VARCHAR', 'url VARCHAR NOT NULL') WHERE name = 'revision'",
    )
    assert "integrity: NULL value in revision.url" in faults(loaded)


@pytest.mark.parametrize("check_ms", [0, 60_000])
def test_damage_under_a_running_server_is_named(loaded: Path, check_ms: int) -> None:
    """Whether the server encounters it when checking for a newer version or when reading an article."""
    app = create_app(Settings(database_url=file_url(loaded), snapshot_check_ms=check_ms))
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/v1/corpus").status_code == 200
        app.state.corpus.current().engine.dispose()  # Connections that have read the pages keep them in their cache.
        spoil(loaded, b"Captain Jo")
        data = loaded.read_bytes()
        loaded.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
        response = client.get("/v1/articles")
    assert response.status_code == 503
    assert response.json()["type"] == "urn:dateline:problem:damaged"
    assert "database disk image is malformed" in response.json()["detail"]
