"""Offsets in the unit that a client counts in: code points, or the UTF-16 code units of JavaScript, Java and C#."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

Fields = Mapping[str, str]
"""The stored fields of an article, by name."""

_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """Return offsets into a text, which are code points, as UTF-16 code units: beyond U+FFFF one is two (RFC 2781)."""
    beyond = [match.start() for match in _BEYOND.finditer(text)]
    return [offset + bisect_left(beyond, offset) for offset in offsets] if beyond else list(offsets)


def in_utf16(spans: Iterable[Mapping[str, Any]], fields: Fields) -> list[dict[str, Any]]:
    """Return spans, each with its `field`, `start` and `end`, with these in UTF-16 code units."""
    found = [dict(span) for span in spans]
    for field, text in fields.items():
        own = [span for span in found if span["field"] == field]
        places = utf16(text, [span[edge] for span in own for edge in ("start", "end")])
        for at, span in enumerate(own):
            span["start"], span["end"] = places[2 * at : 2 * at + 2]
    return found


def item_in_utf16(item: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Return an article of a list with all its offsets, in matches and highlights, in UTF-16 code units."""
    matched, highlights = item["matched"], item["highlights"]
    return {
        **item,
        "matched": matched and [_match(match.model_dump(mode="json"), fields) for match in matched],
        "highlights": highlights and [_highlight(part, fields) for part in in_utf16(highlights, fields)],
    }


def _match(match: dict[str, Any], fields: Fields) -> dict[str, Any]:
    surfaces = match["surfaces"]
    return {**match, "surfaces": surfaces and in_utf16(surfaces, fields)}


def _highlight(part: dict[str, Any], fields: Fields) -> dict[str, Any]:
    spans = in_utf16(({**span, "field": part["field"]} for span in part["spans"]), fields)
    return {**part, "spans": [{name: span[name] for name in span if name != "field"} for span in spans]}
