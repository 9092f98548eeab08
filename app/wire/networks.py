"""The co-occurrence network of a result as response fields."""

from pydantic import Field

from app.search.aggregations.network import Edge, EntityNetwork
from app.search.index.snapshot import Snapshot
from app.search.query.search import Result
from app.wire.base import NOTES_FIELD, UNDERSTOOD_FIELD, VERSION_FIELD, EmptyExplanation, EntityRef, Out
from app.wire.facets import explain_no_articles


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


class NetworkOut(Out):
    """The entities that most articles of a result name, and the pairs that articles name together."""

    total: int = Field(description="Exact number of articles in the result.", examples=[5])
    understood: str | None = UNDERSTOOD_FIELD
    notes: list[str] = NOTES_FIELD
    nodes: list[NodeOut] = Field(description="The entities, by number of articles and then id.")
    edges: list[EdgeOut] = Field(description="Pairs of nodes that share articles, by number of articles and then ids.")
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def network_out(result: Result, network: EntityNetwork) -> NetworkOut:
    """Return the network of a result."""
    snapshot = result.snapshot
    return NetworkOut(
        total=len(result.positions),
        understood=result.understood,
        notes=result.notes,
        nodes=[_node(snapshot, ordinal, count) for ordinal, count in network.nodes],
        edges=[_edge(snapshot, edge) for edge in network.edges],
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=snapshot.version,
    )


def _node(snapshot: Snapshot, ordinal: int, count: int) -> NodeOut:
    label = snapshot.labels.entity[ordinal]
    return NodeOut(id=label.id, name=label.name, type=label.type, articles=count)


def _edge(snapshot: Snapshot, edge: Edge) -> EdgeOut:
    source, target = snapshot.labels.entity[edge.source], snapshot.labels.entity[edge.target]
    return EdgeOut(source=source.id, target=target.id, articles=edge.articles, npmi=edge.npmi)
