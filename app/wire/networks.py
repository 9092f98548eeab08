"""The co-occurrence network of a result as response fields."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from app.search.aggregations.network import Edge, EntityNetwork
from app.search.index.snapshot import Snapshot
from app.search.query.search import Result
from app.wire.base import VERSION_FIELD, EmptyExplanation, EntityRef, Out, SearchOut, TotalOut
from app.wire.facets import explain_no_articles, search_fields


class NodeOut(EntityRef):
    """An entity that articles of the result name."""

    articles: int = Field(description="Number of articles in the result that name it.", examples=[5])


class EdgeOut(Out):
    """Two entities that articles of the result name together; an edge has no direction."""

    source: str = Field(description="Id of the node whose id sorts first.", examples=["russia"])
    target: str = Field(description="Id of the other node.", examples=["syria"])
    articles: int = Field(description="Number of articles in the result that name both.", examples=[5])
    npmi: float = Field(
        description="How much more often the two co-occur in the result than expected by chance: normalized pointwise "
        "mutual information, from -1 to 1; 0 is chance.",
        examples=[0.31],
    )


class NetworkOut(SearchOut, TotalOut):
    """The entities that most articles of a result name, and the pairs that articles name together."""

    total: int = Field(description="Exact number of articles in the result.", examples=[5])
    nodes: list[NodeOut] = Field(description="The entities, by number of articles and then id.")
    edges: list[EdgeOut] = Field(description="Pairs of nodes that share articles, by number of articles and then ids.")
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def network_out(result: Result, network: EntityNetwork) -> NetworkOut:
    """Return the network of a result."""
    snapshot = result.snapshot
    return NetworkOut(
        **search_fields(result),
        total=result.total,
        nodes=list(node_items(snapshot, network)),
        edges=[_edge(snapshot, edge) for edge in network.edges],
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=snapshot.version,
    )


def node_items(snapshot: Snapshot, network: EntityNetwork) -> Iterator[NodeOut]:
    """Yield the nodes of a network."""
    for ordinal, count in network.nodes:
        label = snapshot.labels.entity[ordinal]
        yield NodeOut(id=label.id, name=label.name, type=label.type, articles=count)


def edge_rows(snapshot: Snapshot, network: EntityNetwork) -> Iterator[dict[str, Any]]:
    """Yield the edges of a network, each with the names, types and numbers of articles of its nodes."""
    labels, counts = snapshot.labels.entity, dict(network.nodes)
    for edge in network.edges:
        source, target = labels[edge.source], labels[edge.target]
        yield {
            "source": source.id,
            "source_name": source.name,
            "source_type": source.type,
            "source_articles": counts[edge.source],
            "target": target.id,
            "target_name": target.name,
            "target_type": target.type,
            "target_articles": counts[edge.target],
            "articles": edge.articles,
            "npmi": edge.npmi,
        }


def _edge(snapshot: Snapshot, edge: Edge) -> EdgeOut:
    source, target = snapshot.labels.entity[edge.source], snapshot.labels.entity[edge.target]
    return EdgeOut(source=source.id, target=target.id, articles=edge.articles, npmi=edge.npmi)
