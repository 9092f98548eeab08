"""Networks as GraphML (graphdrawing.org), which Gephi, Cytoscape, yEd, igraph and networkx read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.wire.exports.feed_xml import XML_DECLARATION, element, start_tag
from app.wire.exports.tables import in_chunks
from app.wire.networks import NodeOut

GRAPHML_TYPE = "application/graphml+xml"

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
SCHEMA = "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

# Gephi shows `label`, and most programs draw an edge by its `weight`.
KEYS = {
    "graph": {
        "search": "string",
        "corpus_version": "int",
        "articles": "int",
        "entities": "int",
        "max_nodes": "int",
        "max_edges": "int",
    },
    "node": {"label": "string", "name": "string", "type": "string", "articles": "int"},
    "edge": {"weight": "double", "articles": "int", "npmi": "double"},
}
"""The names and types of the data of the graph, of its nodes and of its edges."""


@dataclass(frozen=True, slots=True)
class GraphHead:
    """What a document says about its network: the search, and what it leaves out.

    `articles` is the number of articles in which pairs are counted, `entities` that of all entities that they name. A
    maximum is None if there is none.
    """

    search: str | None
    corpus_version: int
    articles: int
    entities: int
    max_nodes: int | None
    max_edges: int | None

    def description(self) -> str:
        """Return what the document contains, in words."""
        search = "the whole corpus" if self.search is None else f"the search “{self.search}”"
        nodes, edges = "all entities", "all pairs of them that an article names together"
        if self.max_nodes is not None and self.max_nodes < self.entities:
            nodes = f"the {self.max_nodes:,} with the most articles of the {self.entities:,} entities"
        if self.max_edges is not None:
            edges = f"the pairs of them with the most articles in common, at most {self.max_edges:,}"
        return (
            f"Nodes are {nodes} that the articles of {search} name; edges are {edges}. "
            f"Dateline, corpus version {self.corpus_version}."
        )


def graphml(head: GraphHead, nodes: Iterable[NodeOut], edges: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield an undirected graph as UTF-8 in chunks; the id of a node is that of its entity."""
    return in_chunks(line.encode() for line in _lines(head, nodes, edges))


def _lines(head: GraphHead, nodes: Iterable[NodeOut], edges: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    location = {"xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}"}
    yield XML_DECLARATION
    yield start_tag("graphml", xmlns=NAMESPACE, **{"xmlns:xsi": _SCHEMA_INSTANCE}, **location)
    for owner, keys in KEYS.items():
        for name, type_ in keys.items():
            yield element("key", **{"id": _key(owner, name), "for": owner, "attr.name": name, "attr.type": type_})
    yield start_tag("graph", id="network", edgedefault="undirected")
    yield element("desc", head.description())
    yield _data("graph", {name: getattr(head, name) for name in KEYS["graph"]})
    for node in nodes:
        data = {"label": node.name, "name": node.name, "type": node.type, "articles": node.articles}
        yield f"{start_tag('node', id=node.id)}{_data('node', data)}</node>\n"
    for edge in edges:
        data = {"weight": edge["articles"], "articles": edge["articles"], "npmi": edge["npmi"]}
        yield f"{start_tag('edge', source=edge['source'], target=edge['target'])}{_data('edge', data)}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _data(owner: str, values: Mapping[str, Any]) -> str:
    known = {name: str(value) for name, value in values.items() if value is not None}
    return "".join(element("data", text, key=_key(owner, name)) for name, text in known.items())


def _key(owner: str, name: str) -> str:
    return f"{owner}-{name.replace('_', '-')}"
