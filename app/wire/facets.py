"""Counts and labels -> facets and explanations as they go out."""

from collections.abc import Iterable
from functools import partial

from pyroaring import BitMap

from app.dates import iso_day
from app.search.aggregations.facets import Count, FacetCounts
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Dropped, match, without_each
from app.search.query.filters import ArticlePage
from app.search.query.parameters import FacetName
from app.search.query.search import Result
from app.wire.base import Empty, Facets, Without

FACET_NAMES: tuple[FacetName, ...] = ("source", "actor", "place", "weapon", "language", "precision")


def facets(result: Result, asked: ArticlePage) -> Facets | None:
    """Return the asked facets of a result; None if none was asked."""
    if not asked.facet:
        return None
    counts = FacetCounts(result, members=asked.members)
    counted = {name: [_facet_value(count) for count in counts.facet(name, asked.facet_size)] for name in asked.facet}
    return Facets.model_validate({name: counted.get(name) for name in FACET_NAMES})


def _facet_value(count: Count) -> dict[str, str | int]:
    return {"id": count.id, "name": count.name, "count": count.count, "chosen": count.chosen}


def empty(result: Result) -> Empty | None:
    """Return why no article was found; None if one was."""
    found = partial(match, result.snapshot.all)
    return None if result.positions else explained(result.snapshot, without_each(result.clauses, found))


def explained(snapshot: Snapshot, dropped: Iterable[Dropped]) -> Empty:
    """Return what would be found without each value, and the days that there are."""
    first, last = days_of(snapshot, snapshot.all)
    return Empty(
        without=[Without(parameter=d.clause.parameter, value=d.clause.value, total=d.total) for d in dropped],
        first_day=first,
        last_day=last,
    )


def days_of(snapshot: Snapshot, positions: BitMap) -> tuple[str | None, str | None]:
    """Return the days between which these articles are printed, None if none is dated: a search finds all in them."""
    days = snapshot.days_of(positions)
    return (None, None) if days is None else (iso_day(days[0]), iso_day(days[1]))
