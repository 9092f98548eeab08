"""Describe what a load would make of a record: each field, its value, and where it came from or why it is empty."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from seed.pipeline.language import UNDECLARED
from seed.records import NoArticle, Published, RawArticle, Refusal

_FIELDS = (
    *("id", "title", "source", "url", "published", "authors"),
    *("language", "rights", "text_kind", "text", "entities"),
)
_RARE_FIELDS = ("details",)  # Shown only where they are not empty.

_MAX_VALUE_LENGTH = 200  # Characters shown of any value.
# Soft hyphen, joiners, marks of direction that end with their word, word joiner, byte order mark.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_TEXT_PREVIEW_LENGTH = 80  # Characters shown of a text.


@dataclass(frozen=True, slots=True)
class InspectedField:
    """The value of a field, null if it is empty, and where it came from or why it is empty."""

    value: Any
    provenance: str


@dataclass(frozen=True, slots=True)
class InspectedRecord:
    """What a load would make of a record: its fields, or `refused`, the reason why it would be refused.

    `line` is the line in a file of many records. The fields have the names of `seed.records.RawArticle`.
    """

    place: str
    line: int | None
    refused: str | None
    fields: dict[str, InspectedField]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the place and a line per field and note; values are cut to what fits on a line."""
        origin = self.place if self.line is None else f"{self.place}:{self.line}"
        if self.refused is not None:
            yield f"{origin}: refused: {self.refused}"
            return
        yield origin
        for name, field in self.fields.items():
            value = "" if field.value is None else _printable(_format(name, field.value))
            yield f"  {name:<10} {value or '–'}  [{_printable(field.provenance)}]"
        for note in self.notes:
            yield f"  note       {_printable(note)}"


def inspect_record(record: RawArticle | Refusal | NoArticle) -> InspectedRecord:
    """Return what a load would make of a record."""
    place, line = record.origin.path, record.origin.line
    if isinstance(record, NoArticle):
        times = f" ({record.count:,} times)" if record.count > 1 else ""
        return InspectedRecord(place, line, None, {}, (f"skipped: {record.reason}{times}",))
    if isinstance(record, Refusal):
        return InspectedRecord(place, line, record.reason, {}, ())
    names = (*_FIELDS, *(name for name in _RARE_FIELDS if getattr(record, name)))
    return InspectedRecord(place, line, None, {name: _inspect_field(record, name) for name in names}, record.notes)


def _inspect_field(record: RawArticle, name: str) -> InspectedField:
    value = _field_value(record, name)
    if value is None:
        return InspectedField(None, record.missing.get(name, UNDECLARED))
    return InspectedField(value, record.provenance.get(name, "as in the file"))


def _field_value(record: RawArticle, name: str) -> Any:  # noqa: ANN401 - a value of JSON
    """Return the value of a field as JSON has it, None if it is empty."""
    match name:
        case "published":
            return _published_value(record.published)
        case "entities":
            return None if record.entities is None else [entity._asdict() for entity in record.entities]
        case _:
            return getattr(record, name) or None


def _published_value(published: Published) -> dict[str, Any] | None:
    if published.on is None:
        return None
    at = None if published.at is None else datetime.fromtimestamp(published.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    time = None
    if published.local_time is not None:
        hours, seconds = divmod(published.local_time, 3600)
        time = f"{hours:02}:{seconds // 60:02}"
    return {
        "on": published.on,
        "time": time,
        "zone": published.zone,
        "precision": published.precision,
        "basis": published.basis,
        "evidence": published.evidence,
        "at": at,
    }


def _format(name: str, value: Any) -> str:  # noqa: ANN401 - a value of JSON
    match name:
        case "text":
            return f"{len(value):,} characters: {' '.join(value[:_TEXT_PREVIEW_LENGTH].split())}"
        case "published":
            return _format_published(**value)
        case "authors":
            return "; ".join(value)
        case "entities":
            return f"{len(value)} given"
        case "details":
            return "; ".join(f"{detail}: {line}" for detail, line in value.items())
        case _:
            return str(value)


def _format_published(  # noqa: PLR0913 - the fields of a date
    *, on: str, time: str | None, zone: str | None, precision: str, basis: str, evidence: str | None, at: str | None
) -> str:
    words = (on, time, zone, f"({precision}, {basis})", evidence, at and f"= {at}")
    return " ".join(filter(None, words))


def _is_harmless(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs" or char in _INVISIBLE


def _printable(value: str) -> str:
    """Return a value without characters that could control a terminal, cut to its maximum length.

    Spaces of any width stay as they are, and so do the invisible characters inside words of many scripts.
    """
    text = "".join(char if _is_harmless(char) else "\N{REPLACEMENT CHARACTER}" for char in value)
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 1]}…"
