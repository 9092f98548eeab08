"""Parts of the index over many publishes: what is written, what stays, and what a process reads of it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.errors import DamagedError
from app.search.index.parts import Manifest
from app.search.index.snapshot import Snapshot
from app.search.index.storage import current_manifest, open_snapshot, store_parts
from app.stores import store_of
from seed.maintenance.remove import remove, undo_removal
from seed.maintenance.verify import verify
from seed.pipeline.load import load
from seed.publish import merging
from seed.publish.merging import merge_parts
from seed.publish.publish import publish
from seed.records import RawArticle
from tests.conftest import SOAK
from tests.databases import url_of
from tests.search.index.test_snapshot_builder import contents_of
from tests.seed.loading import RESOURCES, copied, load_into, named, report, snapshot_of, writing

SMALL = 1_000
"""Bytes of parts that hold about ten articles."""


def article(number: int, *, day: int | None = None, **fields: Any) -> RawArticle:  # noqa: ANN401 - fields of a report
    """Return a report that was printed on one of many days."""
    on = f"20{10 + (day or number) // 300}-{(day or number) // 25 % 12 + 1:02}-{(day or number) % 25 + 1:02}"
    return report(f"Report {number}", **{"id": f"r{number}", "on": on, "text": f"Amsel {number}.", **fields})


@contextmanager
def reading(database: Path) -> Iterator[Connection]:
    """Yield a connection of a reader, next to which there may be a writer."""
    engine = store_of(url_of(database)).reader_engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def manifest_of(database: Path) -> Manifest:
    """Return the manifest of what is served."""
    with reading(database) as connection:
        return current_manifest(connection)


def parts_of(database: Path) -> set[str]:
    """Return the names of all stored rows of the index."""
    with reading(database) as connection:
        return set(connection.scalars(text("SELECT name FROM snapshot_part")))


@contextmanager
def written_parts(engine: Engine) -> Iterator[list[int]]:
    """Yield the sizes of what is inserted into the index."""
    sizes: list[int] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:  # noqa: ANN401 - rows
        if statement.startswith("INSERT INTO snapshot_part"):
            sizes.append(sum(len(value) for value in parameters if isinstance(value, bytes)))

    event.listen(engine, "before_cursor_execute", note)
    yield sizes
    event.remove(engine, "before_cursor_execute", note)


def test_a_publish_writes_what_it_adds(database: Path) -> None:
    """Not what was there; and the next one as much as the one before it."""
    load_into(database, [article(number) for number in range(1, 400)])
    before = manifest_of(database)
    assert (len(before.base), before.deltas) == (1, ())
    sizes = []
    for number in (500, 501):
        with writing(database) as engine, written_parts(engine) as written:
            load(engine, [article(number)], RESOURCES)
            sizes.append(sum(written))
    after = manifest_of(database)
    assert (after.base, after.log, after.entities, len(after.deltas)) == (before.base, before.log, before.entities, 2)
    assert [entry.articles for entry in after.deltas] == [1, 1]
    assert max(sizes) < 4_000
    assert abs(sizes[1] - sizes[0]) < 200
    assert parts_of(database) == {*after.names, "format", "manifest"}


def test_many_small_publishes_are_merged(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the publish; until then, all of them are kept. Newest articles leave all parts but the last as they are."""
    monkeypatch.setattr(merging, "MAX_REWRITTEN_PER_CHANGE", 5)
    with writing(database) as engine:
        load_in_parts(engine, [article(number) for number in range(1, 100)], part_bytes=SMALL)
    base = manifest_of(database).base
    assert len(base) > 5
    for number in range(400, 404):
        load_into(database, [article(number)])
    before = contents_of(snapshot_of(database))
    with writing(database) as engine:
        assert not merge_parts(engine, max_deltas=4, part_bytes=SMALL)
        assert merge_parts(engine, max_deltas=3, part_bytes=SMALL)
    after = manifest_of(database)
    assert (after.base[:-1], after.deltas) == (base[:-1], ())
    assert after.base[-1].articles == base[-1].articles + 4
    assert contents_of(snapshot_of(database)) == before
    assert parts_of(database) == {*after.names, "format", "manifest"}


