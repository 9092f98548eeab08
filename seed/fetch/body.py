"""The body of an answer, never more of it than was asked for, however small it was packed."""

import zlib
from collections.abc import Iterable

from seed.fetch.errors import NotFetchedError

GZIP = frozenset({"gzip", "x-gzip"})
PLAIN = frozenset({"", "identity"})


class TooLongError(NotFetchedError):
    """There was more than the limit; `beginning` is what there was up to it."""

    def __init__(self, limit: int, beginning: bytes) -> None:
        super().__init__(f"holds more than {limit} bytes")
        self.beginning = beginning


def whole_body(chunks: Iterable[bytes], *, coding: str, limit: int) -> bytes:
    """The chunks unpacked and put together; raises NotFetchedError, TooLongError at the first byte over the limit.

    The limit holds for what is sent and for what comes of it: a kilobyte of gzip can be a megabyte of zeros.
    """
    if coding in PLAIN:
        return _joined(chunks, limit)
    if coding in GZIP:
        return _joined(_unpacked(chunks, limit), limit)
    raise NotFetchedError(f"is packed as {coding[:40]!r}: wanted gzip or nothing")


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise TooLongError(limit, bytes(body[:limit]))
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], limit: int) -> Iterable[bytes]:
    """The content of a gzip stream, member by member, in pieces of at most one byte more than the limit."""
    member = _member()
    sent = 0
    for chunk in chunks:
        sent += len(chunk)
        if sent > limit:
            raise TooLongError(limit, b"")
        left = chunk
        try:
            while left:
                if member.eof:
                    member = _member()
                yield member.decompress(left, limit + 1)
                left = member.unconsumed_tail or member.unused_data
        except zlib.error as error:
            raise NotFetchedError(f"says that it is gzip, and is not ({error})") from None
    if sent and not member.eof:
        raise NotFetchedError("ends before its gzip does")


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with the head and checksum of gzip
