"""What would be loaded of a record, for a person: each field, its value, and where it came from or why it is empty."""

from collections.abc import Iterator
from datetime import UTC, datetime

from seed.pipeline.language import UNDECLARED
from seed.records import Published, RawArticle, Refusal

FIELDS = ("id", "title", "source", "url", "published", "authors", "language", "rights", "text_kind", "text", "entities")

_LONGEST = 200  # Characters of a value that are shown.
_BEGINNING = 80  # Characters of a text that are shown.


def inspected(item: RawArticle | Refusal) -> Iterator[str]:
    """The lines that describe a record."""
    if isinstance(item, Refusal):
        yield f"{item.origin}: refused: {item.reason}"
        return
    yield f"{item.origin}"
    for name in FIELDS:
        value = _printable(_value(item, name))
        where = item.found.get(name, "as in the file") if value else item.missing.get(name, UNDECLARED)
        yield f"  {name:<10} {value or '–'}  [{_printable(where)}]"
    for note in item.notes:
        yield f"  note       {_printable(note)}"


def _value(item: RawArticle, name: str) -> str:
    match name:
        case "text":
            return f"{len(item.text):,} characters: {' '.join(item.text[:_BEGINNING].split())}"
        case "published":
            return _date(item.published)
        case "authors":
            return "; ".join(item.authors)
        case "entities":
            return "" if item.entities is None else f"{len(item.entities)} given"
        case _:
            return str(getattr(item, name) or "")


def _date(published: Published) -> str:
    if published.on is None:
        return ""
    parts = [published.on]
    if published.local_time is not None:
        hours, rest = divmod(published.local_time, 3600)
        parts.append(f"{hours:02}:{rest // 60:02}")
    parts += filter(None, [published.zone, f"({published.precision}, {published.basis})", published.evidence])
    if published.at is not None:
        parts.append(datetime.fromtimestamp(published.at, UTC).strftime("= %Y-%m-%dT%H:%M:%SZ"))
    return " ".join(parts)


def _printable(value: str) -> str:
    """On one line, without characters that would steer a terminal."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
