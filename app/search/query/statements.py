"""A search of statements: filters -> one bitmap of statements, which are in the order of their articles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from app.errors import InvalidRequestError
from app.models import ACTOR_TYPES, EntityType
from app.search.fulltext.hits import SearchContext
from app.search.index.bitmaps import range_bitmap
from app.search.index.columns import STATEMENT_KINDS, UNDATED, SortKey
from app.search.index.memberships import EntityPostings
from app.search.index.snapshot import Snapshot
from app.search.names.bearers import statement_places
from app.search.query.clauses import (
    Clause,
    ClausesOrErrors,
    EntityParameter,
    LeftOut,
    build_clauses,
    count_left_out,
    entity_clauses,
    match,
)
from app.search.query.said import Said, parse_said
from app.search.query.search import Result, ascending, count_before, descending
from app.search.query.statement_filters import StatementExport, StatementFilters, StatementPage
from app.search.query.zero_results import RelaxedTotal, join_long_lists, totals_without_each
from app.text.query_parser import TextQuery


class StatementKey(NamedTuple):
    """The sort key of a statement: first day, local time and id of its article, and its place in the article."""

    day: int
    local_time: int
    article: int
    place: int


SPEAKER_PARAMETERS: Mapping[str, EntityParameter] = {"speaker": (ACTOR_TYPES, "any")}
TOPIC_PARAMETERS: Mapping[str, EntityParameter] = {
    "about": (frozenset(EntityType), "all"),
    "any_about": (frozenset(EntityType), "any"),
}
OWN_PARAMETERS = frozenset((*SPEAKER_PARAMETERS, *TOPIC_PARAMETERS, "kind"))
"""The parameters of clauses that statements have to satisfy, and not their articles."""


@dataclass(frozen=True, slots=True)
class StatementResult(Result):
    """The clauses of a search of statements, their own words, and the positions of the statements that satisfy both."""

    said: Said | None = None

    def matching(self, clauses: Sequence[Clause]) -> BitMap:
        """Return the statements that satisfy these clauses and have the words."""
        return self.spoken(match_statements(self.snapshot, clauses))

    def spoken(self, statements: BitMap) -> BitMap:
        """Return those of these statements that have the words; all if the search has none."""
        return statements if self.said is None else self.said.among(statements)

    @property
    def text_queries(self) -> list[TextQuery]:
        """The parsed values of `q` and `said`."""
        queries = (self.query, self.said.query if self.said else None)
        return [query for query in queries if query is not None]

    @property
    def left_out(self) -> LeftOut | None:
        """The statements in articles that only the range of days leaves out; None without a range."""
        return count_left_out(self.clauses, self.matching)


def search_statements(context: SearchContext, filters: StatementFilters) -> StatementResult:
    """Return the statements that match the filters; raise InvalidRequestError with everything wrong with them."""
    snapshot = context.snapshot
    clauses = build_clauses(context, filters, _statement_clauses(context, filters))
    said = Said(context, filters.said) if filters.said is not None else None
    statements = match_statements(snapshot, clauses)
    # The words come last: they are looked for in the statements that satisfy everything else.
    return StatementResult(context, snapshot, clauses, said.among(statements) if said else statements, said=said)


def _statement_clauses(context: SearchContext, filters: StatementFilters) -> ClausesOrErrors:
    snapshot = context.snapshot
    for role, parameters in (("speaker", SPEAKER_PARAMETERS), ("about", TOPIC_PARAMETERS)):
        postings = replace(statement_postings(snapshot, role), of_bearers=partial(_of_bearers, context, role))
        yield from entity_clauses(context, filters, parameters, postings)
    for kind in filters.kind:
        ordinal = STATEMENT_KINDS.index(kind)
        yield Clause("kind", kind, "any", snapshot.statements.kind[ordinal], ordinal)
    try:
        _ = filters.said and parse_said(filters.said)
    except InvalidRequestError as error:
        yield from error.errors


def _of_bearers(context: SearchContext, role: str, articles: Mapping[str, BitMap]) -> Mapping[str, BitMap]:
    """Return the statements with a bearer of each name in a role that are in its articles."""
    snapshot = context.snapshot
    places = statement_places(context.session, list(articles), role)
    return {
        name: snapshot.statement_positions(own) & snapshot.statements.of(articles[name]) for name, own in places.items()
    }


def statement_postings(snapshot: Snapshot, name: str) -> EntityPostings:
    """Return the postings of statements by `speaker`, or by the entities that they are `about`."""
    statements = snapshot.statements
    postings = statements.speaker if name == "speaker" else statements.about
    return EntityPostings(postings, partial(_printed_within, snapshot))


def _printed_within(snapshot: Snapshot, first: int | None, last: int | None) -> BitMap:
    return snapshot.statements.of(snapshot.time.printed_within(first, last))


def match_statements(snapshot: Snapshot, clauses: Sequence[Clause]) -> BitMap:
    """Return the statements that satisfy OWN_PARAMETERS, in articles that satisfy all other clauses."""
    own, others = _split(clauses)
    statements = match(_all_statements(snapshot), own)
    return statements & snapshot.statements.of(match(snapshot.all_positions, others)) if others else statements


def totals_without_each_clause(result: StatementResult) -> list[RelaxedTotal]:
    """Return the total without each clause, in the order of the clauses; the words come before those of articles."""
    snapshot, spoken = result.snapshot, result.spoken
    own, others = _split(result.clauses)
    everything = _all_statements(snapshot)
    statements = match(everything, own)
    in_articles = snapshot.statements.of(match(snapshot.all_positions, others))

    def count(positions: BitMap) -> int:
        return len(spoken(positions & in_articles))

    def count_in(articles: BitMap) -> int:
        return len(spoken(statements & snapshot.statements.of(articles)))

    said = result.said and Clause("said", result.said.value, "all", BitMap())
    return [
        *totals_without_each(everything, join_long_lists(everything, own), count),
        *([RelaxedTotal(said, statements.intersection_cardinality(in_articles))] if said else ()),
        *totals_without_each(snapshot.all_positions, join_long_lists(snapshot.all_positions, others), count_in),
    ]


def _split(clauses: Sequence[Clause]) -> tuple[list[Clause], list[Clause]]:
    """Return the clauses that statements have to satisfy, which come first, and those that their articles have to."""
    own = [clause for clause in clauses if clause.parameter in OWN_PARAMETERS]
    return own, [clause for clause in clauses if clause.parameter not in OWN_PARAMETERS]


def _all_statements(snapshot: Snapshot) -> BitMap:
    return range_bitmap(0, len(snapshot.statements))


@dataclass(frozen=True, slots=True)
class StatementSlice:
    """Statements in order, and where the next page starts, None on the last page."""

    positions: list[int]
    next: StatementKey | None


def statement_page(said: StatementResult, filters: StatementPage, after: StatementKey | None) -> StatementSlice:
    """Return the statements that come after a sort key in the order of `filters.sort`."""
    positions = list(islice(statements_in_order(said, filters, after), filters.limit + 1))
    if len(positions) <= filters.limit:
        return StatementSlice(positions, None)
    return StatementSlice(positions[: filters.limit], _sort_key(said.snapshot, positions[filters.limit - 1]))


def statements_in_order(
    said: StatementResult, filters: StatementExport, after: StatementKey | None = None
) -> Iterator[int]:
    """Yield the statements that come after a sort key, or all of them, in the order of `filters.sort`."""
    order = _newest_first if filters.sort == "-published" else _oldest_first
    return order(said.snapshot, said.positions, after)


def article_of(snapshot: Snapshot, statement: int) -> int:
    """Return the position of the article of a statement."""
    return int(np.searchsorted(snapshot.statements.starts, statement, side="right")) - 1


def _sort_key(snapshot: Snapshot, statement: int) -> StatementKey:
    return StatementKey(*snapshot.time.key(article_of(snapshot, statement)), int(snapshot.statements.places[statement]))


def _statement_range(snapshot: Snapshot, after: StatementKey) -> tuple[int, int, int]:
    """Return three statements: the first of the key's article, the first after the key, the next article's first."""
    statements, (article, next_article) = snapshot.statements, snapshot.time.key_range(SortKey(*after[:3]))
    start, stop = int(statements.starts[article]), int(statements.starts[next_article])
    return start, start + int(np.searchsorted(statements.places[start:stop], after.place, side="right")), stop


def _newest_first(snapshot: Snapshot, statements: BitMap, after: StatementKey | None) -> Iterator[int]:
    """Yield the statements of dated articles, newest article first, then of undated ones.

    Those of one article are in order of appearance.
    """
    dated = int(snapshot.statements.starts[snapshot.time.dated_count])
    start, resume, stop = (dated, dated, dated) if after is None else _statement_range(snapshot, after)
    if after is None or after.day != UNDATED:
        yield from statements[count_before(statements, resume) : count_before(statements, stop)]
        earlier = descending(statements, count_before(statements, start))
        for _, of_article in groupby(earlier, key=partial(article_of, snapshot)):
            yield from reversed(list(of_article))
        resume = dated
    yield from ascending(statements, count_before(statements, resume))


def _oldest_first(snapshot: Snapshot, statements: BitMap, after: StatementKey | None) -> Iterator[int]:
    start = 0 if after is None else _statement_range(snapshot, after)[1]
    return ascending(statements, count_before(statements, start))
