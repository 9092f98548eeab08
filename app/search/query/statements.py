"""Who said what about whom: filters -> one bitmap of statements, which lie in the order of their articles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice

import numpy as np
from pyroaring import BitMap

from app.models import ACTOR_TYPES, EntityType
from app.search.fulltext.hits import TextSearch
from app.search.index.bitmaps import run_of
from app.search.index.columns import UNDATED
from app.search.index.memberships import Space
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause, Read, Taken, clauses, entity_clauses, match
from app.search.query.filters import StatementPage
from app.search.query.pagination import backwards, count_before, forwards

Place = tuple[int, int, int, int]
"""Where a statement stands: first day, local time and id of its article, and its place in it."""

SPEAKERS: Mapping[str, Taken] = {"speaker": (ACTOR_TYPES, "any")}
TOPICS: Mapping[str, Taken] = {"about": (frozenset(EntityType), "all")}


@dataclass(frozen=True, slots=True)
class Said:
    """The clauses of a search for statements, and the statements that satisfy them."""

    text: TextSearch
    clauses: tuple[Clause, ...]
    found: BitMap

    @property
    def snapshot(self) -> Snapshot:
        """The corpus version that was searched."""
        return self.text.snapshot


def search_statements(text: TextSearch, filters: StatementPage) -> Said:
    """Return what the filters find; raises InvalidRequestError with everything that is wrong with them."""
    found = clauses(text, filters, _own(text.snapshot, filters))
    return Said(text, found, match_statements(text.snapshot, found))


def _own(snapshot: Snapshot, filters: StatementPage) -> Read:
    said, printed = snapshot.statements, partial(_printed_within, snapshot)
    yield from entity_clauses(snapshot, filters, SPEAKERS, Space(said.speaker, printed))
    yield from entity_clauses(snapshot, filters, TOPICS, Space(said.about, printed))


def _printed_within(snapshot: Snapshot, first: int | None, last: int | None) -> BitMap:
    return snapshot.statements.of(snapshot.printed_within(first, last))


def match_statements(snapshot: Snapshot, clauses: Sequence[Clause]) -> BitMap:
    """Return the statements that satisfy their own clauses, of the articles that satisfy the others."""
    own = {*SPEAKERS, *TOPICS}
    said = match(run_of(0, len(snapshot.statements)), (clause for clause in clauses if clause.parameter in own))
    others = [clause for clause in clauses if clause.parameter not in own]
    return said & snapshot.statements.of(match(snapshot.all, others)) if others else said


@dataclass(frozen=True, slots=True)
class StatementSlice:
    """Some statements in order, and where the next page begins, if there is one."""

    positions: list[int]
    next: Place | None


def statement_page(said: Said, filters: StatementPage, after: Place | None) -> StatementSlice:
    """Return the statements that come after a place in the order that the filters ask for."""
    order = _newest_first if filters.sort == "-published" else _oldest_first
    positions = list(islice(order(said.snapshot, said.found, after), filters.limit + 1))
    if len(positions) <= filters.limit:
        return StatementSlice(positions, None)
    return StatementSlice(positions[: filters.limit], _place(said.snapshot, positions[filters.limit - 1]))


def article_of(snapshot: Snapshot, statement: int) -> int:
    """Return the position of the article of a statement."""
    return int(np.searchsorted(snapshot.statements.starts, statement, side="right")) - 1


def _place(snapshot: Snapshot, statement: int) -> Place:
    return *snapshot.key(article_of(snapshot, statement)), int(snapshot.statements.places[statement])


def _run(snapshot: Snapshot, after: Place) -> tuple[int, int, int]:
    """Return the first statement of a place's article, the first one after the place, and the next article's first."""
    said, (article, behind) = snapshot.statements, snapshot.run(after[:3])
    start, stop = int(said.starts[article]), int(said.starts[behind])
    return start, start + int(np.searchsorted(said.places[start:stop], after[3], side="right")), stop


def _newest_first(snapshot: Snapshot, found: BitMap, after: Place | None) -> Iterator[int]:
    """Yield the statements of dated articles, newest article first, then those of undated ones; each in its place."""
    dated = int(snapshot.statements.starts[snapshot.dated])
    start, following, stop = (dated, dated, dated) if after is None else _run(snapshot, after)
    if after is None or after[0] != UNDATED:
        yield from found[count_before(found, following) : count_before(found, stop)]
        earlier = backwards(found, count_before(found, start))
        for _, one in groupby(earlier, key=partial(article_of, snapshot)):
            yield from reversed(list(one))
        following = dated
    yield from forwards(found, count_before(found, following))


def _oldest_first(snapshot: Snapshot, found: BitMap, after: Place | None) -> Iterator[int]:
    start = 0 if after is None else _run(snapshot, after)[1]
    return forwards(found, count_before(found, start))
