"""Instants in responses."""

import pytest

from app.wire.articles import format_instant


@pytest.mark.parametrize(
    ("seconds", "formatted"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00Z"),
        (1448236920, "2015-11-23T00:02:00Z"),
        (-62135510400, "0001-01-02T00:00:00Z"),
        (253402300799, "9999-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_formatted_as_rfc_3339(seconds: int | None, formatted: str | None) -> None:
    """Every year has four digits."""
    assert format_instant(seconds) == formatted
