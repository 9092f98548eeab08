"""Words of statements: the text index finds the articles that may have them, then each statement is read by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice

from pyroaring import BitMap

from app.deadline import check_deadline
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.search.fulltext.hits import SearchContext
from app.search.fulltext.occurrences import SearchedText
from app.search.index.bitmaps import positions_of
from app.search.index.digests import damaged_revision
from app.search.sql.rows import statement_texts
from app.text.query_parser import TextQuery, parse_query
from app.text.query_tree import And, Leaf, Node, Not, Or, leaves

# About a megabyte of text; what was read before the time is over is known to the next request.
STATEMENTS_PER_READ = 1_000
"""Number of statements that are read together."""


def parse_said(said: str) -> TextQuery:
    """Return the parsed words of a statement; raise InvalidRequestError as `parse_query` does, and for titles."""
    try:
        query = parse_query(said)
    except InvalidRequestError as error:
        raise InvalidRequestError(*(replace(cause, parameter="said") for cause in error.errors)) from None
    if any(leaf.in_title for leaf in leaves(query.tree)):
        wanted = "words without `title:`: statements have no title"
        raise InvalidRequestError(ParameterProblem("said", said, wanted, code=ErrorCode.CONFLICT))
    return query


def is_said(tree: Node, statement: SearchedText) -> bool:
    """Return whether the text of a statement matches a query."""
    if isinstance(tree, Not):
        return not is_said(tree.operand, statement)
    if isinstance(tree, And | Or):
        return (all if isinstance(tree, And) else any)(is_said(one, statement) for one in tree.operands)
    return bool(statement.spans(tree))


def _bounds(tree: Node, articles: Mapping[Leaf, BitMap], everything: BitMap) -> tuple[BitMap, BitMap]:
    """Return the articles of which all statements match, whatever they say, and those of which any may.

    A statement may have each leaf that its article has.
    """
    if isinstance(tree, Not):
        certain, possible = _bounds(tree.operand, articles, everything)
        return everything - possible, everything - certain
    if isinstance(tree, And | Or):
        join = BitMap.intersection if isinstance(tree, And) else BitMap.union
        bounds = [_bounds(one, articles, everything) for one in tree.operands]
        return join(*(certain for certain, _ in bounds)), join(*(possible for _, possible in bounds))
    return BitMap(), articles[tree]


class Said:
    """A text query for statements. Which statements match it is stored in the cache of the snapshot."""

    def __init__(self, context: SearchContext, value: str) -> None:
        self.value = value
        self._context = context
        self.query = parse_said(value)

    def among(self, statements: BitMap) -> BitMap:
        """Return those of these statements whose own words match.

        They are read in batches, each at most once per snapshot: a search that ran out of time continues when it is
        repeated. Raise SearchTimeoutError if there are too many to read.
        """
        certain, possible = self._by_article
        candidates, cache = statements & possible, self._context.snapshot.cache.said
        read, matching = cache.get(self.value) or (BitMap(), BitMap())
        for batch in _batches(candidates - read):
            check_deadline()
            hits = BitMap(
                position for position, text in self._texts(batch) if is_said(self.query.tree, SearchedText(text))
            )
            read, matching = cache.put(self.value, (read | batch, matching | hits))
        return (statements & certain) | (candidates & matching)

    @cached_property
    def _by_article(self) -> tuple[BitMap, BitMap]:
        """The statements that match whatever they say, and the others that may match."""
        snapshot = self._context.snapshot
        self._context.check_prefixes(self.query)
        articles = dict(self._context.occurrences(self.query))
        certain, possible = _bounds(self.query.tree, articles, BitMap(snapshot.all_positions))
        return snapshot.statements.of(certain), snapshot.statements.of(possible - certain)

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
