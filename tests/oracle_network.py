"""What the network and the relations of an entity should be, worked out slowly from the records."""

from itertools import combinations
from math import log
from typing import Any

from tests import oracle
from tests.oracle import Pairs, Record


def named(records: list[Record]) -> dict[str, dict[str, str]]:
    """Return the entities that records name, by id."""
    return {
        entity["id"]: {"id": entity["id"], "name": entity["name"], "type": entity["type"]}
        for record in records
        for entity in record["entities"]
    }


def naming(records: list[Record], *ids: str) -> int:
    """Return how many records name all of these entities."""
    return sum(set(ids) <= oracle.entity_ids(record) for record in records)


def npmi(records: list[Record], one: str, other: str) -> float:
    """Return pmi(x; y) / -log p(x, y) of two entities that some record names both."""
    of_all, both = len(records), naming(records, one, other) / len(records)
    pmi = log(both / (naming(records, one) / of_all * naming(records, other) / of_all))
    return round(pmi / -log(both), 6) if both < 1 else 1


def network(records: list[Record], pairs: Pairs, types: list[str], nodes: int, edges: int) -> dict[str, Any]:
    """Return the entities that a result names most, and the pairs of them that it names together most."""
    found = oracle.search(records, pairs)
    entities = [entity for entity in named(found).values() if not types or entity["type"] in types]
    counted: list[dict[str, Any]] = [{**entity, "articles": naming(found, entity["id"])} for entity in entities]
    shown = sorted(counted, key=lambda node: (-node["articles"], node["id"]))[:nodes]
    linked: list[dict[str, Any]] = [
        {"source": a, "target": b, "articles": naming(found, a, b), "npmi": npmi(found, a, b)}
        for a, b in combinations(sorted(node["id"] for node in shown), 2)
        if naming(found, a, b)
    ]
    linked.sort(key=lambda edge: (-edge["articles"], edge["source"], edge["target"]))
    return {"total": len(found), "nodes": shown, "edges": linked[:edges]}
