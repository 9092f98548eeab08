"""A search of articles: filters -> one bitmap, and its pages in the order that the request chose."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from app.dates import DayRange
from app.deadline import check_deadline
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.search.fulltext.hits import SearchContext
from app.search.fulltext.ranking import Ranking
from app.search.index.bitmaps import bitmap_of, positions_of
from app.search.index.columns import UNDATED, InstantKey, SortKey
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause, LeftOut, build_clauses, count_left_out, match
from app.search.query.filters import ArticleExport, ArticleFilters
from app.search.query.parameters import ParameterModel, SampleOptions
from app.text.query_parser import TextQuery
from app.text.query_tree import wanted_leaves

POSITION_BATCH = 500
"""Positions that are taken from a bitmap together."""

DEFAULT_SEED = "0"
"""The word that selects a sample where the request has none."""

PUBLISH_SORTS = {"-loaded": "loaded", "-updated": "updated"}
"""The orders by the time of a publish, and the date field of each."""

READ_IN_FULL = frozenset({"en", "none", "*"})
"""The language that the rules of the extraction are made for (docs/explanation/entities.md), and what may be in it."""

Number = TypeVar("Number", int, float)
Key = TypeVar("Key", covariant=True)  # noqa: PLC0105 - the name of what it stands for


class RankedKey(NamedTuple):
    """The place of an article in a ranking: the state of the text index that the ranking is of, and the article id."""

    state: str
    article: int


PageStart = SortKey | RankedKey | InstantKey
"""The article after which a page starts, in order of time, of relevance, or of publishes."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """The size of a random sample, the word that selects it, and the number of matches that it is a sample of."""

    of: int
    size: int
    seed: str


@dataclass(frozen=True, slots=True)
class Result:
    """The clauses of a search, and the positions of the articles or statements that satisfy them.

    Where a sample was requested, the positions are those of the sample.
    """

    context: SearchContext
    snapshot: Snapshot
    clauses: tuple[Clause, ...]
    positions: BitMap
    sampled: Sampled | None = None

    @property
    def total(self) -> int:
        """The number of matches, whether in the sample or not."""
        return len(self.positions) if self.sampled is None else self.sampled.of

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
        own = (note for query in self.text_queries for note in query.notes)
        entities = (clause.note for clause in self.clauses if clause.note)
        notes = dict.fromkeys((*own, *entities, *_language_notes(self.clauses)))
        return [*notes, *(self.days.notes if self.days else ())]

    @property
    def text_queries(self) -> list[TextQuery]:
        """The parsed value of `q`, if there is one."""
        return [self.query] if self.query else []

    @property
    def days(self) -> DayRange | None:
        """The range of days of the search; None without one."""
        return None if self.day_clause is None else self.day_clause.days

    @property
    def day_clause(self) -> Clause | None:
        """The clause of the range of days; None without one."""
        return next((clause for clause in self.clauses if clause.days is not None), None)

    @property
    def left_out(self) -> LeftOut | None:
        """What only the range of days leaves out of the result; None without a range."""
        return count_left_out(self.clauses, partial(match, self.snapshot.all_positions))


def _language_notes(clauses: Sequence[Clause]) -> Iterator[str]:
    """Yield what the extraction leaves out in texts of each language that the search asks for."""
    for clause in clauses:
        if clause.parameter == "language" and clause.value.partition("-")[0].lower() not in READ_IN_FULL:
            yield (
                f"Texts in “{clause.value}” are searched for names of the lexicon only: other names and statements are "
                "found in English texts."
            )


def search(context: SearchContext, filters: ArticleFilters) -> Result:
    """Return the articles that match the filters; raise InvalidRequestError with everything that is wrong with them."""
    options = _sample_options(filters)
    seed = _seed(options)
    clauses = build_clauses(context, filters)
    snapshot = context.snapshot
    positions = match(snapshot.all_positions, clauses)
    if options.sample is None:
        return Result(context, snapshot, clauses, positions)
    key = (options.sample, seed, filters.members, tuple(clause.cache_key for clause in clauses))
    sample = snapshot.cache.samples.get(key)
    if sample is None:
        sample = snapshot.cache.samples.put(key, _sample(snapshot, positions, options.sample, seed))
    return Result(context, snapshot, clauses, sample, Sampled(len(positions), len(sample), seed))


def _sample_options(filters: ParameterModel) -> SampleOptions:
    return filters if isinstance(filters, SampleOptions) else SampleOptions()


def _seed(options: SampleOptions) -> str:
    """Return the word that selects the sample; raise InvalidRequestError if it is too long or selects nothing."""
    seed = DEFAULT_SEED if options.seed is None else options.seed
    if options.seed is not None and options.sample is None:
        wanted = "`sample`, the size of the sample, next to it"
        raise InvalidRequestError(ParameterProblem("seed", seed, wanted, code=ErrorCode.CONFLICT))
    if len(seed.encode()) > blake2b.MAX_KEY_SIZE:
        wanted = f"at most {blake2b.MAX_KEY_SIZE} bytes of UTF-8"
        raise InvalidRequestError(ParameterProblem("seed", seed, wanted, code=ErrorCode.TOO_LONG))
    return seed


def _sample(snapshot: Snapshot, positions: BitMap, size: int, seed: str) -> BitMap:
    """Return the articles whose ids have the lowest keyed hashes: uniform, and newcomers only displace some."""
    if len(positions) <= size:
        return positions
    hashes = bytearray()
    key = seed.encode()
    for at, id_ in enumerate(snapshot.ids.public_ids(positions)):
        if not at % POSITION_BATCH:
            check_deadline()
        hashes += blake2b(id_, digest_size=8, key=key).digest()
    lowest = np.argsort(np.frombuffer(hashes, ">u8"), kind="stable")[:size]
    return bitmap_of(np.sort(positions_of(positions)[lowest]))


@dataclass(frozen=True, slots=True)
class Previous(Generic[Key]):
    """The page before another one: the key after which it starts, None if it is the first page."""

    after: Key | None


@dataclass(frozen=True, slots=True)
class Page:
    """Positions in order, and where the next page starts, None on the last page.

    `ranked` is how many articles of the result are in order of relevance; None in any other order. `previous` is None
    on the first page, and where the order of the articles before this page is not known any more.
    """

    positions: list[int]
    next: PageStart | None
    ranked: int | None
    previous: Previous[PageStart] | None


def page(result: Result, filters: ArticleExport, *, limit: int, after: PageStart | None) -> Page:
    """Return the `limit` positions that come after `after` in the order of `filters.sort`.

    Raise CursorExpiredError if the relevance order has changed since, InvalidRequestError if there is no word to rank
    by.
    """
    if filters.sort == "relevance":
        return _ranked_page(result, filters, limit, None if isinstance(after, InstantKey) else after)
    if filters.sort in PUBLISH_SORTS:
        return _page_by_publish(result, PUBLISH_SORTS[filters.sort], limit, after)
    key = after if isinstance(after, SortKey) else None
    positions = list(islice(_by_time(result, filters, key), limit + 1))
    previous = previous_page(result.snapshot, result.positions, limit=limit, after=key, order=filters.sort)
    return Page(positions[:limit], _key_if_more(result, positions, limit), None, previous)


def in_order(result: Result, filters: ArticleExport) -> Iterator[int]:
    """Return all positions in the order of `filters.sort`; raise InvalidRequestError as `page` does."""
    if filters.sort in PUBLISH_SORTS:
        return iter(result.snapshot.publish_order(PUBLISH_SORTS[filters.sort]).newest_first(result.positions))
    if filters.sort != "relevance":
        return _by_time(result, filters, None)
    ranked = _ranked_positions(result)
    ranking = _ranking(result, filters, ranked, result.context.state())
    return chain(ranking.all(), newest_first(result.snapshot, result.positions - ranked))


def _page_by_publish(result: Result, field: str, limit: int, after: PageStart | None) -> Page:
    order = result.snapshot.publish_order(field)
    key = after if isinstance(after, InstantKey) else None
    positions = order.newest_first(result.positions, limit=limit + 1, after=key)
    following = order.key(positions[limit - 1]) if len(positions) > limit else None
    before = [] if key is None else order.last_before(result.positions, limit=limit + 1, after=key)
    previous = Previous(order.key(before[-1]) if len(before) > limit else None) if before else None
    return Page(positions[:limit], following, None, previous)


def _by_time(result: Result, filters: ArticleExport, after: SortKey | None) -> Iterator[int]:
    order = newest_first if filters.sort == "-published" else oldest_first
    return order(result.snapshot, result.positions, after)


def _key_if_more(result: Result, positions: Sequence[int], limit: int) -> SortKey | None:
    """Return the key of the last article of a page if more positions follow it."""
    return result.snapshot.time.key(positions[limit - 1]) if len(positions) > limit else None


def _ranked_positions(result: Result) -> BitMap:
    if result.query is not None and result.context.ranks_all(result.query):
        return result.positions
    return newest(result.snapshot, result.positions, result.context.max_ranked)


def _ranked_page(result: Result, filters: ArticleExport, limit: int, after: SortKey | RankedKey | None) -> Page:
    """Return a page of the newest articles by relevance, then of the others, newest first."""
    ranked = _ranked_positions(result)
    if isinstance(after, SortKey):
        # Past the ranked articles the client has seen all newer ones, so that a change of the corpus does not matter.
        positions = list(islice(newest_first(result.snapshot, result.positions, after), limit + 1))
        # A publish may have ranked other articles in the meantime.
        return Page(positions[:limit], _key_if_more(result, positions, limit), len(ranked), None)
    state = result.context.state() if after is None else after.state
    ranking = _ranking(result, filters, ranked, state)
    start, previous = 0, None
    if after is not None:
        start = ranking.rank(result.snapshot.ids.position_of(after.article)) + 1
        before = ranking.between(start - limit - 1, start - limit) if start > limit else []
        previous = Previous(RankedKey(state, result.snapshot.time.key(before[0]).article) if before else None)
    positions = ranking.between(start, start + limit + 1)
    unranked = newest_first(result.snapshot, result.positions - ranked)
    positions += islice(unranked, limit + 1 - len(positions))
    key = _key_if_more(result, positions, limit)
    if key is not None and positions[limit - 1] in ranked:
        return Page(positions[:limit], RankedKey(state, key.article), len(ranked), previous)
    return Page(positions[:limit], key, len(ranked), previous)


def _ranking(result: Result, filters: ArticleExport, ranked: BitMap, state: str) -> Ranking:
    query = result.query
    if query is None or not wanted_leaves(query.tree):
        wanted = "`q` with at least one word that it does not exclude, or another order"
        raise InvalidRequestError(ParameterProblem("sort", filters.sort, wanted, code=ErrorCode.CONFLICT))
    return result.context.ranking(query, FrozenBitMap(ranked), state)


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
) -> tuple[list[int], SortKey | None, Previous[SortKey] | None]:
    """Return the `limit` positions after a key, newest first, the key of the last one if more follow.

    The third value is the page before these positions, None if there is none.
    """
    page = list(islice(newest_first(snapshot, positions, after), limit + 1))
    next_after = snapshot.time.key(page[limit - 1]) if len(page) > limit else None
    return page[:limit], next_after, previous_page(snapshot, positions, limit=limit, after=after, order="-published")


def previous_page(
    snapshot: Snapshot, positions: BitMap, *, limit: int, after: SortKey | None, order: str
) -> Previous[SortKey] | None:
    """Return the page of `limit` positions that ends with a key, in an order of time; None if none comes before."""
    if after is None:
        return None
    start, stop = snapshot.time.key_range(after)
    dated = count_before(positions, snapshot.time.dated_count)
    is_reversed = order == "-published"
    # Undated positions come last in both directions, so that their index in the bitmap is their place in the order.
    if is_reversed and after.day != UNDATED:
        count = dated - count_before(positions, start)
    else:
        count = count_before(positions, stop)
    place = count - limit - 1
    if place < 0:
        return Previous(None) if count else None
    return Previous(snapshot.time.key(positions[dated - 1 - place if is_reversed and place < dated else place]))


@dataclass(frozen=True, slots=True)
class CountPage(Generic[Number]):
    """Values in descending order, as (number, id, ordinal), and where the next page starts, None on the last page.

    The next page holds the values after `next`, a number and an id. `previous` is None if no values come before.
    """

    values: list[tuple[Number, str, int]]
    next: tuple[Number, str] | None
    previous: Previous[tuple[Number, str]] | None


def count_page(
    values: Sequence[tuple[Number, str, int]], *, limit: int, after: tuple[Number, str] | None
) -> CountPage[Number]:
    """Return the `limit` values after a number and an id, the largest number first, ties by id."""
    ordered = sorted(values, key=_sort_key)
    start = 0 if after is None else bisect_right(ordered, (-after[0], after[1]), key=_sort_key)
    page = ordered[start : start + limit]
    previous = Previous(ordered[start - limit - 1][:2] if start > limit else None) if start else None
    return CountPage(page, page[-1][:2] if start + limit < len(ordered) else None, previous)


def _sort_key(value: tuple[Number, str, int]) -> tuple[Number, str]:
    return -value[0], value[1]
