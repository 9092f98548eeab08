"""The comparison of the sources of a search."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep, run_by_cost
from app.search.aggregations.source_comparison import compare, source_totals
from app.search.query.aggregation_filters import ComparisonPage
from app.search.query.search import count_page, search
from app.wire.comparisons import ComparisonList, comparison_items
from app.wire.cursors import COUNT_CURSORS
from app.wire.facets import explain_no_articles

router = v1_router("compare")


@router.get("/compare", response_model=ComparisonList)
@run_by_cost
def list_compared_sources(
    filters: Annotated[ComparisonPage, Query()], context: SearchDep, request: Request
) -> Response:
    """Compare the sources of a search: how much each published, which entities only it names, whom it quotes."""
    after = COUNT_CURSORS.read(filters)
    result = search(context, filters)
    counts = source_totals(result)
    page = count_page(counts, limit=filters.limit, after=after)
    next_cursor = COUNT_CURSORS.write(filters, page.next)
    body = ComparisonList(
        total=len(counts),
        sources_with_articles=sum(count > 0 for count, _, _ in counts),
        items=comparison_items(context.snapshot, compare(result, filters, [ordinal for _, _, ordinal in page.values])),
        next=next_cursor,
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=context.snapshot.version,
    )
    return list_response(request, body, next_cursor)
