"""Conversion of offsets from code points to UTF-16 code units, in which JavaScript, Java and C# count."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from copy import copy
from typing import TypeVar

from app.wire.fields import SpanFields

FieldTexts = Mapping[str, str]
"""The stored texts of an article, by field."""


SpanT = TypeVar("SpanT", bound=SpanFields)

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def utf16_offsets(text: str, offsets: Iterable[int]) -> list[int]:
    """Return offsets into a text, in code points, as UTF-16 code units.

    A code point above U+FFFF takes two code units (RFC 2781).
    """
    wide = [match.start() for match in _BEYOND_BMP.finditer(text)]
    return [offset + bisect_left(wide, offset) for offset in offsets] if wide else list(offsets)


def spans_in_utf16(spans: Iterable[SpanT], fields: FieldTexts) -> list[SpanT]:
    """Return copies of spans with their offsets in UTF-16 code units."""
    converted = [copy(span) for span in spans]
    for field, text in fields.items():
        own = [span for span in converted if span["field"] == field]
        offsets = utf16_offsets(text, [offset for span in own for offset in (span["start"], span["end"])])
        for number, span in enumerate(own):
            span["start"], span["end"] = offsets[2 * number : 2 * number + 2]
    return converted
