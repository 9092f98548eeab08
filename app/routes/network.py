"""The network: which entities the articles of a search name together."""

from typing import Annotated

from fastapi import Query, Response

from app.http.responses import json_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep, run_by_cost
from app.search.aggregations.network import network
from app.search.query.aggregation_filters import NetworkFilters
from app.search.query.search import search
from app.wire.networks import NetworkOut, network_out

router = v1_router("network")


@router.get("/network", response_model=NetworkOut)
@run_by_cost
def get_network(filters: Annotated[NetworkFilters, Query()], context: SearchDep) -> Response:
    """Return the entities that the articles of a search name most, and how many articles name each pair of them."""
    result = search(context, filters)
    graph = network(
        context.snapshot, result.positions, frozenset(filters.type), max_nodes=filters.nodes, max_edges=filters.edges
    )
    return json_response(network_out(result, graph))
