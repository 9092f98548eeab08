"""Conversion of offsets from code points to UTF-16 code units, in which JavaScript, Java and C# count."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

FieldTexts = Mapping[str, str]
"""The stored texts of an article, by field."""

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def utf16_offsets(text: str, offsets: Iterable[int]) -> list[int]:
    """Return offsets into a text, in code points, as UTF-16 code units.

    A code point above U+FFFF takes two code units (RFC 2781).
    """
    wide = [match.start() for match in _BEYOND_BMP.finditer(text)]
    return [offset + bisect_left(wide, offset) for offset in offsets] if wide else list(offsets)


def spans_in_utf16(spans: Iterable[Mapping[str, Any]], fields: FieldTexts) -> list[dict[str, Any]]:
    """Return copies of spans, which have a `field`, `start` and `end`, with their offsets in UTF-16 code units."""
    converted = [dict(span) for span in spans]
    for field, text in fields.items():
        own = [span for span in converted if span["field"] == field]
        offsets = utf16_offsets(text, [span[edge] for span in own for edge in ("start", "end")])
        for number, span in enumerate(own):
            span["start"], span["end"] = offsets[2 * number : 2 * number + 2]
    return converted


def item_in_utf16(item: Mapping[str, Any], fields: FieldTexts) -> dict[str, Any]:
    """Return an article of a list with all offsets of its matches and highlights in UTF-16 code units."""
    matched, highlights = item["matched"], item["highlights"]
    return {
        **item,
        "matched": matched and [_match(match.model_dump(mode="json"), fields) for match in matched],
        "highlights": highlights and [_highlight(snippet, fields) for snippet in spans_in_utf16(highlights, fields)],
    }


def _match(match: dict[str, Any], fields: FieldTexts) -> dict[str, Any]:
    surfaces = match["surfaces"]
    return {**match, "surfaces": surfaces and spans_in_utf16(surfaces, fields)}


def _highlight(snippet: dict[str, Any], fields: FieldTexts) -> dict[str, Any]:
    spans = spans_in_utf16(({**span, "field": snippet["field"]} for span in snippet["spans"]), fields)
    return {**snippet, "spans": [{name: span[name] for name in span if name != "field"} for span in spans]}
