"""The change log records what each publish changed, and so what any version served."""

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from app.labels import article_id
from app.models import Basis
from app.stores.store import connected_store
from seed.dates import parse_iso
from seed.pipeline.identity import public_id
from seed.publish.publish import rebuild_outdated_index
from seed.records import RawArticle
from tests.conftest import ROOT, SOAK
from tests.seed.loading import copied, dump, load_into, report, snapshot_of, store_earlier_index, writing

ONE, TWO, THREE = (report(f"Report {number}", id=f"r{number}") for number in (1, 2, 3))


def logged(database: Path) -> list[tuple[int, str, int | None, str]]:
    """Return the log as version, the record's own id, revision and kind."""
    names = {public_id(f"id:harbour-gazette:r{number}"): f"r{number}" for number in range(10)}
    rows = [
        (row["version"], names[row["article_id"]], row["revision_id"], row["kind"]) for row in dump(database)["change"]
    ]
    return sorted(rows)


def served(database: Path) -> dict[str, int]:
    """Return the revision of each article that is served."""
    columns = snapshot_of(database).columns
    ids = map(article_id, columns.article_ids.tolist())
    return dict(zip(ids, columns.order.tolist(), strict=True))


def served_by_log(database: Path) -> dict[str, int]:
    """Return the revision of each article that is served according to the log."""
    last = {row["article_id"]: row["revision_id"] for row in dump(database)["change"]}
    return {article: revision for article, revision in last.items() if revision is not None}


def test_each_publish_logs_its_changes(database: Path) -> None:
    """New articles and new texts, but no unchanged articles."""
    load_into(database, [ONE, TWO])
    load_into(database, [ONE, replace(TWO, text="Changed."), THREE])
    load_into(database, [replace(ONE, text="Changed.")])
    assert logged(database) == [
        (1, "r1", 1, "added"),
        (1, "r2", 2, "added"),
        (2, "r2", 3, "updated"),
        (2, "r3", 4, "added"),
        (3, "r1", 5, "updated"),
    ]


def test_an_article_that_changed_back_is_not_logged(database: Path) -> None:
    """Although it was pending; changes of another article are logged."""
    load_into(database, [ONE, TWO])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, [replace(ONE, text="Changed.")], checkpoint=stop)
    load_into(database, [ONE, THREE])
    assert [row for row in logged(database) if row[0] == 2] == [(2, "r3", 4, "added")]


def test_a_text_that_returns_is_logged(database: Path) -> None:
    """With the revision that had it."""
    for record in (ONE, replace(ONE, text="Changed."), ONE):
        load_into(database, [record])
    assert [row[2:] for row in logged(database)] == [(1, "added"), (2, "updated"), (1, "updated")]


RECORDS = st.builds(
    lambda number, text: report(f"Report {number}", id=f"r{number}", text=text),
    st.integers(0, 4),
    st.sampled_from(["One.", "Two."]),
)


@settings(max_examples=5 * SOAK, deadline=None)
@given(st.lists(st.lists(RECORDS, max_size=4), min_size=1, max_size=4))
def test_the_log_agrees_with_what_is_served(migrated: Path, loads: list[list[RawArticle]]) -> None:
    """After every load; and the counts of a publish equal those of its rows."""
    with copied(migrated) as database:
        for records in loads:
            load_into(database, records)
            assert served_by_log(database) == served(database)
        rows = dump(database)
        for publish in rows["publish"]:
            kinds = [row["kind"] for row in rows["change"] if row["version"] == publish["version"]]
            counts = [publish["added"], publish["changed"], publish["removed"]]
            assert counts == [kinds.count(kind) for kind in ("added", "updated", "removed")]


def downgrade_and_migrate(database: Path) -> None:
    """Take a database back to an earlier release, whose index had a blob of the served revisions, and migrate it."""
    store_earlier_index(database)
    config = Config(toml_file=ROOT / "pyproject.toml")
    for migrate, revision in ((command.downgrade, "2026_11_25_b"), (command.upgrade, "head")):
        with writing(database) as engine, engine.begin() as connection:
            config.attributes["connection"] = connection
            migrate(config, revision)
    with writing(database) as engine, engine.begin() as connection:
        connected_store(connection).text_index.rebuild(connection, lambda _done, _total: None)
        rebuild_outdated_index(connection)


def test_the_texts_of_an_older_database_get_their_keys(database: Path) -> None:
    """The same keys as if loaded by this release, including those of replaced texts."""
    text = "The ferry sails again from the old quay, as it has for years. " * 4
    inferred = replace(parse_iso("2019-03-04", basis=Basis.INFERRED), evidence="“that day”")
    records = [replace(ONE, id=f"r{number}", text=text) for number in range(4)]
    load_into(database, [*records, replace(TWO, id="r5", text=f"{text}!", published=inferred), replace(THREE, id="r9")])
    load_into(database, [replace(records[3], text=text[1:]), replace(THREE, id="r9", text=f"{text}!")])
    before = dump(database)["article_key"]
    assert len([row for row in before if row["key"].startswith("text:")]) == 7
    downgrade_and_migrate(database)
    assert dump(database)["article_key"] == before


@pytest.mark.unmeasured
def test_an_older_database_begins_its_log_with_what_it_serves(database: Path) -> None:
    """As of its last publish; pending articles are not in it."""
    load_into(database, [ONE])
    load_into(database, [TWO])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, [replace(ONE, text="Changed."), THREE], checkpoint=stop)
    downgrade_and_migrate(database)
    assert logged(database) == [(2, "r1", 1, "added"), (2, "r2", 2, "added")]
    load_into(database, [])
    assert logged(database)[2:] == [(3, "r1", 3, "updated"), (3, "r3", 4, "added")]
