"""The oracle of entity profiles, computed naively from the records."""

from collections import Counter
from typing import Any

from tests import oracle
from tests.oracle import Record


def profile(records: list[Record], id_: str) -> dict[str, Any]:
    """Return with which surfaces, by which sources and in which years records name an entity."""
    about = [record for record in records if id_ in oracle.entity_ids(record)]
    years = Counter(on[:4] for record in about if (on := oracle.printed_on(record)))
    by_source = Counter((record["source_id"], record["source"]) for record in about)
    ranked = sorted(by_source.items(), key=lambda item: (-item[1], item[0]))[:10]
    span = range(int(min(years)), int(max(years)) + 1) if years else ()
    return {
        "surfaces": {"articles_examined": len(about), "items": surfaces(about, id_)},
        "sources": [{"id": source, "name": name, "count": count} for (source, name), count in ranked],
        "timeline": [
            {"from": f"{year:04}-01-01", "to": f"{year:04}-12-31", "count": years[f"{year:04}"]} for year in span
        ],
    }


def surfaces(about: list[Record], id_: str) -> list[dict[str, Any]]:
    """Return the surfaces with which these records name an entity, with their mentions and records."""
    occurrences = [
        (record["text"][start:end], record["url"])
        for record in about
        for entity in record["entities"]
        for start, end in entity["mentions"]
        if entity["id"] == id_
    ]
    mentions, articles = Counter(text for text, _ in occurrences), Counter(text for text, _ in set(occurrences))
    items = [{"text": text, "mentions": mentions[text], "articles": articles[text]} for text in mentions]
    return sorted(items, key=lambda item: (-mentions[item["text"]], -articles[item["text"]], item["text"]))[:20]
