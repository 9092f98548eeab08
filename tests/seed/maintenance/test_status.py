"""What a database holds, in the numbers that an operator asks for."""

import re
from pathlib import Path

from app.stores.sqlite import DRIVER, file_url, reader_engine
from seed.maintenance.status import status
from tests.seed.loading import load_into, report


def status_of(database: Path) -> dict[str, str]:
    """Return the lines by label."""
    engine = reader_engine(file_url(database))
    found = dict(status(engine))
    engine.dispose()
    return found


def test_nothing_was_published_yet(database: Path) -> None:
    """It says so."""
    assert status_of(database) == {
        "corpus version": "none, nothing was published yet",
        "articles": "0, of which 0 undated",
        "printed": "no dated article",
        "sources": "0",
        "entities": "0",
        "loaded, not published": "0",
        "removed": "0",
        "revisions not served": "0",
        "SQLite": DRIVER.sqlite_version,
    }


def test_what_is_served_and_what_waits(database: Path) -> None:
    """Days are whole intervals; sources and entities count if an article has them."""
    load_into(database, [report("One", id="r1"), report("Two", id="r2", on="2019-03-04"), report("Three", on="2019")])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    try:
        load_into(
            database, [report("One", id="r1", text="Anew."), report("Four", source="bay-courier")], checkpoint=stop
        )
    except InterruptedError:
        found = status_of(database)
    assert re.fullmatch(r"1, published \d{4}-\d\d-\d\d \d\d:\d\d UTC", found.pop("corpus version"))
    assert found == {
        "articles": "3, of which 1 undated",
        "printed": "2019-01-01 to 2019-12-31",
        "sources": "1",
        "entities": "1",
        "loaded, not published": "2",
        "removed": "0",
        "revisions not served": "2",
        "SQLite": DRIVER.sqlite_version,
    }


def test_only_undated_articles(database: Path) -> None:
    """They have no days."""
    load_into(database, [report()])
    assert status_of(database)["printed"] == "no dated article"
