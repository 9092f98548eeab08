"""Facets, explanations of empty results, and the first and last day of a result, as response fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pyroaring import BitMap

from app.dates import iso_day
from app.posting_fields import OVERLAPPING_FACETS
from app.search.aggregations.facets import Facet, FacetCount
from app.search.index.snapshot import Snapshot
from app.search.query.parameters import FacetName
from app.search.query.search import Result
from app.search.query.zero_results import RelaxedTotal, join_long_lists, totals_without_each
from app.wire.article_models import Facets
from app.wire.base import EmptyExplanation, Out, RangeOut, SampledOut, TotalWithout

FacetsModel = TypeVar("FacetsModel", bound=Out)


def facet_fields(counts: Mapping[FacetName, Facet]) -> dict[str, Any]:
    """Return the facets that were counted, as fields of ArticleList."""
    if not counts:
        return {"facets": None, "distinct": None, "overlapping": None}
    return {
        "facets": facets_out(Facets, {name: facet.values for name, facet in counts.items()}),
        "distinct": {name: facet.distinct for name, facet in counts.items()},
        "overlapping": [name for name in OVERLAPPING_FACETS if name in counts],
    }


def facets_out(model: type[FacetsModel], counts: Mapping[str, Sequence[FacetCount]]) -> FacetsModel:
    """Return the facets that were counted, and null for the others."""
    return model.model_validate(
        {name: [*map(_facet_value, counts[name])] if name in counts else None for name in model.model_fields}
    )


def _facet_value(count: FacetCount) -> dict[str, str | int]:
    return {"id": count.id, "name": count.name, "count": count.count, "chosen": count.chosen}


def search_fields(result: Result) -> dict[str, Any]:
    """Return the fields of SearchOut."""
    days, left_out, sampled = result.days, result.left_out, result.sampled
    first, last = (day and iso_day(day) for day in (days.first, days.last)) if days else (None, None)
    return {
        "understood": result.understood,
        "notes": result.notes,
        "resolved": RangeOut.model_validate({"from": first, "to": last}) if days else None,
        "sampled": sampled and SampledOut(of=sampled.of, size=sampled.size, seed=sampled.seed),
        "undated": left_out and left_out.undated,
        "coarser": left_out and left_out.coarser,
    }


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
        without=[
            TotalWithout(
                parameter=relaxed.clause.parameter,
                value=relaxed.clause.value if relaxed.term is None else relaxed.term,
                total=relaxed.total,
                remaining=relaxed.remaining,
            )
            for relaxed in dropped
        ],
        first_day=first,
        last_day=last,
    )


def first_and_last_day(snapshot: Snapshot, positions: BitMap) -> tuple[str | None, str | None]:
    """Return the days between which a search finds all dated articles of these; None if none is dated."""
    days = snapshot.time.day_span(positions)
    return (None, None) if days is None else (iso_day(days[0]), iso_day(days[1]))
