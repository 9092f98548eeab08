"""The text index of PostgreSQL: the words of each revision as arrays with a GIN index, and in sequence for phrases.

Its own text search reads texts in another way, and forgets the places of words behind the 16,383rd.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from app.deadline import check_deadline
from app.stores.phrases import ANYWHERE, TITLE_OR_TEXT, Phrase, near_phrases, scored_leaves
from app.stores.postgresql.errors import driver_errors
from app.stores.relevance import bm25, idf, leaf_phrases, needle, occurrence_counter, spaced
from app.stores.store import IndexProgress
from app.text.query_tree import And, Leaf, Near, Node, Or, Term, leaves
from app.text.tokenizer import TOKENIZER_VERSION, joined_words, words

# Entries of its indexes have at most 2,704 bytes.
MAX_WORD_BYTES = 2_500
"""Maximum length of an indexed word in UTF-8; of a longer one, the beginning and a checksum are indexed."""

HEAD_BYTES = 2_400
"""Length of that beginning."""

REVISIONS_PER_SLICE = 1_000
"""Revisions that are indexed together."""

ROWS_PER_SLICE = 1_000
"""Rows whose texts are in memory together."""

_LAST_CHARACTER = "\U0010ffff"

_TEXTS = text("SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last ORDER BY id")
_COPY = "COPY article_text (id, length, title, text, joined, words) FROM STDIN"
_ADD_WORDS = text(
    "INSERT INTO article_text_word SELECT unnest(CAST(:words AS text[])) ORDER BY 1 ON CONFLICT DO NOTHING"
)
_CLEAN_PENDING_LIST = text("SELECT gin_clean_pending_list('article_text_words')")
_ALL_REVISIONS = text("SELECT coalesce(min(id), 1), coalesce(max(id), 0), count(*) FROM revision")
_CLEAR = text("TRUNCATE article_text, article_text_word")
_RESET = text("UPDATE article_text_totals SET texts = 0, words = 0, tokenizer = :version")
_VERSION = text("SELECT tokenizer FROM article_text_totals")
_STATE = text("SELECT texts, words FROM article_text_totals")
_EXPANSIONS = text(
    "SELECT count(*) FROM (SELECT 1 FROM article_text_word WHERE word >= :first AND word <= :last LIMIT :limit) words"
)
_ROWS = text("SELECT id, length, title, text, joined FROM article_text WHERE id = ANY(:ids) ORDER BY id")

TextRow = tuple[int, int, str, str, str, list[str]]
"""The values of a row of the index."""


def indexed_form(word: str) -> str:
    """Return a word as it is indexed: a long one by its beginning and a checksum."""
    encoded = word.encode()
    if len(encoded) <= MAX_WORD_BYTES:
        return word
    return f"{_head(word)}\x02{blake2b(encoded, digest_size=16).hexdigest()}"


def _head(word: str) -> str:
    return word.encode()[:HEAD_BYTES].decode(errors="ignore")


def text_row(id_: int, title: str, body: str) -> TextRow:
    """Return the row of the index for a text."""
    columns = words(title), words(body), joined_words(title, body)
    length = sum(map(len, columns))
    forms = sorted({indexed_form(word) for column in columns for word in column})
    return (id_, length, spaced(columns[0]), spaced(columns[1]), spaced(columns[2]), forms)


class PostgresqlTextIndex:
    """The text index of a PostgreSQL database; see `app.stores.store.TextIndex`."""

    def add(self, connection: Connection, revision_ids: range) -> None:
        """Index the titles and texts of these stored revisions."""
        for start in range(revision_ids[0], revision_ids[-1] + 1, REVISIONS_PER_SLICE):
            last = min(start + REVISIONS_PER_SLICE - 1, revision_ids[-1])
            texts = connection.execute(_TEXTS, {"first": start, "last": last})
            _insert(connection, [text_row(*row) for row in texts])

    def settle(self, connection: Connection) -> None:
        """Move new entries into the tree of the index: they are faster to add to a list, which each search reads."""
        connection.execute(_CLEAN_PENDING_LIST)

    def is_current(self, connection: Connection) -> bool:
        """Return whether the texts were read by the tokenizer of this release."""
        return bool(connection.execute(_VERSION).scalar() == TOKENIZER_VERSION)

    def rebuild(self, connection: Connection, progress: IndexProgress) -> None:
        """Index all stored revisions again."""
        connection.execute(_CLEAR)
        connection.execute(_RESET, {"version": TOKENIZER_VERSION})
        first, last, total = connection.execute(_ALL_REVISIONS).one()
        for start in range(first, last + 1, REVISIONS_PER_SLICE):
            self.add(connection, range(start, min(start + REVISIONS_PER_SLICE, last + 1)))
            progress(min(start + REVISIONS_PER_SLICE - first, total), total)

    def hits(self, connection: Connection, leaf: Leaf | And | Or) -> NDArray[np.int64]:
        """Return the ids of the revisions that contain a leaf of a query, or all or any of several leaves."""
        if isinstance(leaf, Near):
            return _near_hits(connection, leaf)
        condition = Condition()
        joint = " OR " if isinstance(leaf, Or) else " AND "
        sql = joint.join(f"({condition.any_of(leaf_phrases(one))})" for one in leaves(leaf))
        # The ids as one value: fetching half a million rows one by one takes longer than the search.
        query = text(f"SELECT string_agg(CAST(id AS text), ',') FROM article_text WHERE {sql}")  # noqa: S608
        joined: str | None = connection.execute(query, condition.values).scalar()
        return np.fromstring(joined or "", np.int64, sep=",")

    def expansions(self, connection: Connection, prefix: Term, limit: int) -> int:
        """Return how many words a prefix stands for, at most `limit`."""
        first = _head(words(prefix.text)[-1])
        parameters = {"first": first, "last": first + _LAST_CHARACTER, "limit": limit}
        return int(connection.execute(_EXPANSIONS, parameters).scalar_one())

    def scores(
        self, connection: Connection, tree: Node, revision_ids: list[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return those of these revisions that contain a leaf that the query does not exclude, and scores by bm25."""
        scored, _ = scored_leaves(tree)
        phrases = [phrase for leaf in scored for phrase in leaf_phrases(leaf)]
        condition = Condition()
        counts = [f"(SELECT count(*) FROM article_text WHERE {condition.any_of([phrase])})" for phrase in phrases]  # noqa: S608
        query = text(f"SELECT texts, words, {', '.join(counts)} FROM article_text_totals")  # noqa: S608
        texts, total, *hits = connection.execute(query, condition.values).one()
        idfs = [idf(texts, count) for count in hits]
        counters = list(map(occurrence_counter, scored))
        ids, scores = [], []
        for id_, length, *own in _rows(connection, revision_ids):
            columns = dict(zip(ANYWHERE, own, strict=True))
            found = [count for counter in counters for count in counter(columns)]
            if any(found):
                ids.append(id_)
                scores.append(bm25(found, idfs, length, total / texts))
        return np.array(ids, np.int64), np.array(scores, np.float64)

    def state(self, connection: Connection) -> str:
        """Return the numbers of texts and of words in them."""
        texts, count = connection.execute(_STATE).one()
        return f"{texts:x}-{count:x}"


