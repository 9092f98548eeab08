"""Conversion between days and intervals of the calendar: days, weeks, months and years, numbered consecutively.

Days are proleptic ordinals. Weeks follow ISO 8601: they start on Monday.
"""

from datetime import date

import numpy as np

from app.search.index.bitmaps import Int64Array
from app.search.query.parameters import Interval

EPOCH_DAY = date(1970, 1, 1).toordinal()
"""The first day of numpy's day count, 1970-01-01."""

LAST_DAY = date.max.toordinal()
"""The last day that a date can have, 9999-12-31; its week ends in the year 10000."""

DAY_UNIT = "datetime64[D]"
NUMPY_UNITS = {"day": DAY_UNIT, "month": "datetime64[M]", "year": "datetime64[Y]"}
"""The types of the intervals in numpy, whose weeks start on Thursday and are of no use here."""


def interval_numbers(days: Int64Array, interval: Interval) -> Int64Array:
    """Return the number of the interval of each day."""
    if interval == "week":
        return (days - 1) // 7  # Day 1 is a Monday.
    numbers: Int64Array = (days - EPOCH_DAY).astype(DAY_UNIT).astype(NUMPY_UNITS[interval]).astype(np.int64)
    return numbers


def first_days(numbers: Int64Array, interval: Interval) -> Int64Array:
    """Return the first day of each interval."""
    if interval == "week":
        return numbers * 7 + 1
    days: Int64Array = numbers.astype(NUMPY_UNITS[interval]).astype(DAY_UNIT).astype(np.int64) + EPOCH_DAY
    return days
