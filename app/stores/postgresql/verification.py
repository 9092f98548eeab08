"""Faults of a PostgreSQL database: damaged indexes, missing rows, and words that are not those of the stored texts."""

from collections.abc import Callable, Iterator

import numpy as np
from sqlalchemy import Connection, Engine, ForeignKey, Select, exists, select, text
from sqlmodel import SQLModel

from app.stores.postgresql.block_postings import BlockPostings
from app.stores.postgresql.postings import ENTRY, POSITION, word_array
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.postgresql.text_index import PostgresqlTextIndex, columns_of

# Some milliseconds of work.
REVISIONS_PER_READ = 50
"""Revisions whose texts are read together."""

# The postings of their words are read, which are those of the whole block.
WORDS_PER_SLICE = 300_000
"""Number of words that are compared together, but for those of the last texts."""

FAULT = "words: the text index does not have the words of the stored texts"

# Only where an operator has created the extension, and granted its functions to whoever is not a superuser.
_CAN_CHECK = text(
    "SELECT coalesce(has_function_privilege(to_regprocedure('bt_index_check(regclass)')::oid, 'execute'), false)"
)
_INDEXES = text(
    "SELECT index.relname, bt_index_check(CAST(index.oid AS regclass)) FROM pg_index "
    "JOIN pg_class index ON index.oid = indexrelid JOIN pg_am ON pg_am.oid = index.relam "
    "WHERE amname = 'btree' AND indisvalid AND index.relnamespace = CAST(current_schema() AS regnamespace)"
)
_INVALID = text(
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE NOT indisvalid AND relnamespace = CAST(current_schema() AS regnamespace)"
)
# What waits for the publish may wait to be indexed.
_IS_DUE = "(id <= (SELECT max(id) FROM article_text) OR NOT EXISTS (SELECT 1 FROM pending))"
_NOT_INDEXED = text(
    f"SELECT id FROM revision WHERE id NOT IN (SELECT id FROM article_text) AND {_IS_DUE} ORDER BY id"  # noqa: S608
)
_NOT_STORED = text("SELECT id FROM article_text WHERE id NOT IN (SELECT id FROM revision) ORDER BY id")
_TOTALS = text(
    "SELECT texts, words, (SELECT count(*) FROM article_text), (SELECT coalesce(sum(length), 0) FROM article_text) "
    "FROM article_text_totals"
)
_NEWEST = text("SELECT coalesce(max(id), 0), count(*) FROM revision")
_NEWEST_DUE = text(f"SELECT coalesce(max(id), 0) FROM revision WHERE {_IS_DUE}")  # noqa: S608
_TEXTS = text(
    "SELECT id, title, text, length FROM revision LEFT JOIN article_text USING (id) "
    "WHERE id > :after AND id <= :newest ORDER BY id LIMIT :limit"
)
_STORED = text(
    "SELECT word, entries, positions FROM article_text_posting "
    "WHERE word = ANY(CAST(:words AS text[])) AND block = :block"
)
_ENTRIES = text(f"SELECT sum(octet_length(entries)) / {ENTRY.itemsize} FROM article_text_posting")  # noqa: S608


def faults(engine: Engine) -> Iterator[str]:
    """Yield the faults in indexes, references, and rows and totals of the text index; its words are not checked."""
    with engine.connect() as connection:
        yield from _index_faults(connection)
        for child in (key for table in SQLModel.metadata.sorted_tables for key in table.foreign_keys):
            for row in connection.execute(_dangling(child)):
                name, parent = child.parent.table.name, child.column.table.name
                yield f"references: {name} {row[0]} refers to a missing row of {parent}"
        for id_ in connection.scalars(_NOT_INDEXED):
            yield f"words: revision {id_} is not in the text index"
        for id_ in connection.scalars(_NOT_STORED):
            yield f"words: the text index has revision {id_}, which is not stored"
        texts, words, *counted = connection.execute(_TOTALS).one()
        if [texts, words] != counted:
            yield f"words: the totals are {texts} texts and {words} words, but there are {counted[0]} and {counted[1]}"


