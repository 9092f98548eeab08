"""Intervals of the calendar, compared with the standard library for any day."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.aggregations.timeline import first_days, interval_numbers
from app.search.query.parameters import Interval


def first_day_of(day: date, interval: Interval) -> date:
    """Return the first day of the interval of a day."""
    if interval == "week":
        return day - timedelta(days=day.isoweekday() - 1)
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[interval]


@pytest.mark.parametrize("interval", ["day", "week", "month", "year"])
@given(day=st.one_of(st.dates(), st.sampled_from([date.min, date.max, date(1969, 12, 31), date(1970, 1, 1)])))
def test_an_interval_starts_on_its_first_day_and_ends_before_the_next(interval: Interval, day: date) -> None:
    number = interval_numbers(np.array([day.toordinal()]), interval)
    first, next_first = first_days(np.array([number[0], number[0] + 1]), interval).tolist()
    assert first == first_day_of(day, interval).toordinal()
    assert first <= day.toordinal() < next_first
    assert interval_numbers(np.array([next_first - 1, next_first]), interval).tolist() == [number[0], number[0] + 1]
