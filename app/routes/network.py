"""The network: whom and what the articles of a search name together."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, worked
from app.search.aggregations.network import network
from app.search.fulltext.hits import TextSearch
from app.search.query.aggregation_filters import NetworkFilters
from app.search.query.search import search
from app.wire.networks import NetworkOut, network_out

router = v1_router("network")


@router.get("/network", response_model=NetworkOut)
async def get_network(asked: Annotated[NetworkFilters, Query()], text: TextDep) -> Response:
    """Return the entities that the articles of a search name most, and how many articles name two of them together."""
    return await worked(partial(_network, asked), text)


def _network(asked: NetworkFilters, text: TextSearch) -> Response:
    result = search(text, asked)
    found = network(
        text.snapshot, result.positions, frozenset(asked.type), most_nodes=asked.nodes, most_edges=asked.edges
    )
    return answer(network_out(result, found), text.session)
