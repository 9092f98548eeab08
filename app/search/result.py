"""A search and what it found: the one bitmap from which page, total, facets and export are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap

from app.errors import CursorExpiredError, InvalidParameter, InvalidRequestError
from app.search.filters import ArticleExport, ArticleFilters
from app.search.fulltext import TextSearch
from app.search.matching import Clause, clauses, match
from app.search.paging import by_relevance, newest_first, oldest_first
from app.search.snapshot import Key, Snapshot
from app.search.words import parse, required_expression

After = Key | tuple[str, int]
"""Where a page begins: after a place in time; in order of relevance after an article, in one state of the index."""


@dataclass(frozen=True, slots=True)
class Result:
    """The clauses of a search, and the positions that satisfy them."""

    text: TextSearch
    clauses: tuple[Clause, ...]
    positions: BitMap

    @property
    def snapshot(self) -> Snapshot:
        """The corpus version that was searched."""
        return self.text.snapshot


def search(text: TextSearch, filters: ArticleFilters) -> Result:
    """Return what the filters find; raises InvalidRequestError with everything that is wrong with them."""
    found = clauses(text, filters)
    return Result(text, found, match(text.snapshot.all, found))


@dataclass(frozen=True, slots=True)
class Page:
    """Some positions in order, and where the next page begins, if there is one."""

    positions: list[int]
    next: After | None


def page(result: Result, filters: ArticleExport, *, limit: int, after: After | None) -> Page:
    """Return the `limit` positions that come after `after` in the order that the filters ask for."""
    positions = list(islice(in_order(result, filters, after), limit + 1))
    if len(positions) <= limit:
        return Page(positions, None)
    last = result.snapshot.key(positions[limit - 1])
    return Page(positions[:limit], (result.text.state(), last[2]) if filters.sort == "relevance" else last)


def in_order(result: Result, filters: ArticleExport, after: After | None = None) -> Iterator[int]:
    """Return the positions in the order that the filters ask for, those after `after` only.

    Raises CursorExpiredError if the order of relevance has changed since, InvalidRequestError without words to rank by.
    """
    if filters.sort == "relevance":
        return _ranked(result, filters, after)
    place = after if after is not None and len(after) == 3 else None
    order = newest_first if filters.sort == "-published" else oldest_first
    return order(result.snapshot, result.positions, place)


def _ranked(result: Result, filters: ArticleExport, after: After | None) -> Iterator[int]:
    expression = required_expression(parse(filters.q)) if filters.q is not None else None
    if expression is None:
        wanted = "`q` with at least one word that must occur, or another order"
        raise InvalidRequestError(InvalidParameter("sort", filters.sort, wanted))
    if after is not None and after[0] != result.text.state():
        raise CursorExpiredError("The order of relevance has changed with the corpus; begin again at the first page.")
    ranking = by_relevance(result.snapshot, result.positions, result.text.scores(expression)).tolist()
    if after is None:
        return iter(ranking)
    position = result.snapshot.position_of(after[1])
    if position not in ranking:
        # No cursor of ours says so: it was written by someone else.
        raise CursorExpiredError("The article of this cursor is not in the order; begin again at the first page.")
    return islice(ranking, ranking.index(position) + 1, None)
