"""The oracle of comparisons, computed naively over plain dicts; it ignores statements."""

from collections import Counter
from typing import Any

from tests import oracle
from tests.oracle import Pairs, Record


def comparison(records: list[Record], pairs: Pairs, listed: int | None = 5) -> list[dict[str, Any]]:
    """Return each source of the corpus with its share of a result and this many entities: most articles first."""
    results = oracle.search(records, pairs)
    covered = oracle.search(records, [pair for pair in pairs if pair[0] in {"from", "to"}])
    rows = [_row(source, name, results, covered, listed) for source, name in oracle.labels(records)["source"].items()]
    return sorted(rows, key=lambda row: (-row["articles"], row["id"]))


def _row(source: str, name: str, results: list[Record], covered: list[Record], listed: int | None) -> dict[str, Any]:
    own = [record for record in results if record["source_id"] == source]
    coverage = sum(record["source_id"] == source for record in covered)
    first, last = oracle.days(own)
    others = [record for record in results if record["source_id"] != source]
    return {
        "id": source,
        "name": name,
        "articles": len(own),
        "coverage": coverage,
        "share": len(own) / coverage if coverage else None,
        "first_day": first,
        "last_day": last,
        "exclusive_entities": _exclusive_entities(own, others, listed),
        "speakers": [],
    }


def _exclusive_entities(own: list[Record], others: list[Record], listed: int | None) -> list[dict[str, Any]]:
    elsewhere = {id_ for record in others for id_ in oracle.entity_ids(record)}
    counts = Counter(id_ for record in own for id_ in oracle.entity_ids(record) - elsewhere)
    known = {entity["id"]: entity for record in own for entity in record["entities"]}
    ranked = sorted(counts, key=lambda id_: (-counts[id_], id_))[:listed]
    return [{**{key: known[id_][key] for key in ("id", "name", "type")}, "articles": counts[id_]} for id_ in ranked]
