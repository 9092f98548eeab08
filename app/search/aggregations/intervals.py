"""Days, weeks, months and years of the calendar: days <-> running numbers of the intervals that hold them.

Days are proleptic ordinals. Weeks are those of ISO 8601: they begin on Monday.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.search.query.parameters import Interval

Numbers = NDArray[np.int64]

EPOCH = date(1970, 1, 1).toordinal()
"""The day from which numpy counts."""

LAST_DAY = date.max.toordinal()
"""The last day that can be written; the week that holds it ends in the year 10000."""

DAY = "datetime64[D]"
UNITS = {"day": DAY, "month": "datetime64[M]", "year": "datetime64[Y]"}
"""What numpy calls the intervals; its weeks begin on Thursday."""


def interval_numbers(days: Numbers, interval: Interval) -> Numbers:
    """Return for each day the number of the interval that holds it."""
    if interval == "week":
        return (days - 1) // 7  # Day 1 is a Monday.
    numbers: Numbers = (days - EPOCH).astype(DAY).astype(UNITS[interval]).astype(np.int64)
    return numbers


def first_days(numbers: Numbers, interval: Interval) -> Numbers:
    """Return the first day of the interval of each number."""
    if interval == "week":
        return numbers * 7 + 1
    days: Numbers = numbers.astype(UNITS[interval]).astype(DAY).astype(np.int64) + EPOCH
    return days
