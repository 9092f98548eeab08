"""A search of articles: filters -> one bitmap, and its pages in the order that the request chose."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pyroaring import BitMap, FrozenBitMap

from app.errors import CursorExpiredError, InvalidRequestError, ParameterProblem
from app.search.fulltext.hits import SearchContext
from app.search.index.columns import SortKey
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause, build_clauses, match
from app.search.query.filters import ArticleExport, ArticleFilters
from app.search.query.pagination import newest, newest_first, oldest_first
from app.text.query_parser import parse_query

PageStart = SortKey | tuple[str, int]
"""Where a page starts: after the article with this sort key, or with this article id in this state of the ranking."""


@dataclass(frozen=True, slots=True)
class Result:
    """The clauses of a search, and the positions that satisfy them."""

    context: SearchContext
    clauses: tuple[Clause, ...]
    positions: BitMap

    @property
    def snapshot(self) -> Snapshot:
        """The corpus version that was searched."""
        return self.context.snapshot


def search(context: SearchContext, filters: ArticleFilters) -> Result:
    """Return the articles that match the filters; raise InvalidRequestError with everything that is wrong with them."""
    clauses = build_clauses(context, filters)
    return Result(context, clauses, match(context.snapshot.all_positions, clauses))


@dataclass(frozen=True, slots=True)
class Page:
    """Positions in order, and where the next page starts, None on the last page.

    `ranked` is how many articles of the result are in order of relevance; None in any other order.
    """

    positions: list[int]
    next: PageStart | None
    ranked: int | None


def page(result: Result, filters: ArticleExport, *, limit: int, after: PageStart | None) -> Page:
    """Return the `limit` positions that come after `after` in the order of `filters.sort`."""
    positions = list(islice(in_order(result, filters, after), limit + 1))
    ranked = len(_ranked_positions(result)) if filters.sort == "relevance" else None
    if len(positions) <= limit:
        return Page(positions, None, ranked)
    return Page(positions[:limit], _next_after(result, filters, after, positions[limit - 1]), ranked)


def _next_after(result: Result, filters: ArticleExport, after: PageStart | None, last: int) -> PageStart:
    """Return where the page after the position `last` starts: after a sort key once past the ranked articles."""
    key = result.snapshot.key(last)
    if filters.sort != "relevance" or (after is not None and len(after) == 3) or last not in _ranked_positions(result):
        return key
    return _ranking_state(result, after), key[2]


def in_order(result: Result, filters: ArticleExport, after: PageStart | None = None) -> Iterator[int]:
    """Return the positions in the order of `filters.sort`, those that come after `after` only.

    Raise CursorExpiredError if the relevance order has changed since, InvalidRequestError if there is no word to rank
    by.
    """
    if filters.sort == "relevance":
        return _by_relevance(result, filters, after)
    key = after if after is not None and len(after) == 3 else None
    order = newest_first if filters.sort == "-published" else oldest_first
    return order(result.snapshot, result.positions, key)


def _ranked_positions(result: Result) -> BitMap:
    return newest(result.snapshot, result.positions, result.context.max_ranked)


def _by_relevance(result: Result, filters: ArticleExport, after: PageStart | None) -> Iterator[int]:
    """Return the newest positions by relevance, then the others, newest first."""
    if after is not None and len(after) == 3:
        # Past the ranked articles the client has seen all newer ones, so that a change of the corpus does not matter.
        return newest_first(result.snapshot, result.positions, after)
    ranking = _ranking(result, filters, _ranking_state(result, after))
    unranked = newest_first(result.snapshot, result.positions - _ranked_positions(result))
    if after is not None:
        ranking = _ranking_after(ranking, result.snapshot.position_of(after[1]))
    return chain(ranking, unranked)


def _ranking_state(result: Result, after: tuple[str, int] | None) -> str:
    """Return the state of the text index that the walk through the pages started in, or starts in now."""
    return result.context.state() if after is None else after[0]


def _ranking(result: Result, filters: ArticleExport, state: str) -> list[int]:
    query = parse_query(filters.q) if filters.q is not None else None
    if query is None or not query.required:
        wanted = "`q` with at least one word that must occur, or another order"
        raise InvalidRequestError(ParameterProblem("sort", filters.sort, wanted))
    ranking = result.context.ranking(query, FrozenBitMap(_ranked_positions(result)), state)
    if ranking is None:
        raise CursorExpiredError("The relevance order has changed with the corpus; start again at the first page.")
    positions: list[int] = ranking.tolist()
    return positions


def _ranking_after(ranking: list[int], position: int | None) -> list[int]:
    """Return the part of a ranking after a position."""
    if position not in ranking:
        # None of our cursors has such an article: a client wrote this one.
        raise CursorExpiredError("The article of this cursor is not in the ranking; start again at the first page.")
    return ranking[ranking.index(position) + 1 :]
