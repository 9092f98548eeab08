"""Parsing ISO dates, and the days they cover."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Basis, Precision
from seed.dates import day_span, parse_iso, seconds_of_day, utc_offset_minutes, utc_second
from seed.records import Published


def utc(moment: str) -> int:
    """Return the UTC second of an ISO date and time."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        ("2015", date(2015, 1, 1), date(2015, 12, 31)),
        ("2015-11", date(2015, 11, 1), date(2015, 11, 30)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015-11-22", date(2015, 11, 22), date(2015, 11, 22)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
    ],
)
def test_a_span_holds_all_days_of_a_printed_date(on: str, first: date, last: date) -> None:
    assert day_span(on) == (first.toordinal(), last.toordinal())


@pytest.mark.parametrize("on", ["", "0", "15", "2015-1", "2015-11-2", "20151122", "2015-11-22 ", "٢٠١٥", "2015-W01"])
def test_a_span_of_another_string_is_refused(on: str) -> None:
    with pytest.raises(ValueError, match="expected YYYY, YYYY-MM or YYYY-MM-DD"):
        day_span(on)


@pytest.mark.parametrize("on", ["0000", "2015-13", "2015-00", "2015-02-29", "2015-11-31"])
def test_a_span_of_a_nonexistent_day_is_refused(on: str) -> None:
    with pytest.raises(ValueError, match="is not a day of the calendar"):
        day_span(on)


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2015", Published("2015", precision=Precision.YEAR, basis=Basis.STATED)),
        ("2015-11", Published("2015-11", precision=Precision.MONTH, basis=Basis.STATED)),
        ("2015-11-22", Published("2015-11-22", precision=Precision.DAY, basis=Basis.STATED)),
        (
            "2015-11-22T19:02-05:00",
            Published("2015-11-22", utc("2015-11-23T00:02"), 68_520, Precision.MINUTE, "-05:00", Basis.STATED),
        ),
        (
            "2015-11-22T19:02:59+05:30",
            Published("2015-11-22", utc("2015-11-22T13:32:59"), 68_579, Precision.MINUTE, "+05:30", Basis.STATED),
        ),
        (
            "2015-11-22T00:00Z",
            Published("2015-11-22", utc("2015-11-22"), 0, Precision.MINUTE, "UTC", Basis.STATED),
        ),
    ],
)
def test_an_iso_date_is_parsed_to_its_precision(value: str, published: Published) -> None:
    assert parse_iso(value) == published


@pytest.mark.parametrize(
    "value",
    [
        "November 22, 2015",
        "2015-11-22T19:02",
        "2015-11-22 19:02Z",
        "2015-11-22T24:00Z",
        "2015-11-22T19:60Z",
        "2015-11-22T19:02:60Z",
        "2015-11-22T19:02+15:00",
        "2015-11-22T19:02+05:60",
        "2015-11-22T19:02+0500",
        "2015-11-22T19:02z",
    ],
)
def test_other_formats_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm"):
        parse_iso(value)


def test_a_time_on_a_nonexistent_day_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a day of the calendar"):
        parse_iso("2015-02-30T10:00Z")


@pytest.mark.parametrize("value", ["9999-12-31T23:59-01:00", "0001-01-01T00:00+01:00"])
def test_a_time_outside_the_calendar_in_utc_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="expected an instant within them"):
        parse_iso(value)


@pytest.mark.parametrize("value", ["0001-01-01T00:00Z", "9999-12-31T23:59:59Z"])
def test_the_first_and_the_last_second_are_accepted(value: str) -> None:
    assert parse_iso(value).at == int(datetime.fromisoformat(value).timestamp())


def test_the_caller_chooses_the_basis() -> None:
    assert parse_iso("2015", basis=Basis.METADATA).basis is Basis.METADATA


@pytest.mark.parametrize(
    ("sign", "hours", "minutes", "offset"),
    [
        ("+", 3, 0, 180),
        ("-", 3, 30, -210),
        ("−", 5, 0, -300),
        ("+", 14, 0, 840),
        ("+", 14, 1, None),
        ("-", 0, 60, None),
    ],
)
def test_an_offset_is_in_minutes_and_within_the_time_zones(
    sign: str, hours: int, minutes: int, offset: int | None
) -> None:
    assert utc_offset_minutes(sign, hours, minutes) == offset


@pytest.mark.parametrize(("time", "seconds"), [((0, 0), 0), ((23, 59, 59), 86_399), ((24, 0), None), ((1, 60), None)])
def test_a_time_of_day_is_in_seconds_or_refused(time: tuple[int, ...], seconds: int | None) -> None:
    assert seconds_of_day(*time) == seconds


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.times(), st.integers(-840, 840))
def test_an_instant_agrees_with_the_standard_library(day: date, moment: time, offset: int) -> None:
    local_time = moment.hour * 3600 + moment.minute * 60 + moment.second
    expected = int(datetime.combine(day, moment.replace(microsecond=0), UTC).timestamp()) - offset * 60
    assert utc_second(day.isoformat(), local_time, offset) == expected


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_raises_value_error(text: str) -> None:
    try:
        published = parse_iso(text)
    except ValueError:
        return
    assert published.on is not None
    assert published.on == text[: len(published.on)]
