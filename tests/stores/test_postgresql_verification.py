"""`dateline verify` names what is damaged in a database on a PostgreSQL server."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.stores import store_of
from app.stores.verification import Verification
from seed.cli.program import app as seed_command
from tests.databases import Server, url_of
from tests.seed.loading import load_into, report
from tests.seed.maintenance.test_verify import change

pytestmark = pytest.mark.unmeasured  # `make test-stores` measures the store.

A_PART = "(SELECT min(name) FROM snapshot_part WHERE name NOT IN ('format', 'manifest'))"

DAMAGE = {
    "UPDATE revision SET text = overlay(text placing 'b' from 1 for 1) WHERE id = 2": "revision 2 of ",
    "UPDATE revision SET details = '{}' WHERE id = 1": "revision 1 of ",
    "UPDATE mention SET start = start + 1 WHERE revision_id = 3": "revision 3 of ",
    "DELETE FROM article_text WHERE id = 2": "words: revision 2 is not in the text index",
    "UPDATE article_text SET length = 3 WHERE id = 1": "words: the text index does not have the words",
    f"UPDATE snapshot_part SET data = set_byte(data, 3, get_byte(data, 3) # 1) WHERE name = {A_PART}": "index: part ",  # noqa: S608
    f"DELETE FROM snapshot_part WHERE name = {A_PART}": "index: part ",  # noqa: S608
    "UPDATE snapshot_part SET data = set_byte(data, 3, get_byte(data, 3) # 1) WHERE name = 'manifest'": (
        "index: The index of the corpus is damaged (manifest)"
    ),
}
"""Statements that damage a database, and how the line about it begins."""

DAMAGED_INDEX = (
    "CREATE EXTENSION amcheck",
    "CREATE FUNCTION compared(int, int) RETURNS int IMMUTABLE LANGUAGE sql RETURN $1 - $2",
    "CREATE OPERATOR CLASS by_place FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, "
    "OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 compared(int, int)",
    "CREATE INDEX by_place ON mention (start by_place)",
    "CREATE OR REPLACE FUNCTION compared(int, int) RETURNS int IMMUTABLE LANGUAGE sql RETURN $2 - $1",
)
"""An index whose order is not that of its values any more."""


@pytest.fixture
def loaded(served: Path) -> Path:
    """Return a database of three articles, each with a mention."""
    load_into(served, [report(title) for title in ("Ferry resumes", "Tide turns", "Dunes")])
    return served


def verify(database: Path) -> tuple[int, str]:
    """Return the exit status of the command, and what it prints."""
    result = CliRunner().invoke(seed_command, ["verify"], env={"DATELINE_DATABASE_URL": url_of(database)})
    return result.exit_code, result.output


def test_a_sound_database_has_no_faults(loaded: Path) -> None:
    status, printed = verify(loaded)
    assert status == 0
    assert "0 faults" in printed


@pytest.mark.parametrize("statement", DAMAGE)
def test_damage_is_named(loaded: Path, statement: str) -> None:
    change(loaded, statement)
    status, printed = verify(loaded)
    assert status == 1
    assert any(line.strip().startswith(DAMAGE[statement]) for line in printed.splitlines()), printed


def test_a_damaged_index_is_named(loaded: Path, server: Server) -> None:
    """Where the extension is; the check of the background finds it, too."""
    if not server.run("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"):
        pytest.skip("the server has no amcheck")
    change(loaded, *DAMAGED_INDEX[:-1])
    assert verify(loaded)[0] == 0
    change(loaded, DAMAGED_INDEX[-1])
    status, printed = verify(loaded)
    assert status == 1
    assert 'item order invariant violated for index "by_place"' in printed
    verification = Verification(store_of(url_of(loaded)), hours=1, rest_per_work=0)
    verification.verify()
    assert 'invariant violated for index "by_place"' in (verification.fault or "")
