"""The oracle of timelines, computed naively from the rules over plain dicts, without the engine."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests import oracle
from tests.oracle import Pairs, Record, printed_on, span

MAX_BUCKETS = 5_000
MAX_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


def interval_of(day: date, interval: str) -> tuple[date, date]:
    """Return the first and last day of the day, ISO week, month or year that contains a day; there is no year 10000."""
    if interval == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + min(timedelta(days=6), date.max - monday)
    return span(day.isoformat()[: {"day": 10, "month": 7, "year": 4}[interval]])


def intervals(first: date, last: date, interval: str) -> Iterator[tuple[date, date]]:
    """Yield all intervals that contain a day from first to last."""
    current = interval_of(first, interval)
    while True:
        yield current
        if current[1] >= last:
            return
        current = interval_of(current[1] + timedelta(days=1), interval)


def requested_span(records: list[Record], pairs: Pairs) -> tuple[date, date] | None:
    """Return the requested range of days, with missing ends taken from the results; None if there is none."""
    parameters = dict(pairs)
    first, last = oracle.days(oracle.search(records, pairs))
    first = span(parameters["from"])[0].isoformat() if "from" in parameters else first
    last = span(parameters["to"])[1].isoformat() if "to" in parameters else last
    return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None


def buckets(records: list[Record], pairs: Pairs, interval: str) -> list[tuple[date, date]] | None:
    """Return the buckets of a search; None for more than 5,000."""
    days = requested_span(records, pairs)
    if days and (days[1] - days[0]).days // MAX_DAYS[interval] > MAX_BUCKETS:
        return None
    spans = list(intervals(*days, interval)) if days else []
    return spans if len(spans) <= MAX_BUCKETS else None


def timeline(
    records: list[Record], pairs: Pairs, interval: str, by: str | None = None, top: int = 5
) -> dict[str, Any] | None:
    """Return the response without version and explanation; None if too many buckets are requested."""
    results, spans = oracle.search(records, pairs), buckets(records, pairs, interval)
    left_out = oracle.left_out(records, pairs)
    if spans is None:
        return None
    counts, corpus = count_by_interval(results, interval), count_by_interval(records, interval)
    return {
        "total": len(results),
        "interval": interval,
        "buckets": [
            {
                "from": one[0].isoformat(),
                "to": one[1].isoformat(),
                "count": counts[one],
                "corpus": corpus[one],
                "share": counts[one] / corpus[one] if corpus[one] else None,
            }
            for one in spans
        ],
        "series": series(records, results, spans, interval, by, top) if by else None,
        **oracle.resolved(pairs),
        **left_out,
        "undated": left_out["undated"] or sum(printed_on(record) is None for record in results),
        "imprecise": counts[None],
    }


def count_by_interval(records: list[Record], interval: str) -> Counter[tuple[date, date] | None]:
    """Return the number of dated records in each interval; None has those that are in no single one."""
    return Counter(_interval_of_span(span(on), interval) for record in records if (on := printed_on(record)))


def _interval_of_span(days: tuple[date, date], interval: str) -> tuple[date, date] | None:
    first, last = (interval_of(day, interval) for day in days)
    return first if first == last else None


def series(
    records: list[Record], results: list[Record], spans: list[tuple[date, date]], interval: str, by: str, top: int
) -> list[dict[str, Any]]:
    """Return the most frequent values of the results, by count and then id."""
    items = []
    for value, own in ranked_values(results, by)[:top]:
        counts, name = count_by_interval(own, interval), oracle.labels(records)[by][value]
        items.append(
            {"id": value, "name": name, "count": len(own), "counts": [counts[one] for one in spans], "base": None}
        )
    return items


def ranked_values(results: list[Record], by: str) -> list[tuple[str, list[Record]]]:
    """Return all values of the results with their records, by count and then id."""
    by_value: dict[str, list[Record]] = {}
    for record in results:
        for value in filter(None, oracle.record_values(record, by)):
            by_value.setdefault(value, []).append(record)
    return sorted(by_value.items(), key=lambda item: (-len(item[1]), item[0]))


def table(
    records: list[Record], pairs: Pairs, interval: str, by: str | None, top: int | None, *, base: bool
) -> list[dict[str, Any]] | None:
    """Return the rows of the result and of its series; None if too many buckets are requested."""
    results, spans = oracle.search(records, pairs), buckets(records, pairs, interval)
    if spans is None:
        return None
    rows = _table_rows(results, records, spans, interval, {"series": None, "series_name": None})
    for value, own in ranked_values(results, by)[:top] if by else ():
        label = {"series": value, "series_name": oracle.labels(records)[by or ""][value]}
        whole = [record for record in records if record["source_id"] == value] if base else None
        rows += _table_rows(own, whole, spans, interval, label)
    return rows


def _table_rows(
    results: list[Record],
    whole: list[Record] | None,
    spans: list[tuple[date, date]],
    interval: str,
    label: dict[str, Any],
) -> list[dict[str, Any]]:
    counts = count_by_interval(results, interval)
    bases = Counter[Any]() if whole is None else count_by_interval(whole, interval)
    rows: list[dict[str, Any]] = [
        {
            "kind": "bucket",
            "from": one[0].isoformat(),
            "to": one[1].isoformat(),
            **label,
            "count": counts[one],
            "corpus": None if whole is None else bases[one],
            "share": counts[one] / bases[one] if bases[one] else None,
        }
        for one in spans
    ]
    without = {"imprecise": counts[None], "undated": sum(printed_on(record) is None for record in results)}
    none = {"from": None, "to": None, **label, "corpus": None, "share": None}
    return rows + [{"kind": kind, **none, "count": count} for kind, count in without.items() if count]
