"""Facets, explanations of empty results, and the first and last day of a result, as response fields."""

from collections.abc import Iterable, Mapping, Sequence

from pyroaring import BitMap

from app.dates import iso_day
from app.search.aggregations.facets import FacetCount
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import RelaxedTotal, join_long_lists, totals_without_each
from app.search.query.parameters import FacetName
from app.search.query.search import Result
from app.wire.base import EmptyExplanation, Facets, TotalWithout


def facets_out(counts: Mapping[FacetName, Sequence[FacetCount]]) -> Facets:
    """Return the facets that were counted."""
    values = {name: [_facet_value(count) for count in own] for name, own in counts.items()}
    return Facets.model_validate({name: values.get(name) for name in Facets.model_fields})


def _facet_value(count: FacetCount) -> dict[str, str | int]:
    return {"id": count.id, "name": count.name, "count": count.count, "chosen": count.chosen}


def explain_no_articles(result: Result) -> EmptyExplanation:
    """Return why no article matches."""
    everything = result.snapshot.all_positions
    return empty_explanation(
        result.snapshot, totals_without_each(everything, join_long_lists(everything, result.clauses))
    )


def empty_explanation(snapshot: Snapshot, dropped: Iterable[RelaxedTotal]) -> EmptyExplanation:
    """Return the totals without each value, and the first and last day of the corpus."""
    first, last = first_and_last_day(snapshot, snapshot.all_positions)
    return EmptyExplanation(
        without=[TotalWithout(parameter=d.clause.parameter, value=d.clause.value, total=d.total) for d in dropped],
        first_day=first,
        last_day=last,
    )


def first_and_last_day(snapshot: Snapshot, positions: BitMap) -> tuple[str | None, str | None]:
    """Return the days between which a search finds all dated articles of these; None if none is dated."""
    days = snapshot.time.day_span(positions)
    return (None, None) if days is None else (iso_day(days[0]), iso_day(days[1]))
