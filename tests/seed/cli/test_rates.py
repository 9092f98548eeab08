"""Recent rates and remaining time, shown only where they have been measured."""

import pytest

from seed.cli.progress import (
    MIN_RATE_SECONDS,
    RATE_WINDOW_SECONDS,
    ProgressState,
    RateEstimator,
    format_duration,
    format_rate,
    format_size,
)


def reading_state(count: int, done: int, total: int | None = None) -> ProgressState:
    """Return the state of a load that has read this many records and bytes."""
    return ProgressState(f"{count} read", count, done, total, " of 1.0 MB" if total else "")


def test_no_rate_is_shown_at_first() -> None:
    rate = RateEstimator(100.0)
    assert rate.describe(100.0 + MIN_RATE_SECONDS - 1, reading_state(40, 500, 1000)) == "40 read, 50% of 1.0 MB"
    rate.add_sample(100.0 + MIN_RATE_SECONDS - 1, reading_state(40, 500, 1000))
    assert rate.describe(1000.0, reading_state(40, 500, 1000)) == "40 read, 50% of 1.0 MB"


def test_before_the_first_sample_the_rate_is_the_average_so_far() -> None:
    assert (
        RateEstimator(0.0).describe(10.0, reading_state(50, 100, 1000))
        == "50 read, 10% of 1.0 MB, 5.0 per second, about 1 min 30 s left"
    )


def test_between_samples_the_rate_is_the_one_up_to_the_last_sample() -> None:
    """Records are read quickly and stored later: those since the last sample are not done yet."""
    rate = RateEstimator(0.0)
    rate.add_sample(10.0, reading_state(1000, 100, 1000))
    assert (
        rate.describe(10.1, reading_state(1500, 150, 1000))
        == "1500 read, 15% of 1.0 MB, 100 per second, about 1 min 20 s left"
    )


def test_the_rate_is_that_of_the_last_minute() -> None:
    rate = RateEstimator(0.0)
    for now in range(10, 210, 10):
        rate.add_sample(now, reading_state(100 * now, now))
    for now in range(210, 210 + int(RATE_WINDOW_SECONDS) + 10, 10):
        rate.add_sample(now, reading_state(20_000, now))
        last = rate.describe(now, reading_state(20_000, now))
    assert last == "20000 read, 0.0 per second"


def test_without_a_total_there_is_no_remaining_time() -> None:
    assert RateEstimator(0.0).describe(10.0, reading_state(50, 100)) == "50 read, 5.0 per second"


def test_without_progress_there_is_no_remaining_time() -> None:
    assert RateEstimator(0.0).describe(10.0, reading_state(0, 0, 1000)) == "0 read, 0% of 1.0 MB, 0.0 per second"


def test_a_file_that_grew_shows_at_most_100_percent() -> None:
    assert RateEstimator(0.0).describe(10.0, reading_state(10, 2000, 1000)) == "10 read, 100% of 1.0 MB, 1.0 per second"


@pytest.mark.parametrize(("number", "expected"), [(0.04, "0.0"), (2.51, "2.5"), (41.4, "41"), (1234.5, "1,234")])
def test_rates(number: float, expected: str) -> None:
    assert format_rate(number) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
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
def test_durations(seconds: float, expected: str) -> None:
    assert format_duration(seconds) == expected


@pytest.mark.parametrize(
    ("bytes_", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_250, "1.2 kB"),
        (12_345, "12 kB"),
        (1_200_000_000, "1.2 GB"),
        (10**16, "10000 TB"),
    ],
)
def test_sizes(bytes_: int, expected: str) -> None:
    assert format_size(bytes_) == expected