def _insert(connection: Connection, rows: Sequence[TextRow]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver_errors(), driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
    forms = {form for row in rows for form in row[-1]}
    connection.execute(_ADD_WORDS, {"words": list(forms)})


def _near_hits(connection: Connection, near: Near) -> NDArray[np.int64]:
    """Return the ids of the texts with a group: those with all of its terms are read and compared."""
    condition = Condition()
    sql = condition.all_of(near_phrases(near))
    rows = connection.execute(text(f"SELECT id, title, text FROM article_text WHERE {sql}"), condition.values)  # noqa: S608
    count, found = occurrence_counter(near), []
    for part in rows.partitions(ROWS_PER_SLICE):
        check_deadline()
        found += [id_ for id_, *own in part if any(count(dict(zip(TITLE_OR_TEXT, own, strict=True))))]
    return np.array(found, np.int64)


def _rows(connection: Connection, revision_ids: Sequence[int]) -> Iterator[Any]:
    """Yield the rows of these revisions, as long as there is time."""
    for start in range(0, len(revision_ids), ROWS_PER_SLICE):
        check_deadline()
        yield from connection.execute(_ROWS, {"ids": revision_ids[start : start + ROWS_PER_SLICE]}).all()


class Condition:
    """Makes conditions on rows of the text index, and collects the values of their parameters."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def all_of(self, phrases: Iterable[Phrase]) -> str:
        """Return the condition of texts with all of these phrases."""
        return " AND ".join(map(self._phrase, phrases))

    def any_of(self, phrases: Iterable[Phrase]) -> str:
        """Return the condition of texts with any of these phrases."""
        return " OR ".join(f"({self._phrase(phrase)})" for phrase in phrases)

    def _phrase(self, phrase: Phrase) -> str:
        *middle, last = phrase.words
        exact = middle if phrase.is_prefix else [*middle, last]
        conditions = [f"words @> CAST({self._add(list(map(indexed_form, exact)))} AS text[])"] if exact else []
        if phrase.is_prefix:
            first, end = self._add(_head(last)), self._add(_head(last) + _LAST_CHARACTER)
            conditions.append(
                f"words && ARRAY(SELECT word FROM article_text_word WHERE word >= {first} AND word <= {end})"  # noqa: S608
            )
        # Whether the words are in one of the columns, one after the other, and begin with the whole of a long prefix.
        if len(phrase.words) > 1 or phrase.columns != ANYWHERE or _head(last) != last:
            wanted = self._add(needle(phrase))
            places = (f"strpos({column}, CAST({wanted} AS text)) > 0" for column in phrase.columns)
            conditions.append(f"({' OR '.join(places)})")
        return " AND ".join(conditions)

    def _add(self, value: object) -> str:
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return f":{name}"
