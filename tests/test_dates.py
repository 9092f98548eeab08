"""Days: what each form means, what is refused, and no overflow at the first and the last possible day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import WANTED, DayRange, day_range, iso_day, read_range, resolve_day
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem


def refusal(from_: str | None, to: str | None) -> tuple[ParameterProblem, ...]:
    with pytest.raises(InvalidRequestError) as caught:
        day_range(from_, to)
    return caught.value.errors


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2015-11-20", date(2015, 11, 20), date(2015, 11, 20)),
        ("2015-11", date(2015, 11, 1), date(2015, 11, 30)),
        ("2015-02", date(2015, 2, 1), date(2015, 2, 28)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015", date(2015, 1, 1), date(2015, 12, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_day_month_or_year_means_its_whole_span(value: str, first: date, last: date) -> None:
    assert day_range(value, value) == (first.toordinal(), last.toordinal())


def test_either_end_may_be_open() -> None:
    day = date(2015, 11, 20).toordinal()
    assert day_range(None, None) == (None, None)
    assert day_range("2015-11-20", None) == (day, None)
    assert day_range(None, "2015-11-20") == (None, day)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "0", "0000", "0000-01-01", "10000", "15", "201", "2015-", "2015-1", "2015-00", "2015-13", "2015-11-0",
        "2015-11-00", "2015-11-31", "2015-02-29", "2015-11-20 ", " 2015", "2015-11-20\n", "2015\n", "201511",
        "2015/11/", "2015-11T00:00", "-2015", "+2015", "٢٠١٥", "２０１５", "2015-1１", "2015‐11", "today",
        "2015-W47", "1447977600", "2015-11-\x00", "\ud800", "20151131", "31 Nov 2015", "29 Feb 2015", "2015/13/01",
        "31/04/2015", "13.13.2015", "20/11/15", "Nov 20", "20 Nov", "Nov", "may", "20 Novembre 2015", "2015 11 20",
        "Fri 2015", "Sat, Nov 2015", "7:02", "2015-11-20T24:00", "2015-11-20T10:60", "2015-11-20T10:00:61",
        "2015-11-20T10:00+16:00", "2015-11-20T13:00pm", "2015-11-20T10", "2015T10:00", "20151120T2500", "now", "-7d",
        "-0d", "last week", "0000-11", "1 Jan 0000", "٢٠ Nov 2015", "Fri, Fri, 20 Nov 2015",
    ],
)  # fmt: skip
def test_anything_else_is_refused(value: str) -> None:
    assert refusal(value, None) == (ParameterProblem("from", value, WANTED),)
    assert refusal(None, value) == (ParameterProblem("to", value, WANTED),)


def test_two_invalid_days_are_two_errors() -> None:
    assert refusal("x", "y") == (ParameterProblem("from", "x", WANTED), ParameterProblem("to", "y", WANTED))


@pytest.mark.parametrize(
    ("from_", "to"), [("2015-11-21", "2015-11-20"), ("2015-12", "2015-11"), ("2016", "2015"), ("2015-12-01", "2015-11")]
)
def test_from_after_to_names_both(from_: str, to: str) -> None:
    wanted = f"a day not later than `to`, which is {to}"
    assert refusal(from_, to) == (ParameterProblem("from", from_, wanted, code=ErrorCode.CONFLICT),)


def test_a_day_within_the_last_month_is_not_after_it() -> None:
    assert day_range("2015-11-30", "2015-11") == (date(2015, 11, 30).toordinal(), date(2015, 11, 30).toordinal())


@given(st.dates())
def test_a_day_is_parsed_as_formatted(day: date) -> None:
    formatted = iso_day(day.toordinal())
    assert formatted == day.isoformat()
    assert day_range(formatted, formatted) == (day.toordinal(), day.toordinal())


@given(st.text(), st.text())
def test_any_text_is_a_day_or_is_refused(from_: str, to: str) -> None:
    try:
        first, last = day_range(from_, to)
    except InvalidRequestError:
        return
    assert first is not None
    assert last is not None
    assert first <= last


DAY, MONTH = ("2015-11-20", "2015-11-20"), ("2015-11-01", "2015-11-30")


@pytest.mark.parametrize(
    ("value", "span"),
    [
        *((value, DAY) for value in (
            "20151120", "2015/11/20", "2015.11.20", "2015/11/20", "20 Nov 2015", "20 nov. 2015", "20-NOV-2015",
            "20/Nov/2015", "20th November 2015", "20 November, 2015", "20. November 2015", "the 20th of November 2015",
            "Nov 20, 2015", "Nov. 20, 2015", "november 20 2015", "November 20th, 2015", "November the 20th, 2015",
            "2015 Nov 20", "2015-Nov-20", "2015, November 20", "20.11.2015", "20/11/2015", "20-11-2015", "11/20/2015",
            "Fri, 20 Nov 2015", "Fri 20 Nov 2015", "Friday, November 20, 2015",
        )),
        *((value, MONTH) for value in (
            "Nov 2015", "November 2015", "November, 2015", "November of 2015", "Nov-2015", "2015 November", "2015-nov",
            "11/2015", "11.2015", "2015/11", "2015.11",
        )),
        ("sept 2015", ("2015-09-01", "2015-09-30")),
        ("May 2015", ("2015-05-01", "2015-05-31")),
        ("05/05/2015", ("2015-05-05", "2015-05-05")),
        ("1/13/2015", ("2015-01-13", "2015-01-13")),
        ("29 Feb 2016", ("2016-02-29", "2016-02-29")),
        ("Dec 9999", ("9999-12-01", "9999-12-31")),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(value: str, span: tuple[str, str]) -> None:
    first, last = day_range(value, value)
    assert first is not None
    assert last is not None
    assert (iso_day(first), iso_day(last)) == span
    assert read_range(value, value).notes == ()


@pytest.mark.parametrize("value", ["05/06/2015", "5.6.2015", "05-06-2015", "6/5/2015"])
def test_a_day_with_two_readings_is_refused_with_both(value: str) -> None:
    days = ("2015-05-06", "2015-06-05")
    wanted = "a day with one reading only: `2015-05-06` or `2015-06-05`"
    assert refusal(value, None) == (ParameterProblem("from", value, wanted, days, code=ErrorCode.AMBIGUOUS),)


def test_a_wrong_weekday_is_refused() -> None:
    wanted = "the weekday of 2015-11-20, which is a Friday, or no weekday"
    assert refusal(None, "Mon, 20 Nov 2015") == (ParameterProblem("to", "Mon, 20 Nov 2015", wanted, ("2015-11-20",)),)


@pytest.mark.parametrize(
    "value",
    [
        "2015-11-20T00:00", "2015-11-20T00:00:00Z", "2015-11-20t23:30-05:00", "2015-11-20T23:30:00.123456+0530",
        "2015-11-20T23:30:00 05:30", "2015-11-20 19:02", "2015-11-20 19:02:60 UTC", "20151120T190200Z", "20151120T1902",
        "20151120T190200+0100", "Fri, 20 Nov 2015 12:00:00 GMT", "Fri, 20 Nov 2015 12:00:00 +0000",
        "November 20, 2015, 7:02 pm EST", "Nov 20, 2015 at 7:02pm", "2015/11/20 7:02", "20.11.2015 12:00",
    ],
)  # fmt: skip
def test_an_instant_is_its_printed_day_with_a_note(value: str) -> None:
    """Its time and zone never move it to another day."""
    day = date(2015, 11, 20).toordinal()
    note = "`{}` is read as the printed day 2015-11-20; its time and zone are ignored."
    assert read_range(value, value) == DayRange(day, day, (note.format("from"), note.format("to")))


@pytest.mark.parametrize(
    ("value", "today", "day"),
    [
        ("today", "2015-11-20", "2015-11-20"),
        ("now", "2015-11-20", "2015-11-20"),
        ("yesterday", "2015-03-01", "2015-02-28"),
        ("-1d", "2016-03-01", "2016-02-29"),
        ("-7d", "2015-11-05", "2015-10-29"),
        ("-2w", "2015-01-05", "2014-12-22"),
        ("-1m", "2015-03-31", "2015-02-28"),
        ("-1m", "2016-03-31", "2016-02-29"),
        ("-11m", "2015-12-31", "2015-01-31"),
        ("-12m", "2015-12-31", "2014-12-31"),
        ("-1y", "2016-02-29", "2015-02-28"),
        ("-4y", "2016-02-29", "2012-02-29"),
        ("-9999d", "2015-11-20", "1988-07-05"),
        ("-2014y", "2015-11-20", "0001-11-20"),
        *((value, "2015-11-20", None) for value in (
            "-0d", "-07d", "-10000d", "+7d", "7d", "-7", "-7h", "-7D", "-7 d", "-1.5d", "-٧d", "Today", "2015", "",
            "-9999y", "-2015y", "tomorrow", "-9999w " , "-7d\n",
        )),
        ("-9999d", "0001-01-02", None),
    ],
)  # fmt: skip
def test_a_day_counts_from_today(value: str, today: str, day: str | None) -> None:
    assert resolve_day(value, lambda: date.fromisoformat(today)) == day
