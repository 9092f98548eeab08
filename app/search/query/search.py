"""A search of articles: filters -> one bitmap, and its pages in the order that the request chose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar

from pyroaring import BitMap, FrozenBitMap

from app.errors import CursorExpiredError, InvalidRequestError, ParameterProblem
from app.search.fulltext.hits import SearchContext
from app.search.index.columns import UNDATED, SortKey
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause, build_clauses, match
from app.search.query.filters import ArticleExport, ArticleFilters
from app.text.query_parser import TextQuery
from app.text.query_tree import wanted_leaves

POSITION_BATCH = 500
"""Positions that are taken from a bitmap together."""

Number = TypeVar("Number", int, float)


class RankedKey(NamedTuple):
    """The place of an article in a ranking: the state of the text index that the ranking is of, and the article id."""

    state: str
    article: int


PageStart = SortKey | RankedKey
"""The article after which a page starts, in order of time or of relevance."""


@dataclass(frozen=True, slots=True)
class Result:
    """The clauses of a search, and the positions of the articles or statements that satisfy them."""

    context: SearchContext
    snapshot: Snapshot
    clauses: tuple[Clause, ...]
    positions: BitMap

    @property
    def query(self) -> TextQuery | None:
        """The parsed `q` of the search."""
        return next((clause.text for clause in self.clauses if clause.text is not None), None)

    @property
    def understood(self) -> str | None:
        """How `q` was read, with all operators and brackets; None without `q`."""
        return self.query.understood if self.query else None

    @property
    def notes(self) -> list[str]:
        """What was ignored in the request, or read otherwise than it may have been meant."""
        return list(self.query.notes) if self.query else []


def search(context: SearchContext, filters: ArticleFilters) -> Result:
    """Return the articles that match the filters; raise InvalidRequestError with everything that is wrong with them."""
    clauses = build_clauses(context, filters)
    snapshot = context.snapshot
    return Result(context, snapshot, clauses, match(snapshot.all_positions, clauses))


@dataclass(frozen=True, slots=True)
class Page:
    """Positions in order, and where the next page starts, None on the last page.

    `ranked` is how many articles of the result are in order of relevance; None in any other order.
    """

    positions: list[int]
    next: PageStart | None
    ranked: int | None


def page(result: Result, filters: ArticleExport, *, limit: int, after: PageStart | None) -> Page:
    """Return the `limit` positions that come after `after` in the order of `filters.sort`.

    Raise CursorExpiredError if the relevance order has changed since, InvalidRequestError if there is no word to rank
    by.
    """
    if filters.sort == "relevance":
        return _ranked_page(result, filters, limit, after)
    key = after if isinstance(after, SortKey) else None
    positions = list(islice(_by_time(result, filters, key), limit + 1))
    return Page(positions[:limit], _key_if_more(result, positions, limit), None)


def in_order(result: Result, filters: ArticleExport) -> Iterator[int]:
    """Return all positions in the order of `filters.sort`; raise InvalidRequestError as `page` does."""
    if filters.sort != "relevance":
        return _by_time(result, filters, None)
    ranked = _ranked_positions(result)
    ranking = _ranking(result, filters, ranked, result.context.state())
    return chain(ranking, newest_first(result.snapshot, result.positions - ranked))


def _by_time(result: Result, filters: ArticleExport, after: SortKey | None) -> Iterator[int]:
    order = newest_first if filters.sort == "-published" else oldest_first
    return order(result.snapshot, result.positions, after)


def _key_if_more(result: Result, positions: Sequence[int], limit: int) -> SortKey | None:
    """Return the key of the last article of a page if more positions follow it."""
    return result.snapshot.time.key(positions[limit - 1]) if len(positions) > limit else None


def _ranked_positions(result: Result) -> BitMap:
    return newest(result.snapshot, result.positions, result.context.max_ranked)


def _ranked_page(result: Result, filters: ArticleExport, limit: int, after: PageStart | None) -> Page:
    """Return a page of the newest articles by relevance, then of the others, newest first."""
    ranked = _ranked_positions(result)
    if isinstance(after, SortKey):
        # Past the ranked articles the client has seen all newer ones, so that a change of the corpus does not matter.
        positions = list(islice(newest_first(result.snapshot, result.positions, after), limit + 1))
        return Page(positions[:limit], _key_if_more(result, positions, limit), len(ranked))
    state = result.context.state() if after is None else after.state
    ranking = _ranking(result, filters, ranked, state)
    if after is not None:
        ranking = _ranking_after(ranking, result.snapshot.ids.position_of(after.article))
    unranked = newest_first(result.snapshot, result.positions - ranked)
    positions = list(islice(chain(ranking, unranked), limit + 1))
    key = _key_if_more(result, positions, limit)
    if key is not None and positions[limit - 1] in ranked:
        return Page(positions[:limit], RankedKey(state, key.article), len(ranked))
    return Page(positions[:limit], key, len(ranked))


def _ranking(result: Result, filters: ArticleExport, ranked: BitMap, state: str) -> list[int]:
    query = result.query
    if query is None or not wanted_leaves(query.tree):
        wanted = "`q` with at least one word that it does not exclude, or another order"
        raise InvalidRequestError(ParameterProblem("sort", filters.sort, wanted))
    ranking = result.context.ranking(query, FrozenBitMap(ranked), state)
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


def newest_first(snapshot: Snapshot, positions: BitMap, after: SortKey | None = None) -> Iterator[int]:
    """Yield the positions after a key: dated ones from newest to oldest, then undated ones by article id."""
    start, stop = (
        (snapshot.time.dated_count, snapshot.time.dated_count) if after is None else snapshot.time.key_range(after)
    )
    if after is None or after.day != UNDATED:
        yield from descending(positions, count_before(positions, start))
        stop = snapshot.time.dated_count
    yield from ascending(positions, count_before(positions, stop))


def oldest_first(snapshot: Snapshot, positions: BitMap, after: SortKey | None = None) -> Iterator[int]:
    """Yield the positions after a key: dated ones from oldest to newest, then undated ones by article id."""
    stop = 0 if after is None else snapshot.time.key_range(after)[1]
    yield from ascending(positions, count_before(positions, stop))


def count_before(positions: BitMap, position: int) -> int:
    """Return how many of the positions are lower than a position."""
    return positions.rank(position - 1) if position else 0


def ascending(positions: BitMap, start: int) -> Iterator[int]:
    """Yield the positions in ascending order from index `start` on."""
    for at in range(start, len(positions), POSITION_BATCH):
        yield from positions[at : at + POSITION_BATCH]


def descending(positions: BitMap, stop: int) -> Iterator[int]:
    """Yield the first `stop` positions in descending order."""
    for at in range(stop, 0, -POSITION_BATCH):
        yield from reversed(positions[max(0, at - POSITION_BATCH) : at].to_array())


def newest(snapshot: Snapshot, positions: BitMap, count: int) -> BitMap:
    """Return the first `count` positions, newest first, or all if there are fewer."""
    dated = count_before(positions, snapshot.time.dated_count)
    return positions[max(0, dated - count) : dated] | positions[dated : max(dated, count)]


def newest_page(
    snapshot: Snapshot, positions: BitMap, *, limit: int, after: SortKey | None
) -> tuple[list[int], SortKey | None]:
    """Return the `limit` positions after a key, newest first, and the key of the last one if more follow."""
    page = list(islice(newest_first(snapshot, positions, after), limit + 1))
    next_after = snapshot.time.key(page[limit - 1]) if len(page) > limit else None
    return page[:limit], next_after


@dataclass(frozen=True, slots=True)
class CountPage(Generic[Number]):
    """Values in descending order, as (number, id, ordinal), and where the next page starts, None on the last page.

    The next page holds the values after `next`, a number and an id.
    """

    values: list[tuple[Number, str, int]]
    next: tuple[Number, str] | None


def count_page(
    values: Sequence[tuple[Number, str, int]], *, limit: int, after: tuple[Number, str] | None
) -> CountPage[Number]:
    """Return the `limit` values after a number and an id, the largest number first, ties by id."""
    ordered = sorted(values, key=_sort_key)
    last_key = None if after is None else (-after[0], after[1])
    remaining = (value for value in ordered if last_key is None or _sort_key(value) > last_key)
    page = list(islice(remaining, limit + 1))
    if len(page) <= limit:
        return CountPage(page, None)
    return CountPage(page[:limit], page[limit - 1][:2])


def _sort_key(value: tuple[Number, str, int]) -> tuple[Number, str]:
    return -value[0], value[1]
