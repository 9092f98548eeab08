"""Words of statements: the text index finds the articles that may have them, then each statement is read by itself."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice

from pyroaring import BitMap

from app.deadline import check_deadline
from app.errors import InvalidRequestError
from app.search.fulltext.hits import SearchContext
from app.search.index.bitmaps import positions_of, range_bitmap
from app.search.index.digests import damaged_revision
from app.search.sql.rows import statement_texts
from app.text.query_parser import TextQuery, parse_query
from app.text.tokenizer import Phrase, indexed

# About a megabyte of text; what was read before the time is over is known to the next request.
STATEMENTS_PER_READ = 1_000
"""Number of statements that are read together."""


def parse_said(said: str) -> TextQuery:
    """Return the parsed words of a statement; raise InvalidRequestError as `parse_query` does."""
    try:
        return parse_query(said)
    except InvalidRequestError as error:
        raise InvalidRequestError(*(replace(cause, parameter="said") for cause in error.errors)) from None


class SpokenWords:
    """The words that a statement must have, and those that it must not have."""

    def __init__(self, query: TextQuery) -> None:
        self._required = [Phrase(phrase) for phrase in query.required]
        self._excluded = [Phrase(phrase) for phrase in query.excluded]

    def match(self, statement: str) -> bool:
        """Return whether the text of a statement has all required words and phrases, and no excluded one."""
        copy = indexed(statement)
        return all(_occurs(phrase, copy) for phrase in self._required) and not any(
            _occurs(phrase, copy) for phrase in self._excluded
        )


def _occurs(phrase: Phrase, copy: str) -> bool:
    return next(phrase.spans(copy), None) is not None


class Said:
    """A text query for statements. Which statements match it is stored in the cache of the snapshot."""

    def __init__(self, context: SearchContext, value: str) -> None:
        self.value = value
        self._context = context
        self._query = parse_said(value)

    def among(self, statements: BitMap) -> BitMap:
        """Return those of these statements whose own words match.

        They are read in batches, each at most once per snapshot: a search that ran out of time continues when it is
        repeated. Raise SearchTimeoutError if there are too many to read.
        """
        certain, possible = self._by_article
        candidates, cache = statements & possible, self._context.snapshot.cache.said
        read, matching = cache.get(self.value) or (BitMap(), BitMap())
        words = SpokenWords(self._query)
        for batch in _batches(candidates - read):
            check_deadline()
            hits = BitMap(position for position, text in self._texts(batch) if words.match(text))
            read, matching = cache.put(self.value, (read | batch, matching | hits))
        return (statements & certain) | (candidates & matching)

    @cached_property
    def _by_article(self) -> tuple[BitMap, BitMap]:
        """The statements that match whatever they say, and those that may match: their article has all the words."""
        statements, required = self._context.snapshot.statements, self._query.required
        if required:
            return BitMap(), statements.of(self._context.matches(TextQuery(required=required)))
        certain = statements.of(self._context.matches(self._query))
        return certain, range_bitmap(0, len(statements)) - certain

    def _texts(self, batch: BitMap) -> Iterator[tuple[int, str]]:
        """Yield each of these statements with its text; raise DamagedError if one is not stored."""
        snapshot = self._context.snapshot
        places = snapshot.statements.places_of(positions_of(batch), snapshot.columns.order)
        ids = sorted({revision for revision, _, _ in places})
        stored = {row[:3]: row.text for row in statement_texts(self._context.session, ids)}
        for position, place in zip(batch, places, strict=True):
            if place not in stored:
                raise damaged_revision(place[0])
            yield position, stored[place]


def _batches(statements: BitMap) -> Iterator[BitMap]:
    remaining = iter(statements)
    while batch := BitMap(islice(remaining, STATEMENTS_PER_READ)):
        yield batch
