"""Rates and remaining time: of late, and only where they are known."""

import pytest

from seed.cli.eta import SETTLED, WINDOW, Pace, Standing, duration, rate_of, size_of


def reading(count: int, done: int, total: int | None = None) -> Standing:
    """So many records of so many bytes."""
    return Standing(f"{count} read", count, done, total, " of 1.0 MB" if total else "")


def test_nothing_is_guessed_at_first() -> None:
    pace = Pace(100.0)
    assert pace.line(100.0 + SETTLED - 1, reading(40, 500, 1000)) == "40 read, 50 % of 1.0 MB"
    pace.mark(100.0 + SETTLED - 1, reading(40, 500, 1000))
    assert pace.line(1000.0, reading(40, 500, 1000)) == "40 read, 50 % of 1.0 MB"


def test_before_the_first_mark_the_rate_is_that_so_far() -> None:
    assert (
        Pace(0.0).line(10.0, reading(50, 100, 1000)) == "50 read, 10 % of 1.0 MB, 5.0 a second, about 1 min 30 s left"
    )


def test_between_marks_the_rate_is_that_up_to_the_last() -> None:
    """Records are read in a moment, and stored later: those since the last mark are not done."""
    pace = Pace(0.0)
    pace.mark(10.0, reading(1000, 100, 1000))
    assert pace.line(10.1, reading(1500, 150, 1000)) == "1500 read, 15 % of 1.0 MB, 100 a second, about 1 min 20 s left"


def test_the_rate_is_that_of_the_last_minute() -> None:
    pace = Pace(0.0)
    for now in range(10, 210, 10):
        pace.mark(now, reading(100 * now, now))
    for now in range(210, 210 + int(WINDOW) + 10, 10):
        pace.mark(now, reading(20_000, now))
        last = pace.line(now, reading(20_000, now))
    assert last == "20000 read, 0.0 a second"


def test_without_a_total_there_is_no_remaining_time() -> None:
    assert Pace(0.0).line(10.0, reading(50, 100)) == "50 read, 5.0 a second"


def test_what_stands_still_has_no_remaining_time() -> None:
    assert Pace(0.0).line(10.0, reading(0, 0, 1000)) == "0 read, 0 % of 1.0 MB, 0.0 a second"


def test_a_file_that_grew_is_read_at_most_whole() -> None:
    assert Pace(0.0).line(10.0, reading(10, 2000, 1000)) == "10 read, 100 % of 1.0 MB, 1.0 a second"


@pytest.mark.parametrize(("number", "said"), [(0.04, "0.0"), (2.51, "2.5"), (41.4, "41"), (1234.5, "1,234")])
def test_rates(number: float, said: str) -> None:
    assert rate_of(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (84, "1 min 20 s"),
        (3599, "60 min"),
        (7200, "2 h"),
        (7830, "2 h 10 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("bytes_", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_250, "1.2 kB"),
        (12_345, "12 kB"),
        (1_200_000_000, "1.2 GB"),
        (10**16, "10000 TB"),
    ],
)
def test_sizes(bytes_: int, said: str) -> None:
    assert size_of(bytes_) == said
