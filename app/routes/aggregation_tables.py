"""What is counted from a search as tables, and the network as a graph: whole, unless the request limits it."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import Query, Request, Response

from app.http.request_url import QueryPair
from app.http.responses import attachment, stream_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.routes.tables import Names, View, as_rows, file_name, table_router
from app.search.aggregations.entities import count_entities
from app.search.aggregations.network import EntityNetwork, network
from app.search.aggregations.source_comparison import compare, source_totals
from app.search.aggregations.timeline import timeline
from app.search.fulltext.hits import SearchContext
from app.search.query.aggregation_filters import ComparisonTable, NetworkExport, NetworkTable, TimelineTable
from app.search.query.search import Result, count_page, search
from app.settings import ServeText
from app.wire.comparisons import comparison_item
from app.wire.exports.columns import COMPARISON, NETWORK, TIMELINE
from app.wire.exports.graphml import GRAPHML_TYPE, GraphHead, graphml
from app.wire.exports.tables import Row
from app.wire.networks import edge_rows, node_items
from app.wire.timelines import timeline_rows

NETWORK_LIMITS = ("nodes", "edges")
"""Parameters that the description of a network leaves out, since the document has them on their own."""


def _timeline(context: SearchContext, filters: TimelineTable, _names: Names, _serve: ServeText) -> Iterator[Row]:
    return timeline_rows(timeline(search(context, filters), filters))


def _comparison(context: SearchContext, filters: ComparisonTable, _names: Names, _serve: ServeText) -> Iterator[Row]:
    result = search(context, filters)
    totals = source_totals(result)
    ordered = count_page(totals, limit=len(totals), after=None).values
    compared = compare(result, [ordinal for _, _, ordinal in ordered], max_listed=None)
    return as_rows(comparison_item(context.snapshot, source) for source in compared)


def _network(context: SearchContext, filters: NetworkTable, _names: Names, _serve: ServeText) -> Iterator[Row]:
    return edge_rows(context.snapshot, _graph(search(context, filters), filters))


def _graph(result: Result, filters: NetworkExport) -> EntityNetwork:
    types = frozenset(filters.type)
    return network(result.snapshot, result.positions, types, max_nodes=filters.nodes, max_edges=filters.edges)


def _count_entities(result: Result, filters: NetworkExport) -> int:
    return len(count_entities(result.snapshot, result.positions, frozenset(filters.type), name=None).counts)


VIEWS = (
    View(TIMELINE, TimelineTable, _timeline, "the counts of each bucket, of all articles and by series,"),
    View(COMPARISON, ComparisonTable, _comparison, "every source, with its articles in a search"),
    View(NETWORK, NetworkTable, _network, "every pair of entities that articles of a search name together"),
)
"""All aggregations as tables, in the order of the OpenAPI document."""

graph_router = v1_router("network")


@graph_router.get("/network.graphml", response_class=Response, responses={200: {"content": {GRAPHML_TYPE: {}}}})
def export_network_graphml(
    filters: Annotated[NetworkExport, Query()], context: SearchDep, request: Request
) -> Response:
    """Stream the entities that the articles of a search name, and all pairs of them, as an undirected graph in GraphML.

    `nodes` and `edges` limit it; then the document says so.
    """
    result = search(context, filters)
    graph = _graph(result, filters)
    head = GraphHead(
        search=_in_words(request.state.pairs),
        corpus_version=context.snapshot.version,
        articles=len(result.positions),
        entities=len(graph.nodes) if filters.nodes is None else _count_entities(result, filters),
        max_nodes=filters.nodes,
        max_edges=filters.edges,
    )
    chunks = graphml(head, node_items(context.snapshot, graph), edge_rows(context.snapshot, graph))
    words = file_name("network", filters, context.snapshot.version)
    return stream_response(chunks, GRAPHML_TYPE, attachment(words, "graphml"))


def _in_words(pairs: Iterable[QueryPair]) -> str | None:
    """Return the filters as the client wrote them; None without filters."""
    return ", ".join(f"{pair.name} {pair.value}" for pair in pairs if pair.name not in NETWORK_LIMITS) or None


routers = (*map(table_router, VIEWS), graph_router)
