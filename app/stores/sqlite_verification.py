"""Whether the text index of SQLite has exactly the words of the stored texts, found out in small slices."""

from collections.abc import Callable, Iterator
from itertools import count, repeat
from typing import Any

from sqlalchemy import Engine, text

from app.stores.sqlite_text import TEXT_INDEX_TABLE, SqliteTextIndex
from app.text.tokenizer import joined_words, words

# Some milliseconds of work.
INSTANCES_PER_SLICE = 5_000
"""Occurrences of words that are read together from the text index; all of one word are."""

REVISIONS_PER_SLICE = 10
"""Revisions whose words are read together."""

_NEWEST = text("SELECT coalesce(max(id), 0), count(*) FROM revision")
_COUNT = text("SELECT count(*) FROM revision WHERE id <= :newest")
_TEXTS = text("SELECT id, title, text FROM revision WHERE id > :after AND id <= :newest ORDER BY id LIMIT :limit")
_INSTANCES_TABLE = text(
    f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances USING fts5vocab(main, {TEXT_INDEX_TABLE}, instance)"
)
_INSTANCES = text(
    "SELECT term, doc, col, offset FROM temp.instances WHERE term >= :first AND doc <= :newest LIMIT :limit"
)

FAULT = "words: the text index does not have the words of the stored texts"


def word_faults(engine: Engine, pause: Callable[[], None]) -> Iterator[str]:
    """Yield a fault if the text index lacks words, or has others; `pause` is called after each slice of work.

    Each slice is a transaction of its own, so that a log can be emptied in between. What is loaded meanwhile is left
    out; nothing is said if rows were deleted meanwhile.
    """
    with engine.connect() as connection:
        newest, stored = connection.execute(_NEWEST).one()
        if not SqliteTextIndex().is_current(connection):
            return  # No damage: the next writer indexes all texts again.
    if _indexed_checksum(engine, newest, pause) == _text_checksum(engine, newest, pause):
        return
    with engine.connect() as connection:
        if connection.execute(_COUNT, {"newest": newest}).scalar() == stored:
            yield FAULT


def _indexed_checksum(engine: Engine, newest: int, pause: Callable[[], None]) -> int:
    """Return the sum of the hashes of all occurrences in the text index, which yields them by word."""
    checksum, first, limit = 0, "", INSTANCES_PER_SLICE
    while True:
        with engine.connect() as connection:
            connection.execute(_INSTANCES_TABLE)
            parameters = {"first": first, "newest": newest, "limit": limit}
            rows: list[Any] = [tuple(row) for row in connection.execute(_INSTANCES, parameters)]
        pause()
        if len(rows) < limit:
            return checksum + sum(map(hash, rows))
        last = rows[-1][0]
        if last == rows[0][0]:
            limit *= 2  # One word fills the slice, which may end within it.
            continue
        checksum += sum(hash(row) for row in rows if row[0] != last)
        first, limit = last, INSTANCES_PER_SLICE


def _text_checksum(engine: Engine, newest: int, pause: Callable[[], None]) -> int:
    """Return the same of all words of the stored texts."""
    checksum = after = 0
    while True:
        with engine.connect() as connection:
            parameters = {"after": after, "newest": newest, "limit": REVISIONS_PER_SLICE}
            rows = connection.execute(_TEXTS, parameters).all()
        for id_, title, body in rows:
            columns = {"title": words(title), "text": words(body), "joined": joined_words(title, body)}
            for name, own in columns.items():
                checksum += sum(map(hash, zip(own, repeat(id_), repeat(name), count(), strict=False)))
        pause()
        if not rows:
            return checksum
        after = rows[-1][0]