def load_in_parts(engine: Engine, records: Iterable[RawArticle], *, part_bytes: int) -> None:
    """Load records and publish them in parts of another size."""
    with pytest.raises(InterruptedError):
        load(engine, records, RESOURCES, checkpoint=stop_before_publishing)
    publish(engine, part_bytes=part_bytes)


def stop_before_publishing(checkpoint: str) -> None:
    if checkpoint == "batch committed":
        raise InterruptedError


def test_parts_are_merged_after_the_publish(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a transaction of its own, so that a crash in between costs nothing."""
    monkeypatch.setattr(merging, "MIN_REWRITTEN", 1)
    checkpoints: list[str] = []
    load_into(database, [article(1)], checkpoint=checkpoints.append)
    assert checkpoints[-1] == "publish committed"
    load_into(database, [article(2)], checkpoint=checkpoints.append)
    assert checkpoints[-2:] == ["publish committed", "parts merged"]
    assert (len(manifest_of(database).base), manifest_of(database).deltas) == (1, ())


def test_scattered_changes_stay_apart_until_they_are_many(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They become one delta, which leaves the base as it is."""
    monkeypatch.setattr(merging, "MAX_REWRITTEN_PER_CHANGE", 5)
    with writing(database) as engine:
        load_in_parts(engine, [article(number) for number in range(1, 100)], part_bytes=SMALL)
    base = manifest_of(database).base
    for number in (1, 30, 60, 90):
        load_into(database, [article(number, text="Changed.")])
    with writing(database) as engine:
        remove(engine, ["r50"])
        before = contents_of(snapshot_of(database))
        assert merge_parts(engine, max_deltas=3, part_bytes=SMALL)
        merged = manifest_of(database)
        assert (merged.base, len(merged.deltas)) == (base, 1)
        assert (merged.deltas[0].articles, merged.deltas[0].removed) == (4, 1)
        assert contents_of(snapshot_of(database)) == before
        undo_removal(engine, ["r50"])
        monkeypatch.setattr(merging, "MAX_REWRITTEN_PER_CHANGE", 20)
        monkeypatch.setattr(merging, "MIN_REWRITTEN", 20)
        assert merge_parts(engine, part_bytes=SMALL)
    assert manifest_of(database).deltas == ()
    assert len(snapshot_of(database)) == 99


def test_the_log_is_merged_too(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is appended to the last part until that is full."""
    monkeypatch.setattr(merging, "LOG_ROWS_PER_PART", 6)
    lengths = []
    for number in range(1, 8):
        load_into(database, [article(number)])
        with writing(database) as engine:
            assert merge_parts(engine, max_deltas=0) == (number > 1)
            lengths.append(len(manifest_of(database).log))
            assert list(verify(engine)) == []
    assert lengths == [1, 1, 1, 1, 2, 2, 2]
    assert snapshot_of(database).log.versions.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_an_index_without_articles_is_merged(database: Path) -> None:
    """All were removed, and others come after them."""
    load_into(database, [article(1)])
    with writing(database) as engine:
        remove(engine, ["r1"])
        assert merge_parts(engine, max_deltas=0)
        assert (manifest_of(database).articles, len(snapshot_of(database))) == ((), 0)
        load(engine, [article(2)], RESOURCES)
        assert len(snapshot_of(database)) == 1
        assert merge_parts(engine, max_deltas=0) == bool(manifest_of(database).deltas)
        assert list(verify(engine)) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["load", "load", "remove", "undo", "merge", "open"]), st.integers(1, 12), st.integers(1, 9)
    ),
    max_size=12,
)


@settings(max_examples=8 * SOAK, deadline=None)
@given(steps=STEPS)
def test_a_process_that_reads_what_is_new_has_the_same_index(migrated: Path, steps: list[tuple[str, int, int]]) -> None:
    """As one that reads everything, however parts are merged meanwhile."""
    with copied(migrated) as database, writing(database) as engine:
        load(engine, [article(number) for number in range(1, 6)], RESOURCES)
        known = opened(engine)
        for step, number, day in steps:
            act(engine, step, number, day)
            if step == "open":
                known = opened(engine, known)
                assert contents_of(known) == contents_of(opened(engine))
        final = opened(engine, known)
        assert contents_of(final) == contents_of(opened(engine))
        assert final.log.versions.tolist() == opened(engine).log.versions.tolist()
        assert list(verify(engine)) == []


def act(engine: Engine, step: str, number: int, day: int) -> None:
    """Load, remove or bring back an article, or merge the parts."""
    if step == "load":
        person = named(f"Amsel {number}", id=f"p{day}")
        load(engine, [article(number, day=day, language="en" if day % 2 else None, entities=(person,))], RESOURCES)
    elif step in {"remove", "undo"} and number <= 5:
        (remove if step == "remove" else undo_removal)(engine, [f"r{number}"])
    elif step == "merge":
        merge_parts(engine, max_deltas=day % 3, part_bytes=100 * day)


def opened(engine: Engine, before: Snapshot | None = None) -> Snapshot:
    """Return what is served, from scratch or from what was open before."""
    with Session(engine) as session:
        return open_snapshot(session, before)


def test_a_process_reads_only_what_is_new(database: Path) -> None:
    load_into(database, [article(number) for number in range(1, 50)])
    with writing(database) as engine:
        before = opened(engine)
        load(engine, [article(60)], RESOURCES)
        with read_parts(engine) as names:
            after = opened(engine, before)
        assert names == [manifest_of(database).deltas[0].name]
        assert after.labels.entity is before.labels.entity
        with read_parts(engine) as names:
            opened(engine, after)
        assert names == []


@contextmanager
def read_parts(engine: Engine) -> Iterator[list[str]]:
    """Yield the names of the parts that are read."""
    names: list[str] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:  # noqa: ANN401 - values
        if statement.startswith("SELECT snapshot_part.data \n"):
            values = parameters.values() if isinstance(parameters, dict) else parameters
            names.extend(value for value in values if value not in {"format", "manifest"})

    event.listen(engine, "before_cursor_execute", note)
    yield names
    event.remove(engine, "before_cursor_execute", note)


LIMIT = 20_000

TOO_BIG = f"""
CREATE TRIGGER too_big BEFORE INSERT ON snapshot_part WHEN length(NEW.data) > {LIMIT}
BEGIN SELECT RAISE(ABORT, 'string or blob too big'); END
"""


def test_no_value_grows_with_the_corpus(database: Path) -> None:
    """The database refuses values above a limit; the index as a whole is several times larger."""
    with writing(database) as engine:
        with engine.begin() as connection:
            connection.execute(text(TOO_BIG))
        for start in range(0, 900, 300):
            loaded = [article(number) for number in range(start + 1, start + 301)]
            load_in_parts(engine, loaded, part_bytes=LIMIT // 2)
        with engine.begin() as connection:
            assert total_size(connection) > 3 * LIMIT
        assert merge_parts(engine, max_deltas=0, part_bytes=LIMIT // 2)
        with pytest.raises(IntegrityError, match="too big"), engine.begin() as connection:
            store_parts(connection, [bytes(LIMIT + 1)])
        assert list(verify(engine)) == []
    assert len(snapshot_of(database)) == 900


def total_size(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT sum(length(data)) FROM snapshot_part")) or 0)


def test_a_publish_that_cannot_find_a_part_refuses(database: Path) -> None:
    """It would be missing for ever; nothing is published."""
    load_into(database, [article(1)])
    with writing(database) as engine:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM snapshot_part WHERE name = (SELECT min(name) FROM snapshot_part)"))
        with pytest.raises(DamagedError, match=r"part [0-9a-f]{32}"):
            publish(engine)
