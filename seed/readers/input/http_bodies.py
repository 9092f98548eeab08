"""Undo the codings of a captured HTTP body within a limit: chunks, gzip, deflate, Brotli and Zstandard.

Many tools declare codings that they have undone, so a body without the marks of a coding is taken as it is.
"""

import re
import zlib
from collections.abc import Iterable

import brotli
import zstandard

from seed.readers.input.decoding import UnreadableError
from seed.readers.input.unpacking import UnpackBudget

_MAX_CODINGS = 3  # More than servers ever combine.
_MAX_GZIP_MEMBERS = 100  # Servers send one.
_MAX_WINDOW_BYTES = 8 * 1024 * 1024  # The largest window of Zstandard over HTTP (RFC 9659).
_BROTLI_BLOCK_BYTES = 16_384  # Decompressed together.
_GZIP_WINDOW = zlib.MAX_WBITS | 16
GZIP_MARK = b"\x1f\x8b"
"""The first bytes of gzip (RFC 1952)."""

_ZSTD_MARK = b"\x28\xb5\x2f\xfd"
_NOT_COMPRESSED = {"", "identity", "none", "chunked"}
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")


def decode_body(
    body: bytes, transfer_codings: str, content_codings: str, budget: UnpackBudget, limit: int
) -> tuple[bytes, bool]:
    """Return the body without the codings of these headers, and whether it ends early.

    A body longer than `limit` is returned up to a few bytes more. Raise UnreadableError if a coding is unknown or its
    content broken, ArchiveError if the budget is exceeded.
    """
    is_cut = False
    if "chunked" in transfer_codings.lower():
        body, is_cut = _join_chunks(body)
    codings = [coding.strip().lower() for coding in f"{content_codings},{transfer_codings}".split(",")]
    codings = [coding for coding in codings if coding not in _NOT_COMPRESSED]
    if len(codings) > _MAX_CODINGS:
        raise UnreadableError(f"the page is compressed {len(codings)} times: expected at most {_MAX_CODINGS}")
    for coding in reversed(codings):
        decompressed = _decompress(body, coding, limit)
        if decompressed is not None:
            body, ends_early = decompressed
            is_cut = is_cut or ends_early
            budget.count(len(body))
    return body, is_cut


def _join_chunks(body: bytes) -> tuple[bytes, bool]:
    """Return the content of chunks (RFC 9112 7.1), and whether the last one is missing; without any, the body."""
    pieces: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(body, position):
        length = int(size[1], 16)
        if not length:
            return b"".join(pieces), False
        pieces.append(body[size.end() : size.end() + length])
        position = size.end() + length
        if not (line_end := _LINE_END.match(body, position)):
            break
        position = line_end.end()
    return (b"".join(pieces), True) if pieces else (body, False)


def _decompress(body: bytes, coding: str, limit: int) -> tuple[bytes, bool] | None:
    """Return the decompressed body and whether it ends early; None if it is not compressed, whatever was declared."""
    try:
        match coding:
            case "gzip" | "x-gzip":
                return _inflate(body, _GZIP_WINDOW, limit) if body.startswith(GZIP_MARK) else None
            case "zstd":
                return _read_zstd(body, limit) if body.startswith(_ZSTD_MARK) else None
            case _ if _is_markup(body):
                return None
            case "deflate":
                return _inflate(body, _deflate_window(body), limit)
            case "br":
                return _read_brotli(body, limit)
            case _:
                wanted = "expected gzip, deflate, br or zstd"
                raise UnreadableError(f"the page is compressed as {coding[:40]!r}: {wanted}")
    except (zlib.error, brotli.error, zstandard.ZstdError):
        raise UnreadableError(f"the page is declared as {coding}, but its content is broken") from None


def _is_markup(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _deflate_window(body: bytes) -> int:
    """Return the window of zlib, which the standard means by deflate, or the one without a header that some send."""
    has_header = len(body) > 1 and body[0] & 15 == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bool]:
    content = bytearray()
    for _ in range(_MAX_GZIP_MEMBERS):
        member = zlib.decompressobj(window)
        content += member.decompress(body, limit + 1 - len(content))
        body = member.unused_data
        if not member.eof or len(content) > limit:
            return bytes(content), not member.eof
        # What follows, such as padding, is ignored as by gzip itself.
        if not body.startswith(GZIP_MARK):
            break
    return bytes(content), False


def _read_brotli(body: bytes, limit: int) -> tuple[bytes, bool]:
    decompressor = brotli.Decompressor()
    content = bytearray(decompressor.process(body, output_buffer_limit=_BROTLI_BLOCK_BYTES))
    while len(content) <= limit and (block := decompressor.process(b"", output_buffer_limit=_BROTLI_BLOCK_BYTES)):
        content += block
    return bytes(content), not decompressor.is_finished()


def _read_zstd(body: bytes, limit: int) -> tuple[bytes, bool]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES).decompressobj()
    content = bytearray()
    for block in _blocks(body):
        content += decompressor.decompress(block)
        if decompressor.eof or len(content) > limit:
            break
    return bytes(content), not decompressor.eof


def _blocks(body: bytes) -> Iterable[bytes]:
    """Yield small blocks: one of Zstandard has at most 128 kB of content for each four of its bytes."""
    size = 256
    return (body[start : start + size] for start in range(0, len(body), size))
