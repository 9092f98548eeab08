"""Intervals of the calendar, against the standard library, for every day that there is."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.aggregations.intervals import first_days, interval_numbers
from app.search.query.parameters import Interval


def first_day_of(day: date, interval: Interval) -> date:
    """Return the first day of the interval that holds a day."""
    if interval == "week":
        return day - timedelta(days=day.isoweekday() - 1)
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[interval]


@pytest.mark.parametrize("interval", ["day", "week", "month", "year"])
@given(day=st.one_of(st.dates(), st.sampled_from([date.min, date.max, date(1969, 12, 31), date(1970, 1, 1)])))
def test_an_interval_begins_with_its_first_day_and_ends_before_the_next(interval: Interval, day: date) -> None:
    number = interval_numbers(np.array([day.toordinal()]), interval)
    first, following = first_days(np.array([number[0], number[0] + 1]), interval).tolist()
    assert first == first_day_of(day, interval).toordinal()
    assert first <= day.toordinal() < following
    assert interval_numbers(np.array([following - 1, following]), interval).tolist() == [number[0], number[0] + 1]
