"""Postings of words in a PostgreSQL database: for each word the revisions that contain it, in blocks of ids.

With the index of arrays that PostgreSQL has (GIN), a load takes the server twice as long, and a search visits each row.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from itertools import chain, count, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.deadline import check_deadline
from app.stores.phrases import ANYWHERE, Phrase
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import Counts, needle

# Entries of its indexes have at most 2,704 bytes.
MAX_WORD_BYTES = 2_500
"""Maximum length of an indexed word in UTF-8; of a longer one, the beginning and a checksum are indexed."""

HEAD_BYTES = 2_400
"""Length of that beginning."""

IDS_PER_CHECK = 10_000
"""Revisions that one statement compares with a phrase."""

ENTRY = np.dtype([("place", ">u2"), ("count", ">u2")])
"""An entry of a posting: a revision by its place in its block, and how often it contains the word."""

ENTRY_BYTES = ENTRY.itemsize

MAX_COUNT = 0xFFFF
"""This number of occurrences, or more."""

EVERY_TEXT = ""
"""Stands for a word that each text has as often as it has words."""

_LAST_CHARACTER = "\U0010ffff"

_ADD_POSTINGS = text(
    "INSERT INTO article_text_posting AS stored (word, block, entries) "
    "SELECT word, :block, entries FROM unnest(CAST(:words AS text[]), CAST(:entries AS bytea[])) added(word, entries) "
    "ORDER BY word ON CONFLICT (word, block) DO UPDATE SET entries = stored.entries || excluded.entries"
)

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

Ids = NDArray[np.int64]
"""Revision ids, ascending and each once."""


def indexed_form(word: str) -> str:
    """Return a word as it is indexed: a long one by its beginning and a checksum."""
    # A character has at most four bytes, so that most words need not be encoded.
    if 4 * len(word) <= MAX_WORD_BYTES or len(encoded := word.encode()) <= MAX_WORD_BYTES:
        return word
    return f"{_head(word)}\x02{blake2b(encoded, digest_size=16).hexdigest()}"


def _head(word: str) -> str:
    return word.encode()[:HEAD_BYTES].decode(errors="ignore")


class BlockPostings:
    """The words of further revisions of one block, whose postings are written together: a row is changed once for all.

    Words are numbered as they come, so that arrays of numbers are sorted and counted instead of objects.
    """

    def __init__(self, block: int) -> None:
        self._block = block
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._every_text = self._numbers[EVERY_TEXT]
        self._words = array("q")
        self._places: list[int] = []
        self._lengths: list[int] = []

    def add(self, id_: int, forms: Iterable[str]) -> None:
        """Add a revision with all of its words, as they are indexed; the ids ascend."""
        size = len(self._words)
        self._words.extend(map(self._numbers.__getitem__, forms))
        self._places.append(id_ % IDS_PER_BLOCK)
        self._lengths.append(len(self._words) - size)

    def write(self, connection: Connection) -> None:
        """Append the revisions, if there are any, to the postings of their words."""
        if not self._places:
            return
        places = np.array(self._places, np.int64)
        keys = np.frombuffer(self._words, np.int64) * IDS_PER_BLOCK + np.repeat(places, self._lengths)
        keys, counts = np.unique(keys, return_counts=True)
        # Each text has this word, even one of no words.
        keys = np.concatenate([self._every_text * IDS_PER_BLOCK + places, keys])
        counts = np.concatenate([self._lengths, counts])
        entries = np.empty(len(keys), ENTRY)
        entries["place"], entries["count"] = keys % IDS_PER_BLOCK, np.minimum(counts, MAX_COUNT)
        in_hexadecimal = entries.tobytes().hex()
        ends = np.searchsorted(keys, np.arange(1, len(self._numbers) + 1) * IDS_PER_BLOCK) * 2 * ENTRY_BYTES
        parts = (in_hexadecimal[start:end] for start, end in pairwise([0, *ends.tolist()]))
        values = ",".join(rf"\\x{part}" for part in parts)
        parameters = {"block": self._block, "words": _array(self._numbers), "entries": f"{{{values}}}"}
        connection.execute(_ADD_POSTINGS, parameters)


def frequent_words(connection: Connection, at_least: int) -> list[str]:
    """Return the words that `at_least` texts or more contain, but for those of which only a checksum is indexed."""
    parameters = {"every": EVERY_TEXT, "bytes": at_least * ENTRY_BYTES}
    return [word for word in connection.execute(_FREQUENT, parameters).scalars() if indexed_form(word) == word]


def postings_of_word(connection: Connection, word: str, after: int) -> "Posting":
    """Return the texts after an id that contain a word, and how often each does, at most MAX_COUNT."""
    parameters = {"word": indexed_form(word), "block": after // IDS_PER_BLOCK}
    posting = Posting.of([tuple(row) for row in connection.execute(_POSTING_AFTER, parameters)])
    return Posting(posting.ids[posting.ids > after], posting.counts[posting.ids > after])


def count_expansions(connection: Connection, beginning: str, limit: int) -> int:
    """Return how many words have a beginning, at most `limit`."""
    first = _head(beginning)
    parameters = {"first": first, "last": first + _LAST_CHARACTER, "limit": limit}
    return int(connection.execute(_EXPANSIONS, parameters).scalar_one())


def _array(forms: Iterable[str]) -> str:
    """Return words as an array in the syntax of PostgreSQL: the driver would look at each of them."""
    # No word contains this control character.
    quoted = "\x1f".join(forms).replace("\\", r"\\").replace('"', r"\"").replace("\x1f", '","')
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
    """The revisions that contain a word, and how often each does, at most MAX_COUNT."""

    ids: Ids
    counts: Counts

    @classmethod
    def of(cls, rows: Sequence[tuple[int, bytes]]) -> "Posting":
        """Decode rows of one word, given as blocks and entries, in order."""
        blocks = np.fromiter((block for block, _ in rows), np.int64, len(rows))
        sizes = np.fromiter((len(entries) // ENTRY_BYTES for _, entries in rows), np.int64, len(rows))
        entries = np.frombuffer(b"".join(entries for _, entries in rows), ENTRY)
        return cls(np.repeat(blocks * IDS_PER_BLOCK, sizes) + entries["place"], entries["count"].astype(np.int64))

    def counts_of(self, ids: Ids) -> Counts:
        """Return how often each of these revisions contains the word."""
        if not len(self.ids):
            return np.zeros(len(ids), np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.counts[places], 0)


class Postings:
    """The revisions that contain words, which are looked up together, and phrases of them."""

    def __init__(self, connection: Connection, forms: Iterable[str]) -> None:
        self._connection = connection
        rows: dict[str, list[tuple[int, bytes]]] = {form: [] for form in forms}
        for word, block, entries in connection.execute(_POSTINGS, {"words": _array(rows)}) if rows else ():
            rows[word].append((block, entries))
        self.by_form = {form: Posting.of(own) for form, own in rows.items()}
        """The posting of each word, given as it is indexed."""
        self._by_phrase: dict[Phrase, Ids] = {}

    @classmethod
    def of_phrases(cls, connection: Connection, phrases: Iterable[Phrase], *forms: str) -> "Postings":
        """Look up the words of phrases, and others."""
        own = (indexed_form(word) for phrase in phrases for word in _exact_words(phrase))
        return cls(connection, chain(forms, own))

    def of_phrase(self, phrase: Phrase) -> Ids:
        """Return the ids of the revisions that contain a phrase in one of its columns."""
        if phrase not in self._by_phrase:
            ids, last = self.of_words(phrase), phrase.words[-1]
            # The words may be in different columns, or not in sequence, or begin with the head of a long prefix alone.
            is_exact = len(phrase.words) == 1 and phrase.columns == ANYWHERE and _head(last) == last
            self._by_phrase[phrase] = ids if is_exact else self._containing(ids, phrase)
        return self._by_phrase[phrase]

    def of_words(self, phrase: Phrase) -> Ids:
        """Return the ids of the revisions that contain the words of a phrase, wherever they are."""
        check_deadline()
        sets = [self.by_form[indexed_form(word)].ids for word in _exact_words(phrase)]
        if phrase.is_prefix:
            sets.append(ids_of_prefix(self._connection, _head(phrase.words[-1])))
        return intersection(sets)

    def _containing(self, ids: Ids, phrase: Phrase) -> Ids:
        places = " OR ".join(f"strpos({column}, CAST(:wanted AS text)) > 0" for column in phrase.columns)
        condition = f"id = ANY(CAST(:ids AS bigint[])) AND ({places})"
        query = text(f"SELECT id FROM article_text WHERE {condition} ORDER BY id")  # noqa: S608
        found: list[int] = []
        for start in range(0, len(ids), IDS_PER_CHECK):
            check_deadline()
            parameters = {"ids": id_array(ids[start : start + IDS_PER_CHECK].tolist()), "wanted": needle(phrase)}
            found += self._connection.scalars(query, parameters).all()
        return np.array(found, np.int64)


def ids_of_prefix(connection: Connection, head: str, known: Collection[str] = ()) -> Ids:
    """Return the ids of the texts that contain a word with a beginning, apart from known words."""
    parameters = {"first": head, "last": head + _LAST_CHARACTER, "known": [*known]}
    rows = connection.execute(_POSTINGS_OF_PREFIX, parameters).all()
    return np.unique(Posting.of([(block, entries) for block, entries in rows]).ids)


def is_word(phrase: Phrase) -> bool:
    """Return whether a phrase is one whole word, wherever it is."""
    return len(phrase.words) == 1 and phrase.columns == ANYWHERE and not phrase.is_prefix


def _exact_words(phrase: Phrase) -> tuple[str, ...]:
    """Return the words of a phrase that do not go on, each once."""
    return tuple(dict.fromkeys(phrase.words[:-1] if phrase.is_prefix else phrase.words))
