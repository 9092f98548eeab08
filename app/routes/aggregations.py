"""What is counted from a search: the timeline, the comparison of its sources, the network, and suggestions of names."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import json_response, list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.search.aggregations.network import network
from app.search.aggregations.source_comparison import compare, source_totals
from app.search.aggregations.suggest import Suggestions, suggest_people
from app.search.aggregations.timeline import timeline
from app.search.query.aggregation_filters import ComparisonPage, NetworkFilters, SuggestFilters, TimelineFilters
from app.search.query.search import count_page, search
from app.wire.comparisons import ComparisonList, comparison_items
from app.wire.cursors import COUNT_CURSORS
from app.wire.entities import SuggestionList, suggestion_list
from app.wire.facets import explain_no_articles, search_fields
from app.wire.networks import NetworkOut, network_out
from app.wire.timelines import TimelineOut, timeline_out

timeline_router = v1_router("timeline")
comparison_router = v1_router("compare")
network_router = v1_router("network")
suggestion_router = v1_router("suggest")


@timeline_router.get("/timeline", response_model=TimelineOut)
def get_timeline(filters: Annotated[TimelineFilters, Query()], context: SearchDep) -> Response:
    """Count the articles of a search by day, week, month or year, next to the whole corpus and by source or actor."""
    result = search(context, filters)
    return json_response(timeline_out(result, filters.interval, timeline(result, filters)))


@comparison_router.get("/compare", response_model=ComparisonList)
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
        **search_fields(result),
        total=len(counts),
        sources_with_articles=sum(count > 0 for count, _, _ in counts),
        items=comparison_items(context.snapshot, compare(result, [ordinal for _, _, ordinal in page.values])),
        next=next_cursor,
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=context.snapshot.version,
    )
    return list_response(
        request, body, next_cursor, previous_cursor=COUNT_CURSORS.write_previous(filters, page.previous)
    )


@network_router.get("/network", response_model=NetworkOut)
def get_network(filters: Annotated[NetworkFilters, Query()], context: SearchDep) -> Response:
    """Return the entities that the articles of a search name most, and how many articles name each pair of them."""
    result = search(context, filters)
    graph = network(
        context.snapshot, result.positions, frozenset(filters.type), max_nodes=filters.nodes, max_edges=filters.edges
    )
    return json_response(network_out(result, graph))


@suggestion_router.get("/suggest", response_model=SuggestionList)
def list_suggestions(filters: Annotated[SuggestFilters, Query()], context: SearchDep) -> Response:
    """Suggest entities and sources by the beginning of a name, those with the most articles of the search first."""
    result = search(context, filters)
    people = suggest_people(context, result.positions, filters.prefix, filters.type)
    suggestions = Suggestions(context.snapshot, result.positions, filters.type)
    return json_response(suggestion_list(result, suggestions.of(filters.prefix, filters.limit, people)))
