"""Bodies, compressed and plain."""

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.fetch.body import TooLongError, decompressed_body
from seed.fetch.errors import NotFetchedError

TEXT = b"The ferry sails again. " * 40


def pieces(content: bytes, size: int = 7) -> list[bytes]:
    """Cut content into chunks."""
    return [content[start : start + size] for start in range(0, len(content), size)]


PACKED = {
    "": TEXT,
    "identity": TEXT,
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:]),
}


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_body_is_joined(coding: str, size: int) -> None:
    assert decompressed_body(pieces(PACKED[coding], size), coding=coding, limit=len(TEXT)) == TEXT


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_nothing_is_nothing(coding: str) -> None:
    assert decompressed_body([], coding=coding, limit=10) == b""


WRONG = {
    "another packing": ("br", b"", "is compressed as 'br': expected gzip or no compression"),
    "two packings": ("gzip, gzip", b"", "is compressed as 'gzip, gzip': expected gzip or no compression"),
    "not packed": ("gzip", TEXT, "is declared as gzip, but is not (Error -3 "),
    "something behind": ("gzip", gzip.compress(TEXT) + TEXT, "is declared as gzip, but is not (Error -3 "),
    "zlib": ("gzip", zlib.compress(TEXT), "is declared as gzip, but is not (Error -3 "),
    "a wrong checksum": ("gzip", gzip.compress(TEXT)[:-8] + bytes(8), "is declared as gzip, but is not (Error -3 "),
    "cut off": ("gzip", gzip.compress(TEXT)[:-1], "ends before the end of its gzip stream"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_undecodable_body_is_refused(what: str) -> None:
    coding, content, reason = WRONG[what]
    with pytest.raises(NotFetchedError) as raised:
        decompressed_body(pieces(content), coding=coding, limit=10_000)
    assert str(raised.value).startswith(reason)


def test_what_is_too_long_has_a_beginning() -> None:
    with pytest.raises(TooLongError, match=r"^holds more than 100 bytes$") as raised:
        decompressed_body(pieces(TEXT), coding="", limit=100)
    assert raised.value.beginning == TEXT[:100]


def test_a_bomb_is_unpacked_up_to_the_limit_and_no_further() -> None:
    content = gzip.compress(bytes(10_000_000))
    with pytest.raises(TooLongError):
        decompressed_body([content], coding="gzip", limit=len(content))


def test_what_is_sent_counts_too() -> None:
    with pytest.raises(TooLongError):
        decompressed_body([gzip.compress(b"")] * 10, coding="gzip", limit=100)


@given(st.binary(max_size=60).map(lambda noise: gzip.compress(TEXT)[:-20] + noise), st.integers(1, 50))
def test_any_bytes_are_unpacked_or_refused(content: bytes, size: int) -> None:
    with suppress(NotFetchedError):
        assert len(decompressed_body(pieces(content, size), coding="gzip", limit=10_000)) <= 10_000
