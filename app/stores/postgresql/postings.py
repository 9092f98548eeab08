"""Postings of words in a PostgreSQL database: for each word the revisions that contain it, and where, in blocks of ids.

With the index of arrays that PostgreSQL has (GIN), a load takes the server twice as long, and a search visits each row.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, pairwise, repeat
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.deadline import check_deadline
from app.stores.phrases import ANYWHERE, Phrase
from app.stores.postgresql.errors import driver_errors
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import COLUMN_STRIDE, TEXT_STRIDE, Counts, Places, counts_of_places, phrase_places

ENTRY = np.dtype([("place", ">u2"), ("count", ">u2")])
"""An entry of a posting: a revision by its place in its block, and how often it contains the word."""

MAX_COUNT = 0xFFFF
"""The greatest number of occurrences in an entry: a revision with more of them has several entries."""

POSITION = np.dtype(">u4")
"""Where a word is in a text: the number of the column times COLUMN_STRIDE, and that of the word."""

EVERY_TEXT = ""
"""Stands for a word that each text has as often as it has words, and nowhere."""

_LAST_CHARACTER = "\U0010ffff"

_HAS_POSTINGS = text("SELECT 1 FROM article_text_posting WHERE word = :word AND block = :block")

_CREATE_ADDED = text(
    "CREATE TEMPORARY TABLE added_posting (LIKE article_text_posting INCLUDING STORAGE) ON COMMIT DROP"
)
_ADD_POSTINGS = text(
    "INSERT INTO article_text_posting AS stored SELECT * FROM added_posting ON CONFLICT (word, block) DO UPDATE "
    "SET entries = stored.entries || excluded.entries, positions = stored.positions || excluded.positions"
)
_DROP_ADDED = text("DROP TABLE added_posting")

# From one word to the next: frequent ones have many rows.
_EXPANSIONS = text(
    "WITH RECURSIVE found(word, number) AS ("
    "SELECT min(word), 1 FROM article_text_posting WHERE word >= :first AND word <= :last UNION ALL "
    "SELECT (SELECT min(p.word) FROM article_text_posting p WHERE p.word > found.word AND p.word <= :last), number + 1 "
    "FROM found WHERE word IS NOT NULL AND number < :limit) SELECT count(word) FROM found"
)

_POSTINGS = text(
    "SELECT word, block, entries FROM article_text_posting WHERE word = ANY(CAST(:words AS text[])) "
    "ORDER BY word, block"
)

_POSTING_AFTER = text(
    "SELECT block, entries FROM article_text_posting WHERE word = :word AND block >= :block ORDER BY block"
)

_FREQUENT = text(
    "SELECT word FROM article_text_posting WHERE word <> :every GROUP BY word "
    "HAVING sum(octet_length(entries)) >= :bytes"
)

_POSTINGS_OF_PREFIX = text("SELECT block, entries FROM article_text_posting WHERE word >= :first AND word <= :last")

_POSITIONS = (
    "SELECT block, entries, positions FROM article_text_posting "
    "WHERE {} AND block = ANY(CAST(:blocks AS bigint[])) ORDER BY block"
)
_POSITIONS_OF_WORD = text(_POSITIONS.format("word = :word"))
_POSITIONS_OF_PREFIX = text(_POSITIONS.format("word >= :first AND word <= :last"))

# A signature, two numbers; for each row the number of its values, for each value its length; and the end.
_COPY_HEAD, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_PACK_HEAD, _PACK_MIDDLE, _PACK_LENGTH = Struct(">hi").pack, Struct(">iqi").pack, Struct(">i").pack

Ids = NDArray[np.int64]
"""Revision ids, ascending and each once."""


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


def frequent_words(connection: Connection, at_least: int) -> list[str]:
    """Return the words that `at_least` texts or more contain."""
    parameters = {"every": EVERY_TEXT, "bytes": at_least * ENTRY.itemsize}
    return list(connection.execute(_FREQUENT, parameters).scalars())


def ids_of_word(connection: Connection, word: str, after: int) -> Ids:
    """Return the ids after `after` of the texts that contain a word."""
    parameters = {"word": word, "block": after // IDS_PER_BLOCK}
    ids = Posting.of([tuple(row) for row in connection.execute(_POSTING_AFTER, parameters)]).ids
    return ids[ids > after]


def count_expansions(connection: Connection, beginning: str, limit: int) -> int:
    """Return how many words have a beginning, at most `limit`."""
    return int(connection.execute(_EXPANSIONS, {**_range(beginning), "limit": limit}).scalar_one())


def word_array(words_: Iterable[str]) -> str:
    """Return words as an array in the syntax of PostgreSQL: the driver would look at each of them."""
    # No word contains this control character.
    quoted = "\x1f".join(words_).replace("\\", r"\\").replace('"', r"\"").replace("\x1f", '","')
    return f'{{"{quoted}"}}'


def id_array(ids: Iterable[int]) -> str:
    """Return ids as an array in the syntax of PostgreSQL: the driver would look at each of them."""
    return f"{{{','.join(map(str, ids))}}}"


def union(sets: Sequence[Ids]) -> Ids:
    """Return the ids in any of these sets, of which there is at least one."""
    return sets[0] if len(sets) == 1 else np.unique(np.concatenate(sets))


def intersection(sets: Sequence[Ids]) -> Ids:
    """Return the ids in all of these sets, of which there is at least one."""
    common, *others = sorted(sets, key=len)
    for other in others:
        common = np.intersect1d(common, other, assume_unique=True)
    return common


class Posting(NamedTuple):
    """The revisions that contain a word, and how often each does."""

    ids: Ids
    counts: Counts

    @classmethod
    def of(cls, rows: Sequence[tuple[int, bytes]]) -> "Posting":
        """Decode rows, given as blocks and entries; those of one word in order give ids in order, each once."""
        ids, counts = _decode(rows)
        is_first = np.concatenate([[True], ids[1:] != ids[:-1]])[: len(ids)]
        if not is_first.all():
            counts = np.add.reduceat(counts, np.flatnonzero(is_first))
        return cls(ids[is_first], counts)

    def counts_of(self, ids: Ids) -> Counts:
        """Return how often each of these revisions contains the word."""
        if not len(self.ids):
            return np.zeros(len(ids), np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.counts[places], 0)


def _decode(rows: Sequence[tuple[int, bytes]]) -> tuple[NDArray[np.int64], Counts]:
    """Return the revision and the count of each entry of rows."""
    blocks = np.fromiter((block for block, _ in rows), np.int64, len(rows))
    sizes = np.fromiter((len(entries) // ENTRY.itemsize for _, entries in rows), np.int64, len(rows))
    entries = np.frombuffer(b"".join(entries for _, entries in rows), ENTRY)
    return np.repeat(blocks * IDS_PER_BLOCK, sizes) + entries["place"], entries["count"].astype(np.int64)


class Postings:
    """The revisions that contain words, which are looked up together, and phrases of them."""

    def __init__(self, connection: Connection, words: Iterable[str]) -> None:
        self._connection = connection
        rows: dict[str, list[tuple[int, bytes]]] = {word: [] for word in words}
        for word, block, entries in connection.execute(_POSTINGS, {"words": word_array(rows)}) if rows else ():
            rows[word].append((block, entries))
        self.by_word = {word: Posting.of(own) for word, own in rows.items()}
        self._by_prefix: dict[str, Posting] = {}
        self._by_phrase: dict[Phrase, Ids] = {}

    @classmethod
    def of_phrases(cls, connection: Connection, phrases: Iterable[Phrase], *words: str) -> "Postings":
        """Look up the words of phrases, and others."""
        return cls(connection, chain(words, *map(_exact_words, phrases)))

    def of_phrase(self, phrase: Phrase) -> Ids:
        """Return the ids of the revisions that contain a phrase in one of its columns."""
        if phrase not in self._by_phrase:
            ids = self.of_words(phrase)
            if not _is_anywhere(phrase):
                # The words may be in different columns, or not in sequence.
                ids = ids[np.unique(self.places(phrase, ids) // TEXT_STRIDE)]
            self._by_phrase[phrase] = ids
        return self._by_phrase[phrase]

    def of_words(self, phrase: Phrase) -> Ids:
        """Return the ids of the revisions that contain the words of a phrase, wherever they are."""
        check_deadline()
        return intersection([posting.ids for posting in self._of_each_word(phrase)])

    def counts(self, phrase: Phrase, ids: Ids) -> Counts:
        """Return how often each of these revisions contains a phrase."""
        check_deadline()
        if _is_anywhere(phrase):
            return next(self._of_each_word(phrase)).counts_of(ids)
        own = intersection([self.of_phrase(phrase), ids])
        counts = np.zeros(len(ids), np.int64)
        counts[np.searchsorted(ids, own)] = counts_of_places(self.places(phrase, own), len(own))
        return counts

    def places(self, phrase: Phrase, ids: Ids) -> Places:
        """Return the places of a phrase in these revisions, which are numbered in this order."""
        check_deadline()
        places = {word: self._places(ids, word=word) for word in _exact_words(phrase)}
        of_words = [places[word] for word in phrase.words if word in places]
        if phrase.is_prefix:
            of_words[len(phrase.words) - 1 :] = [np.sort(self._places(ids, **_range(phrase.words[-1])))]
        return phrase_places(phrase, of_words)

    def _places(self, ids: Ids, **of_words: str) -> Places:
        parameters = {**of_words, "blocks": id_array(np.unique(ids // IDS_PER_BLOCK))}
        query = _POSITIONS_OF_WORD if "word" in of_words else _POSITIONS_OF_PREFIX
        rows = self._connection.execute(query, parameters).all()
        own, counts = _decode([(block, entries) for block, entries, _ in rows])
        numbers: Ids = np.minimum(np.searchsorted(ids, own), len(ids) - 1)
        is_wanted = ids[numbers] == own
        positions = np.frombuffer(b"".join(of_row for *_, of_row in rows), POSITION)[np.repeat(is_wanted, counts)]
        places: Places = np.repeat(numbers[is_wanted], counts[is_wanted]) * TEXT_STRIDE + positions
        return places

    def _of_each_word(self, phrase: Phrase) -> Iterator[Posting]:
        yield from (self.by_word[word] for word in _exact_words(phrase))
        if phrase.is_prefix:
            yield self._of_prefix(phrase.words[-1])

    def _of_prefix(self, beginning: str) -> Posting:
        if beginning not in self._by_prefix:
            rows = self._connection.execute(_POSTINGS_OF_PREFIX, _range(beginning)).all()
            entries, counts = _decode([(block, entries) for block, entries in rows])
            ids, numbers = np.unique(entries, return_inverse=True)
            self._by_prefix[beginning] = Posting(ids, np.bincount(numbers, counts).astype(np.int64))
        return self._by_prefix[beginning]


def _range(beginning: str) -> dict[str, str]:
    """Return the first and the last word that there may be with a beginning."""
    return {"first": beginning, "last": beginning + _LAST_CHARACTER}


def _is_anywhere(phrase: Phrase) -> bool:
    """Return whether a phrase is one word, wherever it is."""
    return len(phrase.words) == 1 and phrase.columns == ANYWHERE


def _exact_words(phrase: Phrase) -> tuple[str, ...]:
    """Return the words of a phrase that do not go on, each once."""
    return tuple(dict.fromkeys(phrase.words[:-1] if phrase.is_prefix else phrase.words))