def _index_faults(connection: Connection) -> Iterator[str]:
    for name in connection.scalars(_INVALID):
        yield f"integrity: index {name} is not valid"
    if connection.scalar(_CAN_CHECK):
        connection.execute(_INDEXES).all()  # Raises at the first damaged one.


def _dangling(child: ForeignKey) -> Select[str]:
    """Return the query for the references of a foreign key to rows that are missing."""
    parent = child.column.table.alias("parent")
    is_there = exists().where(parent.c[child.column.name] == child.parent)
    return select(child.parent).where(child.parent.is_not(None), ~is_there).distinct().order_by(child.parent)


def word_faults(engine: Engine, pause: Callable[[], None]) -> Iterator[str]:
    """Yield a fault if the text index lacks words, or has others; `pause` is called after each slice of work.

    What is loaded meanwhile is left out; nothing is said if rows were added or deleted meanwhile.
    """
    with engine.connect() as connection:
        before, newest = connection.execute(_NEWEST).one(), connection.scalar(_NEWEST_DUE) or 0
        if not PostgresqlTextIndex().is_current(connection):
            return  # No damage: the next writer indexes all texts again.
    count = _count_entries(engine, newest, pause)
    with engine.connect() as connection:
        is_same = count is not None and count == (connection.scalar(_ENTRIES) or 0)
        if not is_same and connection.execute(_NEWEST).one() == before:
            yield FAULT


def _count_entries(engine: Engine, newest: int, pause: Callable[[], None]) -> int | None:
    """Return the number of entries of all texts; None if the index lacks one of them, or has others for a text."""
    count = 0
    for expected in _slices(engine, newest, pause):
        if expected is None or (own := _count_stored(engine, expected)) is None:
            return None
        count += own
    return count


def _slices(engine: Engine, newest: int, pause: Callable[[], None]) -> Iterator[BlockPostings | None]:
    """Yield the postings of slices of a block, as they should be; None for a text whose length is not as stored."""
    after, own = 0, BlockPostings(0)
    while True:
        with engine.connect() as connection:
            parameters = {"after": after, "newest": newest, "limit": REVISIONS_PER_READ}
            rows = connection.execute(_TEXTS, parameters).all()
        for id_, title, body, length in rows:
            if own.block != id_ // IDS_PER_BLOCK or len(own) >= WORDS_PER_SLICE:
                yield own
                own = BlockPostings(id_ // IDS_PER_BLOCK)
            if own.add(id_, columns_of(title, body)) != length:
                yield None
        pause()
        if not rows:
            yield own
            return
        after = rows[-1].id


def _count_stored(engine: Engine, expected: BlockPostings) -> int | None:
    """Return the number of entries of some texts; None if the index does not have exactly their postings."""
    if not expected.places:
        return 0
    words = expected.words()
    entries, positions = expected.parts()
    with engine.connect() as connection:
        rows = connection.execute(_STORED, {"words": word_array(words), "block": expected.block}).all()
    stored = {row.word: _within(row.entries, row.positions, expected.places) for row in rows}
    if stored != dict(zip(words, zip(entries, positions, strict=True), strict=True)):
        return None
    return sum(map(len, entries)) // ENTRY.itemsize


def _within(entries: bytes, positions: bytes, places: list[int]) -> tuple[bytes, bytes] | None:
    """Return the part of a posting for some places in its block; None if its positions are not as many as it says."""
    stored, own = np.frombuffer(entries, ENTRY), np.frombuffer(positions, POSITION)
    is_wanted = np.isin(stored["place"], places)
    is_of_wanted = np.repeat(is_wanted, stored["count"])
    if len(own) not in (0, len(is_of_wanted)):
        return None
    return stored[is_wanted].tobytes(), own[is_of_wanted[: len(own)]].tobytes()
