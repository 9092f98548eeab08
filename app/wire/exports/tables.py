"""Articles as CSV (RFC 4180) and as newline-delimited JSON, in chunks of bytes."""

import re
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

# Spreadsheets ignore what cannot be seen at the beginning of a cell, and read full-width signs as the plain ones.
FORMULA_START = re.compile(
    r"[\t\r\n]|[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]*[=+@\-＝＋＠－﹦﹢﹫﹣−]"
)
"""The beginning of a cell that a spreadsheet would run as a formula (OWASP, "CSV Injection")."""

# Excel splits at the list separator of its locale, and LibreOffice at each of these that the user ticks.
QUOTED = re.compile(r'[",;|\x00-\x1f\x7f-\x9f\u2028\u2029]')
"""A character for which a cell is quoted: a separator in some locale, a quote, a line break, or a control character."""


def csv_rows(items: Iterable[ItemFields]) -> Iterator[bytes]:
    """Yield a header and one row per article, as UTF-8 in chunks; unknown values are empty cells.

    A cell that a spreadsheet would run as a formula starts with an apostrophe. No column has numbers.
    """
    return in_chunks(_csv_lines(items))


def ndjson_rows(items: Iterable[ItemFields]) -> Iterator[bytes]:
    """Yield the articles as `/v1/articles` shows them, one JSON object per line, as UTF-8 in chunks."""
    return in_chunks(to_json(item) + b"\n" for item in items)


def _csv_lines(items: Iterable[ItemFields]) -> Iterator[bytes]:
    yield ",".join(CSV_COLUMNS).encode() + b"\r\n"
    for item in items:
        yield ",".join(map(_csv_cell, _cells(item))).encode() + b"\r\n"


def _csv_cell(value: str | None) -> str:
    if not value:
        return ""
    if FORMULA_START.match(value):
        value = f"'{value}"
    return '"' + value.replace('"', '""') + '"' if QUOTED.search(value) else value


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
