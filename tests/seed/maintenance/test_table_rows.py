"""Reading tables in the order of their keys, and their checksums."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from app.models import Change, Mention, SnapshotPart, Source
from seed.maintenance.table_rows import FIRST_BATCH_ROWS, MODELS, Checksum, count_rows, read_batches, rows_after
from tests.seed.loading import load_into, report, writing

TABLES = SQLModel.metadata.tables


def test_every_table_has_a_model() -> None:
    assert MODELS.keys() == TABLES.keys()
    assert (MODELS["mention"], MODELS["snapshot_part"]) == (Mention, SnapshotPart)


def test_rows_follow_each_other_by_all_columns_of_the_key(database: Path) -> None:
    """Byte by byte, however many there are."""
    keys = [(version, article) for version in (1, 2, 10) for article in ("-", "A", "Z", "a", "ä", "😀")]
    with writing(database) as engine:
        with engine.begin() as connection:
            for version, article in reversed(keys):
                values = {"version": version, "article": article}
                connection.execute(
                    text("INSERT INTO change (version, article_id, kind) VALUES (:version, :article, 'added')"), values
                )
        with engine.connect() as connection:
            table = TABLES[str(Change.__tablename__)]
            rows = rows_after(connection, table, None, 4)
            while next_rows := rows_after(connection, table, rows[-1], 4):
                rows += next_rows
            assert [row[:2] for row in rows] == keys
            assert count_rows(connection, table) == len(keys)


@pytest.mark.parametrize("count", [0, 1, FIRST_BATCH_ROWS, FIRST_BATCH_ROWS + 1])
def test_batches_have_all_rows(database: Path, count: int) -> None:
    names = [f"s{number:04}" for number in range(count)]
    with writing(database) as engine:
        with engine.begin() as connection:
            for name in names:
                connection.execute(
                    text("INSERT INTO source (id, name, names, domains) VALUES (:name, '', '[]', '[]')"), {"name": name}
                )
        with engine.connect() as connection:
            checksum = Checksum()
            batches = list(read_batches(connection, TABLES[str(Source.__tablename__)], checksum))
    assert [row[0] for rows in batches for row in rows] == names
    assert checksum.rows == count


def checksum_of(*batches: list[tuple[object, ...]], have_blobs: bool = False) -> tuple[int, str]:
    """Return the checksum of rows."""
    checksum = Checksum()
    for rows in batches:
        checksum.add(rows, have_blobs=have_blobs)
    return checksum.result()


def test_a_checksum_does_not_depend_on_batches() -> None:
    assert checksum_of([(1, "a"), (2, "b")]) == checksum_of([(1, "a")], [(2, "b")])


@pytest.mark.parametrize(
    "other",
    [[(1, "a\n")], [(1, "a"), (1, "a")], [("1", "a")], [(1.0, "a")], [(1, None)], [(1, b"a")], [(True, "a")], []],
)
def test_a_checksum_depends_on_every_value(other: list[tuple[object, ...]]) -> None:
    assert checksum_of([(1, "a")]) != checksum_of(other)


def test_a_checksum_depends_on_blobs() -> None:
    """And tells them from texts."""
    values = [b"a", b"b", b"", "a", None]
    assert len({checksum_of([("x", value)], have_blobs=True) for value in values}) == len(values)


def test_the_blobs_of_an_index_are_read_one_by_one(database: Path) -> None:
    load_into(database, [report()])
    with writing(database) as engine, engine.connect() as connection:
        batches = list(read_batches(connection, TABLES[str(SnapshotPart.__tablename__)], Checksum()))
    assert {len(rows) for rows in batches} == {1}
    assert len(batches) > 4
