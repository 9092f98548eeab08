"""Dates as pages print them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Basis, Precision
from seed.readers.dates.printed import WEEKDAYS, parse_printed
from seed.readers.dates.zones import zone_offset
from seed.records import Published


@pytest.mark.parametrize(
    "text",
    [
        "Nov. 19, 2015",
        "November 19, 2015",
        "NOVEMBER 19TH, 2015",
        "Nov 19 2015",
        "19 November 2015",
        "19th of November, 2015",
        "19 nov. 2015",
        "Thursday, November 19, 2015",
        "Thu 19 Nov 2015",
        "Thurs., Nov. 19, 2015",
        "Published: November 19, 2015",
        "Posted on 19 November 2015",
        "November\u00a019,\u00a02015",
        "2015-11-19",
        "2015/11/19",
        "19.11.2015",
    ],
)
def test_a_day_in_any_form_is_that_day(text: str) -> None:
    assert parse_printed(text) == Published("2015-11-19", precision=Precision.DAY, basis=Basis.STATED)


@pytest.mark.parametrize("text", ["November 2015", "Nov. 2015", "November, 2015", "2015-11"])
def test_a_month_is_a_month(text: str) -> None:
    assert parse_printed(text) == Published("2015-11", precision=Precision.MONTH, basis=Basis.STATED)


@pytest.mark.parametrize(
    ("text", "hour", "minute", "zone"),
    [
        ("November 22, 2015 | 7:02pm EST", 24, 2, "EST"),
        ("7:02 p.m. EST, November 22, 2015", 24, 2, "EST"),
        ("Nov. 22, 2015 at 7:02 PM (EST)", 24, 2, "EST"),
        ("22 Nov 2015 14:05 GMT", 14, 5, "GMT"),
        ("22 Nov 2015, 1405 GMT", 14, 5, "GMT"),
        ("22.11.2015 14.05 MSK", 11, 5, "MSK"),
        ("22 November 2015 – 10:00 GMT-3", 13, 0, "GMT-3"),
        ("22 November 2015 10:00 UTC+05:30", 4, 30, "UTC+05:30"),
        ("22 November 2015 10:00 +0500", 5, 0, "+0500"),
        ("22 November 2015, 10am BST", 9, 0, "BST"),
        ("Nov 22, 2015 12:30 a.m. EST", 5, 30, "EST"),
        ("Nov 22, 2015 12:30 p.m. EST", 17, 30, "EST"),
        ("2015-11-22T10:00:00+01:00", 9, 0, "+01:00"),
    ],
)
def test_a_time_with_a_zone_gives_the_instant(text: str, hour: int, minute: int, zone: str) -> None:
    published = parse_printed(text)
    assert published is not None
    expected = int(datetime(2015, 11, 22, tzinfo=UTC).timestamp()) + hour * 3600 + minute * 60
    assert (published.on, published.at, published.zone) == ("2015-11-22", expected, zone)
    assert published.precision is Precision.MINUTE


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("22 November 2015 14:05", None),
        ("22 November 2015 14:05 local time", None),
        ("Nov. 22, 2015 2:05 pm ET", "ET"),
        ("22 November 2015 14:05 IST", "IST"),
        ("22 November 2015 14:05 CST", "CST"),
        ("22 November 2015 14:05 +1500", "+1500"),
    ],
)
def test_a_time_without_a_sure_zone_stays_local(text: str, zone: str | None) -> None:
    assert parse_printed(text) == Published("2015-11-22", None, 50_700, Precision.DAY, zone, Basis.STATED)


def test_seconds_are_kept() -> None:
    published = parse_printed("22 November 2015 14:05:33 UTC")
    assert published is not None
    assert published.local_time == 50_733


def test_moscow_time_is_that_of_the_day() -> None:
    assert [zone_offset("MSK", on) for on in ("2010-12-01", "2013-12-01", "2015-12-01")] == [180, 240, 180]


def test_an_instant_after_the_last_year_is_none() -> None:
    published = parse_printed("9999-12-31 23:00 PST")
    assert published is not None
    assert (published.at, published.precision) == (None, Precision.DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2015 was a year",
        "Nov. 19",
        "October 7",
        "Wednesday",
        "Wednesday, November 19, 2015",
        "Thursday, November 2015",
        "November 31, 2015",
        "November 19, 0000",
        "November 19, 2015 and later",
        "Last modified November 19, 2015",
        "November 19, 2015 GMT",
        "November 19, 2015 25:05",
        "November 19, 2015 13:05pm",
        "November 19, 2015 0:05pm",
        "November 2015 9am",
        "11/12/2015",
        "A raid on November 19, 2015",
        "\u017fept 19, 2015",
        "November 19, 2015" + " " * 200,
    ],
)
def test_anything_else_is_no_date(text: str) -> None:
    assert parse_printed(text) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_printed_weekday_has_to_fit(day: date) -> None:
    for number, weekday in enumerate(WEEKDAYS):
        published = parse_printed(f"{weekday.title()}, {day:%B} {day.day}, {day.year}")
        assert (published is not None) == (number == day.weekday())


@given(st.text(alphabet="NovemberMSKGTUC 0123456789:.,+-|apm–\u00a0\u017f", max_size=140) | st.text(max_size=140))
def test_any_text_is_a_date_or_none(text: str) -> None:
    published = parse_printed(text)
    assert published is None or published.on is not None


def test_long_runs_of_digits_take_no_time() -> None:
    # A parser that tries every split would not return.
    assert parse_printed("1" * 1_000_000) is None
    assert parse_printed("1:" * 59) is None
