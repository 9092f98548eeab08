"""Faults of a PostgreSQL database: damaged indexes, missing rows, and words that are not those of the stored texts."""

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
from sqlalchemy import Connection, Engine, ForeignKey, Select, exists, select, text
from sqlmodel import SQLModel

from app.stores.postgresql.postings import ENTRY_BYTES, Postings
from app.stores.postgresql.text_index import PostgresqlTextIndex, text_row

# Some milliseconds of work.
REVISIONS_PER_SLICE = 50
"""Revisions whose words are read together."""

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
_NOT_INDEXED = text("SELECT id FROM revision WHERE id NOT IN (SELECT id FROM article_text) ORDER BY id")
_NOT_STORED = text("SELECT id FROM article_text WHERE id NOT IN (SELECT id FROM revision) ORDER BY id")
_TOTALS = text(
    "SELECT texts, words, (SELECT count(*) FROM article_text), (SELECT coalesce(sum(length), 0) FROM article_text) "
    "FROM article_text_totals"
)
_NEWEST = text("SELECT coalesce(max(id), 0), count(*) FROM revision")
_COUNT = text("SELECT count(*) FROM revision WHERE id <= :newest")
_TEXTS = text(
    "SELECT id, revision.title, revision.text, length, t.title, t.text, joined "
    "FROM revision LEFT JOIN article_text t USING (id) WHERE id > :after AND id <= :newest ORDER BY id LIMIT :limit"
)
_ENTRIES = text(f"SELECT sum(octet_length(entries)) / {ENTRY_BYTES} FROM article_text_posting")  # noqa: S608


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
        before = connection.execute(_NEWEST).one()
        if not PostgresqlTextIndex().is_current(connection):
            return  # No damage: the next writer indexes all texts again.
    count = _count_entries(engine, before[0], pause)
    with engine.connect() as connection:
        is_same = count is not None and count == (connection.scalar(_ENTRIES) or 0)
        if not is_same and connection.execute(_NEWEST).one() == before:
            yield FAULT


def _count_entries(engine: Engine, newest: int, pause: Callable[[], None]) -> int | None:
    """Return the number of entries of all texts; None if the index lacks one of them."""
    after = count = 0
    while True:
        with engine.connect() as connection:
            parameters = {"after": after, "newest": newest, "limit": REVISIONS_PER_SLICE}
            rows = connection.execute(_TEXTS, parameters).all()
            expected = [text_row(*row[:3]) for row in rows]
            counts = [row.counts() for row in expected]
            postings = Postings(connection, chain.from_iterable(counts))
        if any(own[:-1] != (row[0], *row[3:]) for own, row in zip(expected, rows, strict=True)):
            return None
        ids = np.array([row.id for row in expected], np.int64)
        for form, stored in postings.by_form.items():
            if stored.counts_of(ids).tolist() != [own.get(form, 0) for own in counts]:
                return None
        count += sum(map(len, counts))
        pause()
        if not rows:
            return count
        after = rows[-1][0]
