"""The oracle, checked by hand: an oracle that makes the same mistakes as the engine proves nothing."""

import pytest

from tests import oracle
from tests.oracle import Record


def record(key: str, published: str | None, **more: object) -> Record:
    """Return a minimal record."""
    fields = {"title": "Ships", "text": "Élan vital", "source": "Alpha", "source_id": "alpha", "entities": []}
    return {"public_id": key, "published": published, **fields, **more}


def test_undated_records_come_last_by_id_in_both_directions() -> None:
    """The reverse order affects the dated ones alone."""
    records = [record("u2", None), record("d1", "2015"), record("u1", None), record("d2", "2015-01-01T00:00+00:00")]
    assert [r["public_id"] for r in oracle.in_order(records, "published")] == ["d1", "d2", "u1", "u2"]
    assert [r["public_id"] for r in oracle.in_order(records)] == ["d2", "d1", "u1", "u2"]


def test_the_printed_day_counts_and_not_the_instant() -> None:
    """An evening in New York is the next day in UTC, but the article keeps its printed day."""
    evening = record("a", "2015-11-22T19:02-05:00")
    assert oracle.published(evening) == {"on": "2015-11-22", "at": "2015-11-23T00:02:00Z", "precision": "minute"}
    assert oracle.matches(evening, [evening], [("from", "2015-11-22"), ("to", "2015-11-22")])


@pytest.mark.parametrize(
    ("query", "expected"),
    [("elan", True), ("ELAN ships", True), ('"élan vital"', True), ('"vital élan"', False), ("-vital", False),
     ("-other", True), ("ships -other", True), ('-"elan vital"', False), ('"ships elan"', False)],
)  # fmt: skip
def test_words_are_folded_and_phrases_are_in_one_field(query: str, expected: bool) -> None:
    """All words must occur, and no excluded one."""
    assert oracle.says(record("a", None), query) is expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [([("from", "2015-11-01")], True), ([("to", "2015-11-29")], False), ([("from", "2015-11"), ("to", "2015")], True)],
)
def test_a_month_matches_only_with_all_its_days(pairs: oracle.Pairs, expected: bool) -> None:
    """An article of November is in November, not in its first 29 days."""
    november = record("a", "2015-11")
    assert oracle.matches(november, [november], pairs) is expected
