"""Postings of words in a PostgreSQL database: for each word the revisions that contain it, and where, in blocks of ids.

With the index of arrays that PostgreSQL has (GIN), a load takes the server twice as long, and a search visits each row.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.deadline import check_deadline
from app.stores.phrases import ANYWHERE, Phrase
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import TEXT_STRIDE, Counts, Places, counts_of_places, phrase_places

ENTRY = np.dtype([("place", ">u2"), ("count", ">u2")])
"""An entry of a posting: a revision by its place in its block, and how often it contains the word."""

POSITION = np.dtype(">u4")
"""Where a word is in a text: the number of the column times COLUMN_STRIDE, and that of the word."""

EVERY_TEXT = ""
"""Stands for a word that each text has as often as it has words, and nowhere."""

_LAST_CHARACTER = "\U0010ffff"

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

_POSTINGS_OF_PREFIX = text(
    "SELECT block, entries FROM article_text_posting WHERE word >= :first AND word <= :last "
    "AND word <> ALL(CAST(:known AS text[]))"
)

_POSITIONS = (
    "SELECT block, entries, positions FROM article_text_posting "
    "WHERE {} AND block = ANY(CAST(:blocks AS bigint[])) ORDER BY block"
)
_POSITIONS_OF_WORD = text(_POSITIONS.format("word = :word"))
_POSITIONS_OF_PREFIX = text(_POSITIONS.format("word >= :first AND word <= :last"))

Ids = NDArray[np.int64]
"""Revision ids, ascending and each once."""


def frequent_words(connection: Connection, at_least: int) -> list[str]:
    """Return the words that `at_least` texts or more contain."""
    parameters = {"every": EVERY_TEXT, "bytes": at_least * ENTRY.itemsize}
    return list(connection.execute(_FREQUENT, parameters).scalars())


def posting_of_word(connection: Connection, word: str, after: int) -> "Posting":
    """Return the texts after an id that contain a word."""
    parameters = {"word": word, "block": after // IDS_PER_BLOCK}
    posting = Posting.of([tuple(row) for row in connection.execute(_POSTING_AFTER, parameters)])
    return Posting(posting.ids[posting.ids > after], posting.counts[posting.ids > after])


def posting_of_prefix(connection: Connection, beginning: str, known: Collection[str] = ()) -> "Posting":
    """Return the texts that contain words with a beginning, apart from known ones."""
    rows = connection.execute(_POSTINGS_OF_PREFIX, {**_range(beginning), "known": word_array(known)}).all()
    entries, counts = _decode([(block, entries) for block, entries in rows])
    ids, numbers = np.unique(entries, return_inverse=True)
    return Posting(ids, np.bincount(numbers, counts, len(ids)).astype(np.int64))


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
            self._by_prefix[beginning] = posting_of_prefix(self._connection, beginning)
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
