"""Bodies of captured responses lose their codings, within a limit."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from seed.readers.input.decoding import UnreadableError
from seed.readers.input.http_bodies import decode_body
from seed.readers.input.unpacking import ArchiveError, UnpackBudget
from tests.seed.readers.warc_content import PAGE, chunked

LIMIT = 100_000
ZSTD = zstandard.ZstdCompressor()


def raw_deflate(content: bytes) -> bytes:
    """Return content deflated without the header of zlib."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


def decoded(body: bytes, content: str = "", transfer: str = "") -> tuple[bytes, bool]:
    """Return the decoded body, and whether it ends early."""
    return decode_body(body, transfer, content, UnpackBudget(1), LIMIT)


@pytest.mark.parametrize(
    ("body", "content", "transfer"),
    [
        (PAGE, "", ""),
        (PAGE, "identity", "identity"),
        (gzip.compress(PAGE), "gzip", ""),
        (gzip.compress(PAGE) + bytes(8), "X-GZIP", ""),
        (gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]), "gzip", ""),
        (zlib.compress(PAGE), "deflate", ""),
        (raw_deflate(PAGE), "deflate", ""),
        (brotli.compress(PAGE), "br", ""),
        (ZSTD.compress(PAGE), "zstd", ""),
        (chunked(PAGE, 7), "", "chunked"),
        (chunked(PAGE, 7, b"0;a=b\r\nTrailer: x\r\n\r\n"), "", "Chunked"),
        (chunked(PAGE, 7).replace(b"\r\n", b"\n"), "", "chunked"),
        (chunked(gzip.compress(PAGE), 50), "gzip", "chunked"),
        (gzip.compress(zlib.compress(PAGE)), "deflate, gzip", ""),
        (gzip.compress(zlib.compress(PAGE)), "deflate", "gzip, chunked"),
        *((PAGE, coding, "chunked") for coding in ("gzip", "deflate", "br", "zstd", "utf-8")),
        (b"\xef\xbb\xbf\n" + PAGE, "br", ""),
    ],
)
def test_a_body_loses_its_codings_if_it_has_them(body: bytes, content: str, transfer: str) -> None:
    text, is_cut = decoded(body, content, transfer)
    assert text.removeprefix(b"\xef\xbb\xbf\n") == PAGE
    assert not is_cut


@pytest.mark.parametrize(
    ("body", "content", "transfer"),
    [
        (gzip.compress(PAGE)[:-30], "gzip", ""),
        (zlib.compress(PAGE)[:-30], "deflate", ""),
        (brotli.compress(PAGE * 9)[:-5], "br", ""),
        (ZSTD.compress(PAGE)[:-9], "zstd", ""),
        (chunked(PAGE, 300, b""), "", "chunked"),
        (chunked(PAGE, 300)[:200], "", "chunked"),
        (chunked(PAGE, 300).replace(b"\r\n0\r\n", b"!\r\n0\r\n"), "", "chunked"),
        (gzip.compress(PAGE) + gzip.compress(PAGE)[:20], "gzip", ""),
    ],
)
def test_a_body_that_ends_early_is_cut(body: bytes, content: str, transfer: str) -> None:
    text, is_cut = decoded(body, content, transfer)
    assert is_cut
    assert (PAGE * 9).startswith(text)


@pytest.mark.parametrize(
    ("body", "content", "reason"),
    [
        (b"\x1f\x8b" + PAGE, "gzip", "the page is declared as gzip, but its content is broken"),
        (b"\x78\x9c" + PAGE, "deflate", "the page is declared as deflate, but its content is broken"),
        (b"\xff" + PAGE, "br", "the page is declared as br, but its content is broken"),
        (b"\x28\xb5\x2f\xfd" + PAGE, "zstd", "the page is declared as zstd, but its content is broken"),
        (b"PAGE", "compress", "the page is compressed as 'compress': expected gzip, deflate, br or zstd"),
        (PAGE, "gzip, gzip, gzip, gzip", "the page is compressed 4 times: expected at most 3"),
    ],
)
def test_a_coding_that_cannot_be_undone_is_refused(body: bytes, content: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        decoded(body, content)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("compress", "coding"),
    [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br"), (ZSTD.compress, "zstd")],
)
def test_a_long_body_is_decompressed_whole(compress: Callable[[bytes], bytes], coding: str) -> None:
    page = PAGE * (LIMIT // len(PAGE))
    assert decoded(compress(page), coding) == (page, False)


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (gzip.compress(bytes(50 * LIMIT)), "gzip"),
        (gzip.compress(b"a") * 1_000, "gzip"),
        (zlib.compress(bytes(50 * LIMIT)), "deflate"),
        (brotli.compress(bytes(50 * LIMIT)), "br"),
        (ZSTD.compress(bytes(200 * LIMIT)), "zstd"),
    ],
)
def test_little_more_than_the_limit_is_decompressed(body: bytes, content: str) -> None:
    assert len(decoded(body, content)[0]) < 100 * LIMIT


def test_what_is_decompressed_counts_in_the_budget() -> None:
    budget = UnpackBudget(1)
    body = gzip.compress(bytes(LIMIT))
    for _ in range(100):
        decode_body(body, "", "gzip", budget, LIMIT)
    with pytest.raises(ArchiveError, match="is a bomb"):
        decode_body(body, "", "gzip", budget, LIMIT)
