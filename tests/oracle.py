"""The oracle: what Dateline should answer, computed naively from the rules over plain dicts, without the engine.

A record is a JSON Lines record with two additional keys: `public_id`, the id of the article, and `source_id`.
A search is a list of (parameter, value) pairs, as in a query string; names in it are ids, names or Wikidata ids of
entities and sources in the records.
"""

import re
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

Record = dict[str, Any]
Pairs = list[tuple[str, str]]

ACTORS = {"person", "organization", "state", "armed_group", "media"}
TYPES = {"actor": ACTORS, "any_actor": ACTORS, "exclude_actor": ACTORS, "place": {"place"}, "weapon": {"weapon"}}
QUERY_ITEM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
SOURCE_FACETS = ("country", "source_kind", "source_group")
"""Facets of which no source of these records has a value."""

LABELLED = ("actor", "place", "weapon")


def tokens(text: str) -> list[str]:
    """Return the words of a text: runs of letters and digits, without case and accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", bare.lower())


def span(on: str) -> tuple[date, date]:
    """Return the first and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    parts = [int(part) for part in on.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    return date(*parts), date(*parts)


def printed_on(record: Record) -> str | None:
    """Return the printed day, month or year of a record, or None."""
    published: str | None = record.get("published")
    return published and published[:10]


def precision(record: Record) -> str:
    """Return how much of a record's date is known."""
    return {0: "none", 4: "year", 7: "month", 10: "day"}.get(len(record.get("published") or ""), "minute")


def published(record: Record) -> dict[str, str | None]:
    """Return the printed day, the instant and the precision, as a response shows them."""
    at = None
    if precision(record) == "minute":
        at = datetime.fromisoformat(record["published"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"on": printed_on(record), "at": at, "precision": precision(record)}


def entity_ids(record: Record, types: Iterable[str] = ()) -> set[str]:
    """Return the ids of the entities (of these types) that a record names."""
    return {entity["id"] for entity in record["entities"] if not types or entity["type"] in types}


def labels(records: list[Record]) -> dict[str, dict[str, str]]:
    """Return the name of each value of each facet: {facet: {id: name}}."""
    facets = ("source", *SOURCE_FACETS, *LABELLED, "language", "precision", "author", "text_kind")
    names: dict[str, dict[str, str]] = {name: {} for name in facets}
    for record in records:
        names["source"][record["source_id"]] = record["source"]
        names["precision"][precision(record)] = precision(record)
        kind = record.get("text_kind", "full")
        names["text_kind"][kind] = kind
        if record.get("language"):
            names["language"][record["language"]] = record["language"]
        names["author"] |= {author: author for author in record.get("authors") or ()}
        for entity in record["entities"]:
            facet = entity["type"] if entity["type"] in LABELLED else "actor"
            names[facet][entity["id"]] = entity["name"]
    return names


def resolve(records: list[Record], parameter: str, value: str) -> str:
    """Return the id of a value, which may be an id, a name or a Wikidata id."""
    if parameter in {"language", "precision", "text_kind"}:
        return value
    for record in records:
        for author in record.get("authors") or () if parameter == "author" else ():
            if value.lower() == author.lower():
                return str(author)
        if parameter.endswith("source") and value.lower() in {record["source_id"], record["source"].lower()}:
            return str(record["source_id"])
        for entity in record["entities"]:
            names = {entity["id"], entity["name"].lower(), str(entity.get("wikidata")).lower()}
            if value.lower() in names and entity["type"] in TYPES.get(parameter, ()):
                return str(entity["id"])
    raise LookupError(f"{parameter}={value} names nothing in these records")


def contains(record: Record, phrase: str) -> bool:
    """Return whether the words of a phrase are consecutive in title or text."""
    wanted = tokens(phrase)
    for field in ("title", "text"):
        words = tokens(record[field])
        if any(words[i : i + len(wanted)] == wanted for i in range(len(words))):
            return True
    return False


def says(record: Record, query: str) -> bool:
    """Return whether a text search finds a record."""
    for minus, quoted, word in QUERY_ITEM.findall(query):
        if tokens(quoted or word) and contains(record, quoted or word) == bool(minus):
            return False
    return True


def within(record: Record, first: date | None, last: date | None) -> bool:
    """Return whether the whole interval of a record is in a range; undated records are in no range."""
    on = printed_on(record)
    if on is None:
        return False
    return (first is None or first <= span(on)[0]) and (last is None or span(on)[1] <= last)


def matches(record: Record, records: list[Record], pairs: Pairs) -> bool:
    """Return whether a record is in the result of a search."""
    by_parameter: dict[str, list[str]] = {}
    for parameter, value in pairs:
        by_parameter.setdefault(parameter, []).append(value)
    return all(_fits(record, parameter, values, records) for parameter, values in by_parameter.items())


def _fits(record: Record, parameter: str, values: list[str], records: list[Record]) -> bool:
    if parameter == "q":
        return says(record, values[0])
    if parameter in {"from", "to"}:
        first, last = span(values[0])
        return within(record, first, None) if parameter == "from" else within(record, None, last)
    wanted = {resolve(records, parameter, value) for value in values}
    own = record_values(record, parameter)
    if parameter == "language":
        return any(is_in_range(record.get("language"), value) for value in wanted)
    if parameter in {"actor", "place", "weapon"}:
        return wanted <= own
    return bool(wanted & own) != parameter.startswith("exclude_")


def is_in_range(tag: str | None, range_: str) -> bool:
    """Return whether a language tag matches a basic language range (RFC 4647), or is missing for `none`."""
    if tag is None or range_ == "none":
        return tag is None and range_ == "none"
    return range_ == "*" or f"{tag}-".lower().startswith(f"{range_}-".lower())


def record_values(record: Record, parameter: str) -> set[str | None]:
    if parameter in TYPES:
        return {*entity_ids(record, TYPES[parameter])}
    if parameter.endswith("source"):
        return {record["source_id"]}
    if parameter in SOURCE_FACETS:
        return set()
    if parameter == "text_kind":
        return {record.get("text_kind", "full")}
    if parameter == "author":
        return {*(record.get("authors") or ())}
    return {record.get("language")} if parameter == "language" else {precision(record)}


def search(records: list[Record], pairs: Pairs) -> list[Record]:
    """Return the records that match, in no order."""
    return [record for record in records if matches(record, records, pairs)]


def resolved(pairs: Pairs) -> dict[str, Any]:
    """Return how the range of a search is read."""
    bounds = {name: span(value) for name, value in pairs if name in {"from", "to"}}
    if not bounds:
        return {"resolved": None, "sampled": None}
    first = bounds["from"][0].isoformat() if "from" in bounds else None
    return {
        "sampled": None,
        "resolved": {"from": first, "to": bounds["to"][1].isoformat() if "to" in bounds else None},
    }


def left_out(records: list[Record], pairs: Pairs) -> dict[str, int | None]:
    """Return how many records only the range of a search leaves out: undated ones, and those that overlap its ends."""
    bounds = {name: span(value) for name, value in pairs if name in {"from", "to"}}
    if not bounds:
        return {"undated": None, "coarser": None}
    first = bounds["from"][0] if "from" in bounds else date.min
    last = bounds["to"][1] if "to" in bounds else date.max
    others = search(records, [pair for pair in pairs if pair[0] not in bounds])
    days = [span(on) for record in others if (on := printed_on(record)) and not within(record, first, last)]
    return {
        "undated": sum(printed_on(record) is None for record in others),
        "coarser": sum(start <= last and end >= first for start, end in days),
    }


def in_order(records: list[Record], sort: str = "-published") -> list[Record]:
    """Sort by printed day, then local time (none first), then id; undated ones are last, by id, in both directions."""
    dated = sorted((record for record in records if printed_on(record)), key=_sort_key)
    undated = sorted((record for record in records if not printed_on(record)), key=lambda record: record["public_id"])
    return (dated if sort == "published" else dated[::-1]) + undated


def _sort_key(record: Record) -> tuple[date, str, str]:
    local_time = record["published"][11:16] if precision(record) == "minute" else ""
    return span(record["published"][:10])[0], local_time, record["public_id"]


def facet(records: list[Record], pairs: Pairs, name: str, size: int = 10) -> list[dict[str, Any]]:
    """Return one facet: those of any-of filters ignore their own filter; chosen values stay listed."""
    ignored = {name} if name in {"source", "language", "precision", "author", "text_kind"} else set()
    results = search(records, [pair for pair in pairs if pair[0] not in ignored])
    parameters = {name, "any_actor"} if name == "actor" else {name}
    chosen = {resolve(records, *pair) for pair in pairs if pair[0] in parameters}
    counts = Counter(value for record in results for value in record_values(record, name) if value)
    if name in SOURCE_FACETS:
        counts = Counter({"none": len(results)} if results else {})
    if name == "language":
        ranges = {record["language"] for record in records if record["language"]} | chosen | {"none"}
        matched = {range_: sum(is_in_range(record["language"], range_) for record in results) for range_ in ranges}
        counts = Counter({range_: count for range_, count in matched.items() if count})
    ranked = sorted(counts.keys() | chosen, key=lambda value: (-counts[value], value))
    names = labels(records)[name]
    # A chosen value that no record has, such as a range of languages, is listed in addition.
    most = [value for value in ranked if value in names or value == "none"][:size]
    listed = [value for value in ranked if value in most or value in chosen]
    return [
        {"id": value, "name": names.get(value, value), "count": counts[value], "chosen": value in chosen}
        for value in listed
    ]


def distinct(records: list[Record], pairs: Pairs, name: str) -> int:
    """Return the number of values of a facet; `none` is not one."""
    everything = facet(records, [pair for pair in pairs if pair[0] != name], name, size=10**6)
    if name in LABELLED:
        everything = facet(records, pairs, name, size=10**6)
    return sum(value["count"] > 0 and value["id"] != "none" for value in everything)


def days(records: list[Record]) -> tuple[str | None, str | None]:
    """Return the first and the last printed day of some records; a month or year includes all its days."""
    spans = [span(on) for record in records if (on := printed_on(record))]
    if not spans:
        return None, None
    return min(first for first, _ in spans).isoformat(), max(last for _, last in spans).isoformat()


def empty(records: list[Record], pairs: Pairs) -> dict[str, Any] | None:
    """Return the explanation of an empty result, or None: the total without each value (`from` and `to` are one)."""
    if search(records, pairs):
        return None
    range_ = [pair for name in ("from", "to") for pair in pairs if pair[0] == name]
    groups = [[pair] for pair in pairs if pair not in range_] + ([range_] if range_ else [])
    without = []
    for group in groups:
        others = [pair for pair in pairs if pair not in group]
        parameter, value = "+".join(name for name, _ in group), "/".join(value for _, value in group)
        without.append(
            {"parameter": parameter, "value": value, "total": len(search(records, others)), "remaining": None}
        )
        without += _without_items(records, others, value) if parameter == "q" else []
    return {"without": without, "first_day": days(records)[0], "last_day": days(records)[1]}


def _without_items(records: list[Record], others: Pairs, query: str) -> list[dict[str, Any]]:
    """Return the totals without each word and phrase of a query, if there are several."""
    items = [item for item in QUERY_ITEM.findall(query) if tokens(item[1] or item[2])]
    written = [("NOT " if minus else "") + (f'"{quoted}"' if quoted else word) for minus, quoted, word in items]
    rests = [" AND ".join([*written[:at], *written[at + 1 :]]) for at in range(len(items))]
    return [
        {
            "parameter": "q",
            "value": quoted or word,
            "total": len(search(records, [*others, ("q", rest.replace("NOT ", "-").replace(" AND ", " "))])),
            "remaining": rest,
        }
        for (_, quoted, word), rest in zip(items, rests, strict=True)
        if rest
    ]


def entities(records: list[Record], pairs: Pairs) -> list[tuple[str, int]]:
    """Return each entity within a result and the number of its articles, by count and then id."""
    counts = Counter(value for record in search(records, pairs) for value in entity_ids(record))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def sources(records: list[Record]) -> list[dict[str, Any]]:
    """Return each source, its number of articles and its days, by count and then id."""
    by_source: dict[str, list[Record]] = {}
    for record in records:
        by_source.setdefault(record["source_id"], []).append(record)
    ranked = sorted(by_source.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {"id": key, "articles": len(own), "first_day": days(own)[0], "last_day": days(own)[1]} for key, own in ranked
    ]


def named_most(record: Record) -> list[dict[str, Any]]:
    """Return the ten entities that a record names most, ties by id."""
    ranked = sorted(record["entities"], key=lambda entity: (-len(entity["mentions"]), entity["id"]))
    return [
        {"id": entity["id"], "name": entity["name"], "type": entity["type"], "count": len(entity["mentions"])}
        for entity in ranked[:10]
    ]
