"""What a timeline should say, worked out slowly from the rules over plain dicts; nothing here comes from the engine."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests import oracle
from tests.oracle import Pairs, Record, printed_on, span

MOST_BUCKETS = 5_000
MOST_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


def interval_of(day: date, interval: str) -> tuple[date, date]:
    """Return the first and last day of the day, ISO week, month or year that holds a day; there is no year 10000."""
    if interval == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + min(timedelta(days=6), date.max - monday)
    return span(day.isoformat()[: {"day": 10, "month": 7, "year": 4}[interval]])


def intervals(first: date, last: date, interval: str) -> Iterator[tuple[date, date]]:
    """Yield all intervals that hold a day from first to last."""
    current = interval_of(first, interval)
    while True:
        yield current
        if current[1] >= last:
            return
        current = interval_of(current[1] + timedelta(days=1), interval)


def asked_span(records: list[Record], pairs: Pairs) -> tuple[date, date] | None:
    """Return the asked days, a missing end from what was found; None if there are none."""
    asked = dict(pairs)
    first, last = oracle.days(oracle.search(records, pairs))
    first = span(asked["from"])[0].isoformat() if "from" in asked else first
    last = span(asked["to"])[1].isoformat() if "to" in asked else last
    return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None


def buckets(records: list[Record], pairs: Pairs, interval: str) -> list[tuple[date, date]] | None:
    """Return the buckets of a search; None for more than 5,000."""
    days = asked_span(records, pairs)
    if days and (days[1] - days[0]).days // MOST_DAYS[interval] > MOST_BUCKETS:
        return None
    found = list(intervals(*days, interval)) if days else []
    return found if len(found) <= MOST_BUCKETS else None


def timeline(
    records: list[Record], pairs: Pairs, interval: str, by: str | None = None, top: int = 5
) -> dict[str, Any] | None:
    """Return the answer without its version and what explains it; None where too many buckets are asked for."""
    found, within = oracle.search(records, pairs), buckets(records, pairs, interval)
    if within is None:
        return None
    counts, corpus = counted(found, interval), counted(records, interval)
    return {
        "total": len(found),
        "interval": interval,
        "buckets": [
            {
                "from": one[0].isoformat(),
                "to": one[1].isoformat(),
                "count": counts[one],
                "corpus": corpus[one],
                "share": counts[one] / corpus[one] if corpus[one] else None,
            }
            for one in within
        ],
        "series": series(records, found, within, interval, by, top) if by else None,
        "undated": sum(printed_on(record) is None for record in found),
        "imprecise": counts[None],
    }


def counted(records: list[Record], interval: str) -> Counter[tuple[date, date] | None]:
    """Return how many dated records lie in each interval, None for those that lie in no single one."""
    return Counter(_of(span(on), interval) for record in records if (on := printed_on(record)))


def _of(days: tuple[date, date], interval: str) -> tuple[date, date] | None:
    first, last = (interval_of(day, interval) for day in days)
    return first if first == last else None


def series(
    records: list[Record], found: list[Record], within: list[tuple[date, date]], interval: str, by: str, top: int
) -> list[dict[str, Any]]:
    """Return the most frequent sources or actors of what was found, by count and then id."""
    having: dict[str, list[Record]] = {}
    for record in found:
        for value in oracle.entity_ids(record, oracle.ACTORS) if by == "actor" else {record["source_id"]}:
            having.setdefault(value, []).append(record)
    ranked = sorted(having.items(), key=lambda item: (-len(item[1]), item[0]))[:top]
    shown = []
    for value, own in ranked:
        counts, name = counted(own, interval), oracle.labels(records)[by][value]
        shown.append({"id": value, "name": name, "count": len(own), "counts": [counts[one] for one in within]})
    return shown
