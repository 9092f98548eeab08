"""Dropping what nothing serves, and nothing else."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from app.search.fulltext.hits import TextSearch
from app.text.query_parser import parse
from seed.maintenance.compact import Compacted, compact
from tests.seed.loading import dump, load_into, named, natural, report, snapshot_of, writing

OLD = report("Ferry resumes", id="r1", text="Captain Jo Lindqvall left Amsel. “We sail,” Lindqvall said.")
NEW = replace(OLD, text="Admiral Ada Byrne left Amsel. “We rest,” Byrne said.")
OTHER = report("Tide turns", id="r2", text="Mr. Otto Brandthal waits.")


def compacted(database: Path) -> Compacted:
    """Compact a database."""
    with writing(database) as engine:
        return compact(engine)


def revisions(database: Path) -> list[int]:
    """Return the ids of the revisions that are stored."""
    return [row["id"] for row in dump(database)["revision"]]


def state(database: Path) -> str:
    """Return what an order of relevance holds for."""
    with writing(database) as engine, Session(engine) as session:
        return TextSearch(session, snapshot_of(database), 1).state()


def test_nothing_to_drop(database: Path) -> None:
    """Nothing goes, nothing is published."""
    load_into(database, [OLD, OTHER])
    before = dump(database)
    assert compacted(database) == Compacted(0, 0, None)
    assert dump(database) == before


def test_an_unpublished_database_has_nothing_to_drop(database: Path) -> None:
    """Nor to publish."""
    assert compacted(database) == Compacted(0, 0, None)


def test_a_replaced_revision_goes_with_all_that_only_it_said(database: Path) -> None:
    """Mentions, statements, and the person that it alone named; entities of the lexicon stay."""
    load_into(database, [OLD, OTHER])
    load_into(database, [NEW])
    before = dump(database)
    assert compacted(database) == Compacted(1, 1, 3)
    after = dump(database)
    gone = {row["id"] for row in before["entity"]} - {row["id"] for row in after["entity"]}
    assert [row["name"] for row in before["entity"] if row["id"] in gone] == ["Jo Lindqvall"]
    assert revisions(database) == [2, 3]
    for table in ("mention", "statement"):
        assert {row["revision_id"] for row in before[table]} - {row["revision_id"] for row in after[table]} == {1}
    for table in ("source", "article", "article_key"):
        assert after[table] == before[table]
    assert gone.isdisjoint(label.id for label in snapshot_of(database).labels.entity)


def test_a_compacted_database_is_as_one_loaded_anew(database: Path, tmp_path: Path) -> None:
    """Publishes apart."""
    fresh = tmp_path / "fresh.db"
    fresh.write_bytes(database.read_bytes())
    for records in ([OLD, OTHER], [NEW]):
        load_into(database, records)
    compacted(database)
    load_into(fresh, [NEW, OTHER])
    one, two = natural(database), natural(fresh)
    assert one["revision"] == two["revision"]
    assert {**one["snapshot"], "version": 1} == two["snapshot"]


def test_waiting_revisions_stay(database: Path) -> None:
    """And what is served until they are published; then they are served."""
    load_into(database, [OLD])

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    try:
        load_into(database, [NEW, OTHER], checkpoint=stop)
    except InterruptedError:
        assert compacted(database) == Compacted(0, 0, 2)
    assert revisions(database) == [1, 2, 3]
    assert sorted(snapshot_of(database).columns.order.tolist()) == [2, 3]
    assert compacted(database).revisions == 1


def test_an_entity_that_a_record_gave_stays_while_a_text_names_it(database: Path) -> None:
    """As one that was found does."""
    given = report("Given", id="r3", text="Ada Byrne.", entities=(named("Ada Byrne", id="ada"),))
    load_into(database, [given])
    load_into(database, [replace(given, text="Ada Byrne again.")])
    assert compacted(database) == Compacted(1, 0, None)
    load_into(database, [replace(given, text="Nobody.", entities=())])
    assert compacted(database) == Compacted(1, 1, 4)


def test_revision_ids_are_never_given_twice(database: Path) -> None:
    """Though the highest was dropped: a reader with an older snapshot must not find another text under it."""
    for record in (OLD, NEW, OLD):
        load_into(database, [record])
    compacted(database)
    assert revisions(database) == [1]
    load_into(database, [NEW])
    assert revisions(database) == [1, 3]


def test_the_order_of_relevance_changes(database: Path) -> None:
    """Its scores count the rows of the index, dropped ones no more; a cursor must know."""
    load_into(database, [OLD, OTHER, report("Given", id="r3", entities=())])
    load_into(database, [report("Given", id="r3", text="Anew.", entities=())])
    before = state(database)
    assert compacted(database) == Compacted(1, 0, None)
    assert state(database) != before


def test_the_text_index_stays_true(database: Path) -> None:
    """It finds what is there and nothing of what is gone."""
    load_into(database, [OLD, OTHER])
    load_into(database, [NEW])
    compacted(database)
    with writing(database) as engine, Session(engine) as session:
        session.connection().execute(text("INSERT INTO article_text(article_text) VALUES ('integrity-check')"))
        search = TextSearch(session, snapshot_of(database), 1)
        assert [len(search.matches(parse(word))) for word in ("captain", "admiral", "waits")] == [0, 1, 1]


def test_the_space_goes_back_to_the_disk(database: Path) -> None:
    """The file is smaller than it was."""
    long = report("Long", id="r3", entities=(), text="".join(f"Word{number} " for number in range(50_000)))
    load_into(database, [long])
    load_into(database, [replace(long, text="Short.")])
    before = database.stat().st_size
    compacted(database)
    assert database.stat().st_size < before / 2
