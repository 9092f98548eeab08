"""What the network, the relations of an entity and its lift should be, worked out slowly from the records."""

from fractions import Fraction
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


def related(records: list[Record], pairs: Pairs, id_: str, types: list[str], sort: str) -> list[dict[str, Any]]:
    """Return the other entities that a result names together with one, by a measure and then id."""
    found = oracle.search(records, pairs)
    about = [record for record in found if id_ in oracle.entity_ids(record)]
    items: list[dict[str, Any]] = [
        {
            **entity,
            "articles": naming(found, id_, other),
            "corpus": naming(records, other),
            "npmi": npmi(found, id_, other),
            "lift": lift(about, records, other),
        }
        for other, entity in named(about).items()
        if other != id_ and (not types or entity["type"] in types)
    ]
    return sorted(items, key=lambda item: (-item[sort], item["id"]))


def lift(found: list[Record], records: list[Record], id_: str) -> float:
    """Return the share of some records that name an entity, divided by its share of all."""
    return float(Fraction(naming(found, id_), len(found)) / Fraction(naming(records, id_), len(records)))


def entities(records: list[Record], pairs: Pairs, sort: str) -> list[dict[str, Any]]:
    """Return the entities that a result names, by a measure and then id."""
    found = oracle.search(records, pairs)
    items: list[dict[str, Any]] = [
        {**entity, "articles": naming(found, id_), "lift": lift(found, records, id_)}
        for id_, entity in named(found).items()
    ]
    return sorted(items, key=lambda item: (-item[sort], item["id"]))
