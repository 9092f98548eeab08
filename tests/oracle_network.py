"""The oracle of the network, of related entities and of lift, computed naively from the records."""

from fractions import Fraction
from itertools import combinations
from math import log
from typing import Any

from tests import oracle
from tests.oracle import Pairs, Record


def named_entities(records: list[Record]) -> dict[str, dict[str, str]]:
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
    """Return pmi(x; y) / -log p(x, y) of two entities that at least one record names together."""
    total, both = len(records), naming(records, one, other) / len(records)
    pmi = log(both / (naming(records, one) / total * naming(records, other) / total))
    return round(pmi / -log(both), 6) if both < 1 else 1


def network(
    records: list[Record], pairs: Pairs, types: list[str], nodes: int | None, edges: int | None
) -> dict[str, Any]:
    """Return the entities that a result names most, and the pairs of them that it names together most; None for all."""
    results = oracle.search(records, pairs)
    entities = [entity for entity in named_entities(results).values() if not types or entity["type"] in types]
    counts: list[dict[str, Any]] = [{**entity, "articles": naming(results, entity["id"])} for entity in entities]
    shown = sorted(counts, key=lambda node: (-node["articles"], node["id"]))[:nodes]
    links: list[dict[str, Any]] = [
        {"source": a, "target": b, "articles": naming(results, a, b), "npmi": npmi(results, a, b)}
        for a, b in combinations(sorted(node["id"] for node in shown), 2)
        if naming(results, a, b)
    ]
    links.sort(key=lambda edge: (-edge["articles"], edge["source"], edge["target"]))
    return {"total": len(results), "nodes": shown, "edges": links[:edges]}


def related(records: list[Record], pairs: Pairs, id_: str, types: list[str], sort: str) -> list[dict[str, Any]]:
    """Return the other entities that a result names together with one, by a measure and then id."""
    results = oracle.search(records, pairs)
    about = [record for record in results if id_ in oracle.entity_ids(record)]
    items: list[dict[str, Any]] = [
        {
            **entity,
            "articles": naming(results, id_, other),
            "corpus": naming(records, other),
            "npmi": npmi(results, id_, other),
            "lift": lift(about, records, other),
        }
        for other, entity in named_entities(about).items()
        if other != id_ and (not types or entity["type"] in types)
    ]
    return sorted(items, key=lambda item: (-item[sort], item["id"]))


def lift(results: list[Record], records: list[Record], id_: str) -> float:
    """Return the share of some records that name an entity, divided by its share of all."""
    return float(Fraction(naming(results, id_), len(results)) / Fraction(naming(records, id_), len(records)))


def entities(records: list[Record], pairs: Pairs, sort: str) -> list[dict[str, Any]]:
    """Return the entities that a result names, by a measure and then id."""
    results = oracle.search(records, pairs)
    items: list[dict[str, Any]] = [
        {**entity, "articles": naming(results, id_), "lift": lift(results, records, id_), "at": None}
        for id_, entity in named_entities(results).items()
    ]
    return sorted(items, key=lambda item: (-item[sort], item["id"]))
