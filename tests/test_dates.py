"""Days: what each form means, what is refused, and no overflow at the first and the last possible day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import day_range, iso_day
from app.errors import InvalidParameter, InvalidRequestError

WANTED = "a day that exists, as YYYY-MM-DD, YYYY-MM or YYYY, from 0001 to 9999"


def refusal(from_: str | None, to: str | None) -> tuple[InvalidParameter, ...]:
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
        "2015-11-00", "2015-11-31", "2015-02-29", "2015-11-20 ", " 2015", "2015-11-20\n", "2015\n", "20151120",
        "2015/11/20", "2015-11-20T00:00", "-2015", "+2015", "٢٠١٥", "２０１５", "2015-1１", "2015‐11", "today",
        "2015-W47", "1447977600", "2015-11-\x00", "\ud800",
    ],
)  # fmt: skip
def test_anything_else_is_refused(value: str) -> None:
    assert refusal(value, None) == (InvalidParameter("from", value, WANTED),)
    assert refusal(None, value) == (InvalidParameter("to", value, WANTED),)


def test_two_invalid_days_are_two_errors() -> None:
    assert refusal("x", "y") == (InvalidParameter("from", "x", WANTED), InvalidParameter("to", "y", WANTED))


@pytest.mark.parametrize(
    ("from_", "to"), [("2015-11-21", "2015-11-20"), ("2015-12", "2015-11"), ("2016", "2015"), ("2015-12-01", "2015-11")]
)
def test_from_after_to_names_both(from_: str, to: str) -> None:
    assert refusal(from_, to) == (InvalidParameter("from", from_, f"a day not after `to`, which is {to}"),)


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
