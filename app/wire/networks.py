"""The network of a result as it goes out."""

from pydantic import Field

from app.search.aggregations.network import Edge, Network
from app.search.index.snapshot import Snapshot
from app.search.query.search import Result
from app.wire.base import VERSION, Empty, EntityRef, Out
from app.wire.facets import empty


class NodeOut(EntityRef):
    """An entity that articles of the result name."""

    articles: int = Field(description="Articles of the result that name it.", examples=[5])


class EdgeOut(Out):
    """Two entities that articles of the result name together."""

    source: str = Field(description="Id of the node whose id comes first; it has no direction.", examples=["russia"])
    target: str = Field(description="Id of the other node.", examples=["syria"])
    articles: int = Field(description="Articles of the result that name both.", examples=[5])
    npmi: float = Field(
        description="How much oftener they meet in the result than by chance: normalised pointwise mutual information, "
        "from -1 to 1, 0 by chance.",
        examples=[0.31],
    )


class NetworkOut(Out):
    """The entities that a result names most, and which of them it names together."""

    total: int = Field(description="Exact number of articles in the result.", examples=[5])
    nodes: list[NodeOut] = Field(description="Entities, by articles and then id.")
    edges: list[EdgeOut] = Field(description="Pairs of nodes that share articles, by articles and then ids.")
    empty: Empty | None = Field(description="Null unless no article matches.")
    corpus_version: int = VERSION


def network_out(result: Result, found: Network) -> NetworkOut:
    """Return the network of a result."""
    snapshot = result.snapshot
    return NetworkOut(
        total=len(result.positions),
        nodes=[_node(snapshot, ordinal, count) for ordinal, count in found.nodes],
        edges=[_edge(snapshot, edge) for edge in found.edges],
        empty=empty(result),
        corpus_version=snapshot.version,
    )


def _node(snapshot: Snapshot, ordinal: int, count: int) -> NodeOut:
    label = snapshot.labels.entity[ordinal]
    return NodeOut(id=label.id, name=label.name, type=label.type, articles=count)


def _edge(snapshot: Snapshot, edge: Edge) -> EdgeOut:
    source, target = snapshot.labels.entity[edge.source], snapshot.labels.entity[edge.target]
    return EdgeOut(source=source.id, target=target.id, articles=edge.articles, npmi=edge.npmi)
