"""How postings of words are written to a PostgreSQL database: those of a block of revisions together."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count, pairwise, repeat
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.stores.phrases import ANYWHERE
from app.stores.postgresql.errors import driver_errors
from app.stores.postgresql.postings import ENTRY, EVERY_TEXT, POSITION
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import COLUMN_STRIDE, Counts

MAX_COUNT = 0xFFFF
"""The greatest number of occurrences in an entry: a revision with more of them has several entries."""

_HAS_POSTINGS = text("SELECT 1 FROM article_text_posting WHERE word = :word AND block = :block")

_CREATE_ADDED = text(
    "CREATE TEMPORARY TABLE added_posting (LIKE article_text_posting INCLUDING STORAGE) ON COMMIT DROP"
)
_ADD_POSTINGS = text(
    "INSERT INTO article_text_posting AS stored SELECT * FROM added_posting ON CONFLICT (word, block) DO UPDATE "
    "SET entries = stored.entries || excluded.entries, positions = stored.positions || excluded.positions"
)
_DROP_ADDED = text("DROP TABLE added_posting")

# A signature, two numbers; for each row the number of its values, for each value its length; and the end.
_COPY_HEAD, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_PACK_HEAD, _PACK_MIDDLE, _PACK_LENGTH = Struct(">hi").pack, Struct(">iqi").pack, Struct(">i").pack


class BlockPostings:
    """The words of further revisions of one block, whose postings are written together: a row is changed once for all.

    Words are numbered as they come, so that arrays of numbers are sorted and counted instead of objects.
    """

    def __init__(self, block: int) -> None:
        self.block = block
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._words = array("q")
        self.places: list[int] = []
        """The places of the revisions in the block."""
        self._lengths = array("q")

    def add(self, id_: int, columns: Sequence[Sequence[str]]) -> int:
        """Add a revision with the words of its columns, and return their number; the ids ascend."""
        before = len(self._words)
        for column in columns:
            self._words.extend(map(self._numbers.__getitem__, column))
            self._lengths.append(len(column))
        self.places.append(id_ % IDS_PER_BLOCK)
        return len(self._words) - before

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self._words)

    def words(self) -> list[str]:
        """Return the words, each once, in the order of `parts`."""
        return [EVERY_TEXT, *self._numbers]

    def parts(self) -> tuple[list[bytes], list[bytes]]:
        """Return the entries of each word, and its positions in them."""
        words = np.frombuffer(self._words, np.int64)
        lengths = np.frombuffer(self._lengths, np.int64)
        ends_of_columns = np.cumsum(lengths)
        places, of_texts = np.array(self.places, np.int64), lengths.reshape(-1, len(ANYWHERE)).sum(axis=1)
        # By word, each in order: numbers that differ are sorted in a fraction of the time of a stable order.
        numbers = np.arange(len(words))
        order = np.sort(words * len(words) + numbers) % max(len(words), 1)
        starts = np.tile(np.arange(len(ANYWHERE)) * COLUMN_STRIDE, len(places)) - ends_of_columns + lengths
        positions = (numbers + np.repeat(starts, lengths))[order]
        keys = (words * IDS_PER_BLOCK + np.repeat(places, of_texts))[order]
        keys, counts = np.unique(keys, return_counts=True)
        keys, counts = _split(keys, counts)
        ends = np.searchsorted(keys, np.arange(len(self._numbers) + 1) * IDS_PER_BLOCK)
        entries = _entries(keys % IDS_PER_BLOCK, counts).tobytes()
        ends_of_positions = np.concatenate([[0], np.cumsum(counts)])[ends]
        of_every_text = _entries(*_split(places, of_texts)).tobytes()
        return (
            [of_every_text, *_cut(entries, ends * ENTRY.itemsize)],
            [b"", *_cut(positions.astype(POSITION).tobytes(), ends_of_positions * POSITION.itemsize)],
        )

    def write(self, connection: Connection) -> None:
        """Append the revisions, if there are any, to the postings of their words."""
        if not self.places:
            return
        words = self.words()
        rows = sorted(zip(words, repeat(self.block), *self.parts()))
        is_new = connection.execute(_HAS_POSTINGS, {"word": EVERY_TEXT, "block": self.block}).first() is None
        if not is_new:
            connection.execute(_CREATE_ADDED)
        _copy(connection, "article_text_posting" if is_new else "added_posting", rows)
        if not is_new:
            connection.execute(_ADD_POSTINGS)
            connection.execute(_DROP_ADDED)


def _copy(connection: Connection, table: str, rows: Iterable[tuple[str, int, bytes, bytes]]) -> None:
    """Copy rows in the binary format of PostgreSQL: the driver takes four times as long for their values."""
    driver: Any = connection.connection.driver_connection
    parts = [_COPY_HEAD]
    for word, block, entries, positions in rows:
        encoded = word.encode()
        middle = _PACK_MIDDLE(8, block, len(entries))
        parts += (_PACK_HEAD(4, len(encoded)), encoded, middle, entries, _PACK_LENGTH(len(positions)), positions)
    parts.append(_COPY_END)
    statement = f"COPY {table} (word, block, entries, positions) FROM STDIN (FORMAT BINARY)"
    with driver_errors(), driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(b"".join(parts))


def _split(keys: NDArray[np.int64], counts: Counts) -> tuple[NDArray[np.int64], Counts]:
    """Return keys with their counts, several times where a count is greater than an entry can hold."""
    pieces = np.maximum(-(-counts // MAX_COUNT), 1)
    last = np.cumsum(pieces) - 1
    split = np.full(pieces.sum(), MAX_COUNT)
    split[last] = counts - (pieces - 1) * MAX_COUNT
    return np.repeat(keys, pieces), split


def _entries(places: NDArray[np.int64], counts: Counts) -> NDArray[np.void]:
    entries = np.empty(len(places), ENTRY)
    entries["place"], entries["count"] = places, counts
    return entries


def _cut(data: bytes, ends: NDArray[np.int64]) -> list[bytes]:
    return [data[start:end] for start, end in pairwise(ends.tolist())]
