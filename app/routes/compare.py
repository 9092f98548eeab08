"""The comparison: the sources of a search side by side."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, link_next, worked
from app.search.aggregations.source_comparison import counted_sources
from app.search.fulltext.hits import TextSearch
from app.search.query.aggregation_filters import ComparisonPage
from app.search.query.pagination import count_page
from app.search.query.search import search
from app.wire import facets
from app.wire.comparisons import ComparisonList, comparison_items
from app.wire.cursors import COUNT_CURSORS

router = v1_router("compare")


@router.get("/compare", response_model=ComparisonList)
async def list_compared_sources(asked: Annotated[ComparisonPage, Query()], text: TextDep, request: Request) -> Response:
    """Put the sources of a search side by side: how much each printed, whom only it names, whom it lets speak."""
    return await worked(partial(_page, asked, request), text)


def _page(asked: ComparisonPage, request: Request, text: TextSearch) -> Response:
    after = COUNT_CURSORS.read(asked)
    result = search(text, asked)
    counted = counted_sources(result)
    shown = count_page(counted, limit=asked.limit, after=after)
    following = COUNT_CURSORS.write(asked, shown.next)
    body = ComparisonList(
        total=len(counted),
        sources_with_articles=sum(count > 0 for count, _, _ in counted),
        items=comparison_items(result, asked, [ordinal for _, _, ordinal in shown.values]),
        next=following,
        empty=facets.empty(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session), following)
