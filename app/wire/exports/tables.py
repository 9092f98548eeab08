"""Articles as CSV (RFC 4180) and as newline-delimited JSON, in chunks of bytes."""

import csv
from collections.abc import Iterable, Iterator

from pydantic_core import to_json

from app.wire.fields import ItemFields

CSV_TYPE = "text/csv; charset=utf-8; header=present"
NDJSON_TYPE = "application/x-ndjson"

CSV_COLUMNS = (
    "id",
    "url",
    "title",
    "source",
    "source_name",
    "authors",
    "published_on",
    "published_at",
    "precision",
    "zone",
    "basis",
    "language",
    "text_kind",
    "rights",
    "entities",
    "language_basis",
)
"""The header of the CSV; `authors` and the ids of `entities` are each joined with a semicolon and a space."""

# Sending each row on its own costs more than building it.
CHUNK_BYTES = 32 * 1024
"""Size at which a chunk is sent, in bytes."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a cell that a spreadsheet would run as a formula (OWASP, "CSV Injection")."""


def csv_rows(items: Iterable[ItemFields]) -> Iterator[bytes]:
    """Yield a header and one row per article, as UTF-8 in chunks; unknown values are empty cells.

    A cell that a spreadsheet would run as a formula starts with an apostrophe.
    """
    return in_chunks(_csv_lines(items))


def ndjson_rows(items: Iterable[ItemFields]) -> Iterator[bytes]:
    """Yield the articles as `/v1/articles` shows them, one JSON object per line, as UTF-8 in chunks."""
    return in_chunks(to_json(item) + b"\n" for item in items)


def _csv_lines(items: Iterable[ItemFields]) -> Iterator[bytes]:
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(CSV_COLUMNS)
    for item in items:
        yield writer.writerow(
            [("'" + value if value[0] in FORMULA_STARTS else value) if value else "" for value in _cells(item)]
        )


class _Line:
    """A file whose `write` returns the line as bytes, so that the CSV writer makes one line at a time."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _cells(item: ItemFields) -> tuple[str | None, ...]:
    source, published = item["source"], item["published"]
    return (
        item["id"],
        item["url"],
        item["title"],
        source["id"],
        source["name"],
        "; ".join(item["authors"]),
        published["on"],
        published["at"],
        published["precision"],
        published["zone"],
        published["basis"],
        item["language"],
        item["text_kind"],
        item["rights"],
        "; ".join(entity["id"] for entity in item["entities"]),
        item["language_basis"],
    )


def in_chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines joined to chunks of at least CHUNK_BYTES; the last one may be smaller."""
    chunk = bytearray()
    for line in lines:
        chunk += line
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
