"""Articles as rows of other formats: CSV (RFC 4180) and newline-delimited JSON."""

import csv
from collections.abc import Iterable, Iterator

from pydantic_core import to_json

from app.wire.articles import Item

CSV_TYPE = "text/csv; charset=utf-8; header=present"
NDJSON_TYPE = "application/x-ndjson"

COLUMNS = (
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
"""The header of the CSV; `authors` and the ids of `entities` are joined by a semicolon and a space."""

CHUNK_BYTES = 32 * 1024
"""Rows travel together up to this size: passing each one on alone costs more than making it."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a cell (OWASP, "CSV Injection")."""


def csv_rows(items: Iterable[Item]) -> Iterator[bytes]:
    """Yield a header and one row an article as UTF-8 in chunks; what is unknown is an empty cell.

    A text that a spreadsheet would run as a formula is led by an apostrophe.
    """
    return in_chunks(_csv_lines(items))


def ndjson_rows(items: Iterable[Item]) -> Iterator[bytes]:
    """Yield each article as `/v1/articles` shows it, one line of JSON each, as UTF-8 in chunks."""
    return in_chunks(to_json(item) + b"\n" for item in items)


def _csv_lines(items: Iterable[Item]) -> Iterator[bytes]:
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for item in items:
        yield writer.writerow(
            [("'" + value if value[0] in FORMULA_STARTS else value) if value else "" for value in _values(item)]
        )


class _Line:
    """A file that gives back what is written to it: the writer makes one line at a time."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _values(item: Item) -> tuple[str | None, ...]:
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
    """Yield what was written, in chunks of about CHUNK_BYTES."""
    chunk = bytearray()
    for line in lines:
        chunk += line
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
