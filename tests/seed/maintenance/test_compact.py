"""Compacting deletes what is no longer served, and nothing else."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from app.search.fulltext.hits import SearchContext
from app.search.index.storage import change_token
from app.text.query_parser import parse_query
from seed.maintenance.compact import CompactSummary, compact
from tests.seed.loading import dump, load_into, named, natural, report, snapshot_of, writing

OLD = report("Ferry resumes", id="r1", text="Vellandian Captain Jo Lindqvall left Amsel. “We sail,” Lindqvall said.")
NEW = replace(OLD, text="Admiral Ada Byrne left Amsel. “We rest,” Byrne said.")
OTHER = report("Tide turns", id="r2", text="Mr. Otto Brandthal waits.")


def compact_database(database: Path) -> CompactSummary:
    """Compact a database."""
    with writing(database) as engine:
        return compact(engine)


def revisions(database: Path) -> list[int]:
    """Return the ids of the revisions that are stored."""
    return [row["id"] for row in dump(database)["revision"]]


def state(database: Path) -> str:
    """Return the state of the text index for which an order of relevance is valid."""
    with writing(database) as engine, Session(engine) as session:
        return SearchContext(session, snapshot_of(database)).state()


def test_nothing_to_delete(database: Path) -> None:
    """Nothing is deleted, nothing is published."""
    load_into(database, [OLD, OTHER])
    before = dump(database)
    assert compact_database(database) == CompactSummary(0, 0, None)
    assert dump(database) == before


def test_an_unpublished_database_has_nothing_to_delete(database: Path) -> None:
    """Nor to publish."""
    assert compact_database(database) == CompactSummary(0, 0, None)


def test_a_replaced_revision_is_deleted_with_what_belongs_to_it(database: Path) -> None:
    """Its mentions, its statements, and the person that only it named; entities of the lexicon stay."""
    load_into(database, [OLD, OTHER])
    load_into(database, [NEW])
    before = dump(database)
    assert compact_database(database) == CompactSummary(1, 1, 3)
    after = dump(database)
    deleted = {row["id"] for row in before["entity"]} - {row["id"] for row in after["entity"]}
    assert [row["name"] for row in before["entity"] if row["id"] in deleted] == ["Jo Lindqvall"]
    assert revisions(database) == [2, 3]
    for table in ("mention", "statement"):
        assert {row["revision_id"] for row in before[table]} - {row["revision_id"] for row in after[table]} == {1}
    for table in ("source", "article", "article_key"):
        assert after[table] == before[table]
    assert deleted.isdisjoint(label.id for label in snapshot_of(database).labels.entity)


def test_a_compacted_database_equals_a_new_one(database: Path, tmp_path: Path) -> None:
    """Except its publishes."""
    fresh = tmp_path / "fresh.db"
    fresh.write_bytes(database.read_bytes())
    for records in ([OLD, OTHER], [NEW]):
        load_into(database, records)
    compact_database(database)
    load_into(fresh, [NEW, OTHER])
    one, two = natural(database), natural(fresh)
    assert one["revision"] == two["revision"]
    assert {**one["snapshot"], "version": 1} == two["snapshot"]


def test_pending_revisions_stay(database: Path) -> None:
    """And so do the served ones until the pending ones are published."""
    load_into(database, [OLD])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    try:
        load_into(database, [NEW, OTHER], checkpoint=stop)
    except InterruptedError:
        assert compact_database(database) == CompactSummary(0, 0, 2)
    assert revisions(database) == [1, 2, 3]
    assert sorted(snapshot_of(database).columns.order.tolist()) == [2, 3]
    assert compact_database(database).revisions == 1


def test_a_given_entity_stays_while_a_text_names_it(database: Path) -> None:
    """Like one that was extracted."""
    given = report("Given", id="r3", text="Ada Byrne.", entities=(named("Ada Byrne", id="ada"),))
    load_into(database, [given])
    load_into(database, [replace(given, text="Ada Byrne again.")])
    assert compact_database(database) == CompactSummary(1, 0, None)
    load_into(database, [replace(given, text="Nobody.", entities=())])
    assert compact_database(database) == CompactSummary(1, 1, 4)


def test_revision_ids_are_never_reused(database: Path) -> None:
    """Even if the highest was deleted: a reader with an older snapshot must not find another text under it."""
    for record in (OLD, NEW, OLD):
        load_into(database, [record])
    compact_database(database)
    assert revisions(database) == [1]
    load_into(database, [NEW])
    assert revisions(database) == [1, 3]


def test_the_order_of_relevance_changes(database: Path) -> None:
    """Its scores depend on the rows of the index, so cursors must expire when rows are deleted."""
    load_into(database, [OLD, OTHER, report("Given", id="r3", entities=())])
    load_into(database, [report("Given", id="r3", text="Changed.", entities=())])
    before = state(database)
    assert compact_database(database) == CompactSummary(1, 0, None)
    assert state(database) != before


def test_the_text_index_stays_correct(database: Path) -> None:
    """It finds what is stored and nothing that was deleted."""
    load_into(database, [OLD, OTHER])
    load_into(database, [NEW])
    compact_database(database)
    with writing(database) as engine, Session(engine) as session:
        session.connection().execute(text("INSERT INTO article_text(article_text) VALUES ('integrity-check')"))
        search = SearchContext(session, snapshot_of(database))
        assert [len(search.matches(parse_query(word))) for word in ("captain", "admiral", "waits")] == [0, 1, 1]


def test_the_space_is_returned_to_the_disk(database: Path) -> None:
    """The file is smaller than before."""
    long = report("Long", id="r3", entities=(), text="".join(f"Word{number} " for number in range(50_000)))
    load_into(database, [long])
    load_into(database, [replace(long, text="Short.")])
    before = database.stat().st_size
    compact_database(database)
    assert database.stat().st_size < before / 2


def test_a_new_token_needs_a_publish(database: Path) -> None:
    """Revisions may be replaced before anything was ever published."""
    with writing(database) as engine, engine.begin() as connection:
        change_token(connection, "another")
    assert dump(database)["publish"] == dump(database)["snapshot_part"] == []
