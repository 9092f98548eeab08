"""All kinds of damage: `verify` names it, nothing affected is served or written, and `restore` repairs it."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.sqlite_driver import DRIVER
from app.stores.sqlite import file_url
from seed.maintenance.backup import backup
from tests.attack.damaged import WAYS, trials
from tests.conftest import app_for
from tests.seed.durability.test_full_disk import ACTIONS, run
from tests.seed.durability.test_kills import PATHS, prepare
from tests.seed.loading import natural
from tests.seed.maintenance.test_verify import change, faults

PAGE = 4096
DAMAGED, UNAVAILABLE = "urn:dateline:problem:damaged", "urn:dateline:problem:unavailable"

Spoil = Callable[[Path], object]


def written(*statements: str) -> Spoil:
    """Return a function that executes statements without consistency checks."""
    return lambda database: change(database, *statements)


def cut(size: int) -> Spoil:
    """Return a function that truncates a file to a size, or by a negative size from its end."""
    return lambda database: database.write_bytes(database.read_bytes()[:size])


def cut_in_use(size: int) -> Spoil:
    """Return the same for a file whose last bytes are those of articles of the index."""

    def spoil(database: Path) -> None:
        connection = DRIVER.connect(str(database))
        parts = connection.execute("SELECT * FROM snapshot_part").fetchall()
        base = json.loads(next(data for name, data, _ in parts if name == "manifest"))["base"][0]["name"]
        articles, *others = sorted(parts, key=lambda part: part[0] != base)
        for at in range(len(parts)):
            ordered = [*others[:at], articles, *others[at:]]
            connection.execute("DELETE FROM snapshot_part")
            connection.executemany("INSERT INTO snapshot_part VALUES (?, ?, ?)", ordered)
            connection.commit()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if articles[1][size // 2 :] in database.read_bytes()[size:]:
                break
        connection.close()
        cut(size)(database)

    return spoil


def zeroed(table: str) -> Spoil:
    """Return a function that fills the first page of a table, or of one of the text index, with zeros."""

    def spoil(database: Path) -> None:
        connection = DRIVER.connect(str(database))
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        connection.close()
        data = database.read_bytes()
        database.write_bytes(data[: (page - 1) * PAGE] + bytes(PAGE) + data[page * PAGE :])

    return spoil


def foreign(database: Path) -> None:
    """Replace a database by one of another program."""
    database.unlink()
    connection = DRIVER.connect(str(database))
    connection.execute("CREATE TABLE notes (words)")
    connection.close()


@dataclass(frozen=True, slots=True)
class Damage:
    """How to damage, what `verify` reports, the problem a server reports if any, and the commands that refuse, too."""

    spoil: Spoil
    fault: str
    problem: str | None
    refused: tuple[str, ...]


ALL_COMMANDS = ("load", "remove", "compact", "backup", "status")
MALFORMED, INDEX_DAMAGED = "database disk image is malformed", "index: The index of the corpus is damaged"

KINDS = {
    "no database": Damage(
        lambda database: database.write_bytes(b"no database " * 999), "is not a database", UNAVAILABLE, ALL_COMMANDS
    ),
    "half a file": Damage(cut(60_000), MALFORMED, UNAVAILABLE, ALL_COMMANDS),
    "a missing page": Damage(cut(-PAGE), MALFORMED, UNAVAILABLE, ALL_COMMANDS),
    "some missing bytes": Damage(cut_in_use(-100), "was changed", DAMAGED, ("compact", "backup", "status")),
    "another program": Damage(foreign, "of another program, with tables such as 'notes'", UNAVAILABLE, ALL_COMMANDS),
    "a missing table": Damage(written("DROP TABLE revision"), "table revision is missing", DAMAGED, ALL_COMMANDS),
    "no fetched URLs": Damage(written("DROP TABLE fetched"), "table fetched is missing", None, ("load", "backup")),
    "no text index": Damage(
        written("DROP TABLE article_text"), "table article_text is missing", DAMAGED, ("load", "compact", "backup")
    ),
    "a text": Damage(
        written("UPDATE revision SET text = 'x' WHERE id = 2"), "revision 2 of article", DAMAGED, ("backup",)
    ),
    "a checksum": Damage(
        written("UPDATE revision SET digest = '0' WHERE id = 2"), "revision 2 of article", None, ("backup",)
    ),
    "the text index": Damage(
        written("UPDATE article_text_data SET block = zeroblob(length(block)) WHERE id > 10"),
        "fts5: corruption",
        DAMAGED,
        ("compact", "backup"),
    ),
    "missing words": Damage(
        written("DELETE FROM article_text_docsize WHERE id = 2"),
        "words: revision 2 is not in the text index",
        None,
        ("compact", "backup"),
    ),
    "words of an unknown revision": Damage(
        written("INSERT INTO article_text_docsize SELECT 99, sz FROM article_text_docsize WHERE id = 2"),
        "words: the text index has revision 99, which is not stored",
        None,
        ("compact", "backup"),
    ),
    "no manifest": Damage(
        written("DELETE FROM snapshot_part WHERE name = 'manifest'"),
        f"{INDEX_DAMAGED} (manifest)",
        DAMAGED,
        ALL_COMMANDS,
    ),
    "a changed manifest": Damage(
        written("UPDATE snapshot_part SET data = CAST(replace(data, '\"base\"', '\"bass\"') AS BLOB)"),
        f"{INDEX_DAMAGED} (manifest)",
        DAMAGED,
        ALL_COMMANDS,
    ),
    "a missing part": Damage(
        written("DELETE FROM snapshot_part WHERE length(data) = (SELECT max(length(data)) FROM snapshot_part)"),
        "index: part ",
        DAMAGED,
        ALL_COMMANDS,
    ),
    "a changed part": Damage(
        written(
            "UPDATE snapshot_part SET data = zeroblob(9) "
            "WHERE length(data) = (SELECT max(length(data)) FROM snapshot_part)"
        ),
        "was changed",
        DAMAGED,
        ("compact", "backup", "status"),
    ),
    "a part of no publish": Damage(
        written("INSERT INTO snapshot_part (name, data) VALUES ('other', x'00')"),
        "index: part other belongs to no publish",
        None,
        ("backup",),
    ),
    "no publish": Damage(written("DELETE FROM publish"), f"{INDEX_DAMAGED} (publish)", DAMAGED, ALL_COMMANDS),
    "a missing publish": Damage(
        written("DELETE FROM publish WHERE version = 3"), "log: version 3 was never published", DAMAGED, ("backup",)
    ),
    "no log": Damage(written("DELETE FROM change"), "but not according to the change log", DAMAGED, ("backup",)),
    "a wrong log entry": Damage(
        written("UPDATE change SET revision_id = 1 WHERE version = 3"),
        "is logged as served but is not",
        DAMAGED,
        ("backup",),
    ),
    "a key": Damage(
        written("UPDATE article_key SET article_id = (SELECT min(id) FROM article)"), "has no key", None, ("backup",)
    ),
    "a removal": Damage(written("DELETE FROM removal"), "is neither served nor pending", None, ("backup",)),
    "a page of texts": Damage(zeroed("revision"), MALFORMED, DAMAGED, ("load", "compact", "backup")),
    "a page of mentions": Damage(zeroed("mention"), MALFORMED, None, ("load", "compact", "backup")),
    "a page of keys": Damage(zeroed("article_key"), MALFORMED, None, ("load", "remove", "compact", "backup")),
    "a page of entities": Damage(zeroed("entity"), MALFORMED, None, ("load", "remove", "compact", "backup")),
    "a page of the log": Damage(zeroed("change"), MALFORMED, DAMAGED, ("load", "compact", "backup")),
    "a page of the index": Damage(zeroed("snapshot_part"), MALFORMED, DAMAGED, ALL_COMMANDS),
    "a page of words": Damage(zeroed("article_text_data"), MALFORMED, DAMAGED, ("load", "compact", "backup")),
    "a page of pending articles": Damage(zeroed("pending"), MALFORMED, None, ALL_COMMANDS),
}


@pytest.fixture(scope="module")
def sound(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database whose file is complete without the log, with a backup next to it."""
    database = prepare(tmp_path_factory.mktemp("sound"), migrated)
    backup(file_url(database), database.with_name("kept.db"))
    return database


