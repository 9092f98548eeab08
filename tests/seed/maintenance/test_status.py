"""The summary of a database."""

import re
from pathlib import Path

from app.sqlite_driver import DRIVER
from app.stores import store_of
from app.stores.sqlite import file_url
from seed.maintenance.status import status
from tests.seed.loading import load_into, report


def status_of(database: Path) -> dict[str, str]:
    """Return the values by label."""
    engine = store_of(file_url(database)).reader_engine()
    values = dict(status(engine).rows())
    engine.dispose()
    return values


def test_a_database_without_publishes(database: Path) -> None:
    """It says so, and all counts are 0."""
    assert status_of(database) == {
        "corpus version": "none, nothing has been published yet",
        "articles": "0, of which 0 undated",
        "printed": "no dated articles",
        "sources": "0",
        "entities": "0",
        "loaded, not published": "0",
        "removed": "0",
        "revisions not served": "0",
        "SQLite": DRIVER.sqlite_version,
    }


def test_served_and_pending_articles(database: Path) -> None:
    """Days are whole intervals; only sources and entities with an article are counted."""
    load_into(database, [report("One", id="r1"), report("Two", id="r2", on="2019-03-04"), report("Three", on="2019")])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    try:
        load_into(
            database, [report("One", id="r1", text="Changed."), report("Four", source="bay-courier")], checkpoint=stop
        )
    except InterruptedError:
        values = status_of(database)
    assert re.fullmatch(r"1, published \d{4}-\d\d-\d\d \d\d:\d\d UTC", values.pop("corpus version"))
    assert values == {
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
    """They have no printed days."""
    load_into(database, [report()])
    assert status_of(database)["printed"] == "no dated articles"
