"""GraphML as a plain XML parser reads it."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from app.models import EntityType
from app.wire.exports.graphml import NAMESPACE, GraphHead, graphml
from app.wire.networks import NodeOut

HEAD = GraphHead(search=None, corpus_version=3, articles=12_000, entities=1_500, max_nodes=None, max_edges=None)


def test_any_name_is_valid_xml() -> None:
    """A character that XML cannot represent becomes U+FFFD."""
    names = ['<b>&"quoted"</b>', "]]>", "Да \U0001f30d", "a\x00b\ufffe", " padded\r\n"]
    nodes = [
        NodeOut.model_construct(id=f"n{n}", name=name, type=EntityType.PERSON, articles=1)
        for n, name in enumerate(names)
    ]
    root = ET.fromstring(b"".join(graphml(HEAD, nodes, [])))  # noqa: S314 - our own document
    read = [datum.text for datum in root.iter(f"{{{NAMESPACE}}}data") if datum.attrib["key"] == "node-name"]
    assert read == ['<b>&"quoted"</b>', "]]>", "Да \U0001f30d", "a\ufffdb\ufffd", " padded\r\n"]


@pytest.mark.parametrize(
    ("head", "description"),
    [
        (
            HEAD,
            "Nodes are all entities that the articles of the whole corpus name; edges are all pairs of them that an "
            "article names together. Dateline, corpus version 3.",
        ),
        (
            replace(HEAD, search="source rferl", max_nodes=1_500, max_edges=10),
            "Nodes are all entities that the articles of the search “source rferl” name; edges are the pairs of "
            "them with the most articles in common, at most 10. Dateline, corpus version 3.",
        ),
        (
            replace(HEAD, max_nodes=1_499),
            "Nodes are the 1,499 with the most articles of the 1,500 entities that the articles of the whole corpus "
            "name; edges are all pairs of them that an article names together. Dateline, corpus version 3.",
        ),
    ],
)
def test_the_description_says_what_is_left_out(head: GraphHead, description: str) -> None:
    assert head.description() == description
