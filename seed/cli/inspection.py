"""Describe what a load would make of a record: each field, its value, and where it came from or why it is empty."""

from collections.abc import Iterator
from datetime import UTC, datetime

from seed.pipeline.language import UNDECLARED
from seed.records import Published, RawArticle, Refusal

_FIELDS = (
    *("id", "title", "source", "url", "published", "authors"),
    *("language", "rights", "text_kind", "text", "entities"),
)

_MAX_VALUE_LENGTH = 200  # Characters shown of any value.
_TEXT_PREVIEW_LENGTH = 80  # Characters shown of a text.


def describe_record(record: RawArticle | Refusal) -> Iterator[str]:
    """Yield the lines that describe a record."""
    if isinstance(record, Refusal):
        yield f"{record.origin}: refused: {record.reason}"
        return
    yield f"{record.origin}"
    for name in _FIELDS:
        value = _printable(_field_value(record, name))
        provenance = record.provenance.get(name, "as in the file") if value else record.missing.get(name, UNDECLARED)
        yield f"  {name:<10} {value or '–'}  [{_printable(provenance)}]"
    for note in record.notes:
        yield f"  note       {_printable(note)}"


def _field_value(record: RawArticle, name: str) -> str:
    match name:
        case "text":
            return f"{len(record.text):,} characters: {' '.join(record.text[:_TEXT_PREVIEW_LENGTH].split())}"
        case "published":
            return _format_published(record.published)
        case "authors":
            return "; ".join(record.authors)
        case "entities":
            return "" if record.entities is None else f"{len(record.entities)} given"
        case _:
            return str(getattr(record, name) or "")


def _format_published(published: Published) -> str:
    if published.on is None:
        return ""
    words = [published.on]
    if published.local_time is not None:
        hours, seconds = divmod(published.local_time, 3600)
        words.append(f"{hours:02}:{seconds // 60:02}")
    words += filter(None, [published.zone, f"({published.precision}, {published.basis})", published.evidence])
    if published.at is not None:
        words.append(datetime.fromtimestamp(published.at, UTC).strftime("= %Y-%m-%dT%H:%M:%SZ"))
    return " ".join(words)


def _printable(value: str) -> str:
    """Return a value without characters that could control a terminal, cut to its maximum length."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 1]}…"
