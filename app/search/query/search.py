"""A search and what it found: the one bitmap from which page, total, facets and export are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from pyroaring import BitMap, FrozenBitMap

from app.errors import CursorExpiredError, InvalidParameter, InvalidRequestError
from app.search.fulltext.hits import TextSearch
from app.search.index.columns import Key
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause, clauses, match
from app.search.query.filters import ArticleExport, ArticleFilters
from app.search.query.pagination import newest, newest_first, oldest_first
from app.text.query_parser import parse, required_expression

After = Key | tuple[str, int]
"""Where a page begins: after a place in time, or after an article that is ranked in one state of the text index."""


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
    """Some positions in order, and where the next page begins, if there is one.

    `ranked` is how many of all that was found are in order of relevance; None if another order was asked for.
    """

    positions: list[int]
    next: After | None
    ranked: int | None


def page(result: Result, filters: ArticleExport, *, limit: int, after: After | None) -> Page:
    """Return the `limit` positions that come after `after` in the order that the filters ask for."""
    positions = list(islice(in_order(result, filters, after), limit + 1))
    ranked = len(_newest(result)) if filters.sort == "relevance" else None
    if len(positions) <= limit:
        return Page(positions, None, ranked)
    return Page(positions[:limit], _place(result, filters, after, positions[limit - 1]), ranked)


def _place(result: Result, filters: ArticleExport, after: After | None, last: int) -> After:
    """Return where the page begins that follows on a position: once past what is ranked, at a place in time."""
    key = result.snapshot.key(last)
    if filters.sort != "relevance" or (after is not None and len(after) == 3) or last not in _newest(result):
        return key
    return _state(result, after), key[2]


def in_order(result: Result, filters: ArticleExport, after: After | None = None) -> Iterator[int]:
    """Return the positions in the order that the filters ask for, those after `after` only.

    Raises CursorExpiredError if the order of relevance has changed since, InvalidRequestError without words to rank by.
    """
    if filters.sort == "relevance":
        return _by_relevance(result, filters, after)
    place = after if after is not None and len(after) == 3 else None
    order = newest_first if filters.sort == "-published" else oldest_first
    return order(result.snapshot, result.positions, place)


def _newest(result: Result) -> BitMap:
    return newest(result.snapshot, result.positions, result.text.most_ranked)


def _by_relevance(result: Result, filters: ArticleExport, after: After | None) -> Iterator[int]:
    """Return the newest positions by relevance, and behind them the others, the newest first."""
    if after is not None and len(after) == 3:
        # Whoever is past the ranked ones has seen all that is newer, so that no change of the corpus matters.
        return newest_first(result.snapshot, result.positions, after)
    ranking = _ranking(result, filters, _state(result, after))
    rest = newest_first(result.snapshot, result.positions - _newest(result))
    return chain(ranking if after is None else _behind(ranking, result.snapshot.position_of(after[1])), rest)


def _state(result: Result, after: tuple[str, int] | None) -> str:
    """Return the state of the text index in which one reads on, or begins."""
    return result.text.state() if after is None else after[0]


def _ranking(result: Result, filters: ArticleExport, state: str) -> list[int]:
    expression = required_expression(parse(filters.q)) if filters.q is not None else None
    if expression is None:
        wanted = "`q` with at least one word that must occur, or another order"
        raise InvalidRequestError(InvalidParameter("sort", filters.sort, wanted))
    ranking = result.text.ranking(expression, FrozenBitMap(_newest(result)), state)
    if ranking is None:
        raise CursorExpiredError("The order of relevance has changed with the corpus; begin again at the first page.")
    found: list[int] = ranking.tolist()
    return found


def _behind(ranking: list[int], position: int | None) -> list[int]:
    """Return what follows on a position."""
    if position not in ranking:
        # No cursor of ours says so: it was written by someone else.
        raise CursorExpiredError("The article of this cursor is not in the order; begin again at the first page.")
    return ranking[ranking.index(position) + 1 :]