@pytest.mark.parametrize("name", KINDS)
def test_damage_is_named_and_not_used(sound: Path, tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    for act in ("verify", *kind.refused):
        database = damaged_copy(sound, tmp_path / act, kind)
        before = publishes(database)
        code, output = ACTIONS[act](database) if act in ACTIONS else run(database, act)
        assert code == 1
        assert "Traceback" not in output
        assert output.startswith("error: ") or act == "verify"
        assert act != "verify" or kind.fault in output
        assert publishes(database) == before
    assert problems(damaged_copy(sound, tmp_path / "server", kind)) == {kind.problem} - {None}


def damaged_copy(sound: Path, folder: Path, kind: Damage) -> Path:
    """Return a damaged copy of a database, with a backup next to it."""
    folder.mkdir()
    shutil.copy(sound.with_name("kept.db"), folder)
    database = Path(shutil.copy(sound, folder / "dateline.db"))
    kind.spoil(database)
    return database


def publishes(database: Path) -> object:
    """Return the publishes of a database, however damaged, or the bytes of a file that is not a database."""
    connection = DRIVER.connect(str(database))
    try:
        return connection.execute("SELECT version, token FROM publish").fetchall()
    except DRIVER.DatabaseError:
        return database.read_bytes()
    finally:
        connection.close()


def problems(database: Path) -> set[str]:
    """Return the problem types of the refused requests of a server; its other answers are complete."""
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        refused = [answer for path in PATHS if (answer := client.get(path)).status_code != 200]
    assert all(answer.status_code == 503 for answer in refused)
    assert all("`dateline " in answer.text or "name another one" in answer.text for answer in refused)
    return {answer.json()["type"] for answer in refused}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["no database", "half a file", "another program", "a changed part", "a page of texts"])
def test_a_backup_replaces_a_damaged_database(sound: Path, tmp_path: Path, name: str) -> None:
    database = damaged_copy(sound, tmp_path / "spoilt", KINDS[name])
    assert ACTIONS["restore"](database) == (0, "")
    assert natural(database) == natural(sound)
    assert faults(database) == []


@pytest.mark.unmeasured
def test_no_damaged_page_gives_a_wrong_article_or_statement(tmp_path: Path) -> None:
    """A few pages here; the trial of all of them is `python -m tests.attack.damaged`."""

    def choose(pages: int) -> list[tuple[int, str]]:
        return [(pages * number // 7, way) for number, way in enumerate((*WAYS, "bits", "another page"))]

    counts = Counter(trial.judgment for trial in trials(tmp_path, choose, articles=40))
    assert counts.keys() <= {"equal", "refused"}
    assert counts["equal"]
    assert counts["refused"]


def test_an_empty_file_is_not_damage(sound: Path, tmp_path: Path) -> None:
    """It is a database that is still to be created."""
    database = tmp_path / "dateline.db"
    database.write_bytes(b"")
    assert run(database, "verify") == (1, "error: The database has no tables yet; run `dateline init`.\n")
    assert ACTIONS["load"](database) == (0, "")
    assert faults(database) == []
