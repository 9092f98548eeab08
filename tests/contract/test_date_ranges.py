"""Ranges of days: what a range leaves out is counted next to what it finds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl

RECORDS: list[dict[str, Any]] = [
    {
        "id": f"13-{number}",
        "source": "Harbor Post",
        "title": f"Notice {number}",
        "text": "The ferry of Ann Lee stays.",
        "entities": [{"id": "ann-lee", "name": "Ann Lee", "type": "person", "mentions": [[13, 20]]}],
        **dated,
    }
    for number, dated in enumerate(
        (
            {"published": "2019-05-01", "language": "en"},
            {"published": "2019-05", "language": "fr"},
            {},
            {"published": "2019"},
            {"published": "2019-05-31T23:30-05:00", "language": "en"},
        )
    )
]
"""Articles of each precision: a minute, two days, a month, a year and none."""

VIEWS = (
    "/v1/articles?",
    "/v1/entities?",
    "/v1/entities/ann-lee/related?",
    "/v1/timeline?interval=year&",
    "/v1/network?",
    "/v1/compare?",
    "/v1/suggest?prefix=ann&",
)


@pytest.fixture
def notices(database: Path) -> Iterator[TestClient]:
    """Yield a client of an application that serves RECORDS."""
    load_jsonl(database, RECORDS)
    with TestClient(app_for(database)) as client:
        yield client


@pytest.mark.parametrize(
    ("range_", "undated", "coarser"),
    [
        ("from=1200&to=2100", 1, 0),
        ("from=2019-05-01&to=2019-05-15", 1, 2),
        ("from=2019-05", 1, 1),
        ("from=2019-06", 1, 1),
        ("to=2019-04", 1, 1),
        ("to=2019-05-30", 1, 2),
        ("to=2018", 1, 0),
        ("from=2020", 1, 0),
        ("from=2019-05-02&to=2019-05-02&language=fr", 0, 1),
        ("from=2019-05-02&to=2019-05-02&language=en", 0, 0),
        ("from=2019-05-02&precision=none", 1, 0),
    ],
)
@pytest.mark.unmeasured
def test_every_answer_counts_what_a_range_leaves_out(
    notices: TestClient, range_: str, undated: int, coarser: int
) -> None:
    for view in VIEWS:
        body = notices.get(f"{view}{range_}").json()
        assert (body["undated"], body["coarser"]) == (undated, coarser), view


@pytest.mark.unmeasured
@pytest.mark.parametrize("view", [view for view in VIEWS if "timeline" not in view])
def test_without_a_range_nothing_is_left_out(notices: TestClient, view: str) -> None:
    body = notices.get(f"{view}language=en").json()
    assert (body["undated"], body["coarser"]) == (None, None)
