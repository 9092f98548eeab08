"""The verification in the background: it finds lost words, is reported by `readyz`, and ends with the server."""

import logging
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.stores import sqlite_verification, store_of
from app.stores.sqlite import file_url
from app.stores.verification import Verification
from tests.conftest import app_for
from tests.seed.loading import load_into, report
from tests.seed.maintenance.test_damage import zeroed
from tests.seed.maintenance.test_verify import change, faults

LOST = "words: the text index does not have the words of the stored texts"
LOSE_WORDS = (
    "INSERT INTO article_text(article_text, rowid, title, text, joined) "
    "SELECT 'delete', id, index_words(title), index_words(text), index_joined(title, text) FROM revision"
)
KEEP_SIZES = "INSERT INTO article_text_docsize SELECT id, zeroblob(3) FROM revision"

COUNT_SLOWLY = text(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 20000) "
    "SELECT count(*) FROM numbers"
)


@pytest.fixture
def loaded(database: Path) -> Path:
    load_into(database, [report(), report("Tide turns"), report("Dunes")])
    return database


def lose_words(database: Path) -> None:
    """Remove the words of all revisions from the text index, in which each stays counted."""
    change(database, LOSE_WORDS, KEEP_SIZES)


def verified(database: Path) -> Verification:
    verification = Verification(store_of(file_url(database)), hours=1, rest_per_work=0)
    verification.verify()
    return verification


def test_a_database_that_cannot_be_read_is_verified_again_soon(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after the hours that the operator has set."""
    verification = Verification(store_of(file_url(loaded)), hours=1)
    assert verification.verify()
    monkeypatch.setattr("app.stores.verification.RECHECK_SECONDS", 0.01)
    missing = Verification(store_of(file_url(tmp_path / "missing.db")), hours=1)
    attempts, is_repeated = 0, threading.Event()
    verify = missing.verify

    def count() -> bool:
        nonlocal attempts
        attempts += 1
        if attempts > 2:
            is_repeated.set()
        return verify()

    monkeypatch.setattr(missing, "verify", count)
    missing.start()
    assert is_repeated.wait(30)
    missing.stop()


def test_lost_words_are_found(loaded: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Once in the log, however often they are found."""
    assert verified(loaded).fault is None
    lose_words(loaded)
    assert LOST in faults(loaded)
    with caplog.at_level(logging.ERROR):
        verification = verified(loaded)
        verification.verify()
    assert verification.fault is not None
    assert LOST in verification.fault
    assert "dateline restore" in verification.fault
    assert caplog.text.count(LOST) == 1


@pytest.mark.parametrize(("instances", "revisions"), [(1, 1), (2, 2), (7, 3), (5_000, 10)])
def test_slices_of_any_size_find_the_same(
    loaded: Path, monkeypatch: pytest.MonkeyPatch, instances: int, revisions: int
) -> None:
    monkeypatch.setattr(sqlite_verification, "INSTANCES_PER_SLICE", instances)
    monkeypatch.setattr(sqlite_verification, "REVISIONS_PER_SLICE", revisions)
    assert verified(loaded).fault is None
    lose_words(loaded)
    assert verified(loaded).fault is not None


def test_what_is_deleted_meanwhile_is_no_fault(loaded: Path) -> None:
    store = store_of(file_url(loaded))
    engine = store.reader_engine()
    pauses: list[int] = []

    def pause() -> None:
        pauses.append(1)
        if len(pauses) == 1:
            change(loaded, "DELETE FROM statement", "DELETE FROM mention", "DELETE FROM revision WHERE id = 2")

    assert list(store.word_faults(engine, pause)) == []
    engine.dispose()


def test_every_statement_of_a_verification_pauses(loaded: Path) -> None:
    """One that does not takes a core, and a server that ends waits for it."""
    pauses: list[int] = []
    engine = store_of(file_url(loaded)).background_engine(lambda: pauses.append(1))
    for _ in range(2):
        pauses.clear()
        with engine.connect() as connection:
            assert connection.execute(COUNT_SLOWLY).scalar() == 20_000
        assert pauses
    engine.dispose()


def test_ready_is_only_what_is_sound(loaded: Path) -> None:
    app = app_for(loaded)
    with TestClient(app) as client:
        assert client.get("/readyz").status_code == 200
        lose_words(loaded)
        app.state.verification.verify()
        response = client.get("/readyz")
    assert (response.status_code, response.json()["type"]) == (503, "urn:dateline:problem:damaged")
    assert LOST in response.json()["detail"]
    assert response.headers["Retry-After"] == "5"


def test_a_damaged_page_is_a_fault(loaded: Path) -> None:
    zeroed("mention")(loaded)
    fault = verified(loaded).fault
    assert fault is not None
    assert fault.startswith("The database is damaged (")


def test_a_missing_database_is_no_damage(tmp_path: Path) -> None:
    """Requests name the reason."""
    assert verified(tmp_path / "missing.db").fault is None


def test_a_thread_verifies_until_the_server_ends(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_words(loaded)
    verification = Verification(store_of(file_url(loaded)), hours=1, rest_per_work=0)
    found = threading.Event()
    monkeypatch.setattr("app.stores.verification._log.error", lambda *_arguments: found.set())
    verification.start()
    assert found.wait(30)
    verification.stop()
    assert not verification._thread.is_alive()
    assert verification.fault is not None


def test_a_verification_that_is_stopped_finds_nothing(loaded: Path) -> None:
    lose_words(loaded)
    verification = Verification(store_of(file_url(loaded)), hours=0)
    verification.start()
    verification.stop()
    verification.verify()
    assert verification.fault is None
