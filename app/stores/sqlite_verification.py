"""Faults of an SQLite database: damaged pages, missing rows, and words that are not those of the stored texts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby, repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine, text

from app.stores.sqlite_text import TEXT_INDEX_TABLE, SqliteTextIndex
from app.text.tokenizer import joined_words, words

# Some milliseconds of work.
INSTANCES_PER_SLICE = 5_000
"""Occurrences of words that are read in one transaction from the text index; all of one word are."""

INSTANCES_PER_FETCH = 1_000
"""Occurrences of words that are in memory together."""

REVISIONS_PER_SLICE = 10
"""Revisions whose words are read together."""

_NOT_INDEXED = text("SELECT id FROM revision WHERE id NOT IN (SELECT id FROM article_text_docsize)")
_NOT_STORED = text("SELECT id FROM article_text_docsize WHERE id NOT IN (SELECT id FROM revision)")
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


def faults(engine: Engine) -> Iterator[str]:
    """Yield the faults in pages, indexes, foreign keys and rows of the text index; its words are not checked."""
    with engine.connect() as connection:
        for (line,) in connection.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield f"integrity: {line}"
        for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"references: {table} {row} refers to a missing row of {parent}"
        for (revision,) in connection.execute(_NOT_INDEXED):
            yield f"words: revision {revision} is not in the text index"
        for (revision,) in connection.execute(_NOT_STORED):
            yield f"words: the text index has revision {revision}, which is not stored"


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
        slice_ = _read_slice(engine, {"first": first, "newest": newest, "limit": limit})
        pause()
        if slice_.occurrences < limit:
            return checksum + slice_.checksum + slice_.last_checksum
        if slice_.words == 1:
            limit *= 2  # One word fills the slice, which may end within it.
            continue
        checksum += slice_.checksum
        first, limit = slice_.last, INSTANCES_PER_SLICE


@dataclass(slots=True)
class _Slice:
    """The numbers of occurrences and of words, the last word, and the sums of hashes: of the others, and of the last.

    The occurrences themselves are never in memory together, since a word can be in every text.
    """

    occurrences: int = 0
    words: int = 0
    last: str = ""
    checksum: int = 0
    last_checksum: int = 0

    def add(self, rows: Sequence[Any]) -> None:
        """Add the next occurrences."""
        self.occurrences += len(rows)
        for word, own in groupby(rows, key=itemgetter(0)):
            if word != self.last:
                self.checksum += self.last_checksum
                self.words, self.last, self.last_checksum = self.words + 1, word, 0
            self.last_checksum += sum(map(hash, own))


def _read_slice(engine: Engine, parameters: dict[str, Any]) -> _Slice:
    slice_ = _Slice()
    with engine.connect() as connection:
        connection.execute(_INSTANCES_TABLE)
        for rows in connection.execute(_INSTANCES, parameters).partitions(INSTANCES_PER_FETCH):
            slice_.add(rows)
    return slice_


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
