"""Generate hostile content: repeated pieces in every format that a load reads."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

MB = 1_000_000

Content = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file with content of variable size: `small` just exceeds a bound, `full` is what an attacker would send.

    `said` is part of the line that reports it; None if it is loaded because it does no harm.
    """

    name: str
    file: str
    content: Content
    small: int
    full: int
    said: str | None


def repeated(piece: str, before: str = "", after: str = "") -> Content:
    """Return a piece repeated up to a total size in bytes."""
    some = piece.encode()
    return lambda size: before.encode() + some * (size // len(some)) + after.encode()


def numbered(piece: str, before: str = "", after: str = "") -> Content:
    """Do as `repeated`, with a number in each piece."""
    return lambda size: (before + "".join(piece.format(n) for n in range(size // len(piece))) + after).encode()


def packed(content: Content) -> Content:
    """Return content compressed with gzip."""
    return lambda size: gzip.compress(content(size), 1, mtime=0)


def field(name: str, piece: str, before: str = "", after: str = "") -> Content:
    """Return a line of JSON Lines with a piece repeated in the field of this name."""
    start = '{"title": "Ferry", "source": "Gazette", "text": "A text."'
    return repeated(piece, f'{start}, "{name}": {before}', after + "}\n")


def text(piece: str) -> Content:
    """Return a record whose text is a repeated piece."""
    return lambda size: json.dumps(
        {"title": "Ferry", "source": "Gazette", "text": (piece * (size // len(piece) + 1))[:size]}, ensure_ascii=False
    ).encode()


def page(piece: str, before: str = "", after: str = "") -> Content:
    """Return a page with a report, followed by a repeated piece."""
    report = "<h1>Ferry sails</h1><p>" + "The ferry sailed again on Monday. " * 8
    head = '<!doctype html><title>Ferry sails</title><meta property="og:site_name" content="Gazette">'
    return repeated(piece, f"{head}<article>{report}{before}", after)


def feed(piece: str, before: str = "", after: str = "", head: str = "") -> Content:
    """Return a feed with an entry whose description is a repeated piece."""
    start = f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>Gazette</title><item><title>Ferry</title>'
    return repeated(piece, f"{start}<description>A text.{before}", f"{after}</description></item></channel></rss>")


def members(
    *names: str, mode: int = 0, flag: int = 0, inner: bytes = b"---\ntitle: A\nsource: G\n---\nA text.\n"
) -> Content:
    """Return a zip whose members have these names and all the same content."""

    def content(_size: int) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                info = zipfile.ZipInfo(name)
                info.external_attr = mode << 16
                archive.writestr(info, inner)
        made = bytearray(file.getvalue())
        made[made.index(b"PK\x01\x02") + 8] |= flag
        return bytes(made)

    return content


def short_members(size: int) -> bytes:
    """Return a zip that lists many members, all with the same few bytes."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) * size, 30, 0)
    return b"PK\x03\x04" + bytes(26) + entry * size + end
