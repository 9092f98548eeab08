"""Throttling, backoff and Retry-After."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.fetch.retries import RANDOM_JITTER, Throttle, backoff, retry_after
from tests.seed.fetch.conftest import Waiting


def test_each_host_is_throttled_separately(waiting: Waiting) -> None:
    pace = Throttle(waiting.clock)
    pace.wait("a", 2)
    pace.record_request("a")
    waiting.seconds += 0.5
    pace.wait("b", 2)
    pace.wait("a", 2)
    pace.wait("a", 2)
    assert waiting.waits == [1.5]


def test_attempts_are_increasingly_far_apart() -> None:
    assert [backoff(attempt, lambda: 0.5) for attempt in (1, 2, 3)] == [1, 2, 4]
    assert [backoff(1, lambda: 0.0), backoff(1, lambda: 1.0)] == [0.5, 1.5]
    assert 0 <= RANDOM_JITTER() < 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 0 ", 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 9),
        ("Fri, 31 Dec 1999 23:59:59", 9),
        ("Fri, 31 Dec 1999 23:00:00 GMT", 0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 5000, None),
    ],
)
def test_a_host_says_when_to_come_again(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=946_684_790.0) == seconds


@given(st.text(max_size=40))
def test_whatever_it_says_is_seconds_or_nothing(value: str) -> None:
    found = retry_after(value, now=0.0)
    assert found is None or found >= 0
