"""Read the body of a response, decompressed, up to a limit in bytes."""

import zlib
from collections.abc import Iterable

from seed.fetch.errors import NotFetchedError

GZIP_CODINGS = frozenset({"gzip", "x-gzip"})
IDENTITY_CODINGS = frozenset({"", "identity"})


class TooLongError(NotFetchedError):
    """The body exceeds the limit; `beginning` holds the bytes up to it."""

    def __init__(self, limit: int, beginning: bytes) -> None:
        super().__init__(f"holds more than {limit} bytes")
        self.beginning = beginning


def decompressed_body(chunks: Iterable[bytes], *, coding: str, limit: int) -> bytes:
    """Return the decompressed body; raise NotFetchedError, or TooLongError at the first byte over the limit.

    The limit applies to the bytes sent and to the decompressed bytes: a kilobyte of gzip can hold a megabyte of zeros.
    """
    if coding in IDENTITY_CODINGS:
        return _join(chunks, limit)
    if coding in GZIP_CODINGS:
        return _join(_gunzip(chunks, limit), limit)
    raise NotFetchedError(f"is compressed as {coding[:40]!r}: expected gzip or no compression")


def _join(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise TooLongError(limit, bytes(body[:limit]))
    return bytes(body)


def _gunzip(chunks: Iterable[bytes], limit: int) -> Iterable[bytes]:
    """Yield the content of a gzip stream, member by member, in chunks of at most one byte more than the limit."""
    member = _gzip_decompressor()
    sent_bytes = 0
    for chunk in chunks:
        sent_bytes += len(chunk)
        if sent_bytes > limit:
            raise TooLongError(limit, b"")
        remaining = chunk
        try:
            while remaining:
                if member.eof:
                    member = _gzip_decompressor()
                yield member.decompress(remaining, limit + 1)
                remaining = member.unconsumed_tail or member.unused_data
        except zlib.error as error:
            raise NotFetchedError(f"is declared as gzip, but is not ({error})") from None
    if sent_bytes and not member.eof:
        raise NotFetchedError("ends before the end of its gzip stream")


def _gzip_decompressor() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with gzip header and checksum
