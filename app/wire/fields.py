"""The fields of response models as plain values, which type checkers know too; offsets of spans in UTF-16.

Dicts and not models, where there are many: building and validating a model for each takes longer than reading the rows.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from copy import copy
from typing import NotRequired, TypedDict, TypeVar

from app.models import EntityType

FieldTexts = Mapping[str, str]
"""The stored texts of an article, by field."""


class SpanFields(TypedDict):
    """A span of a field of an article."""

    field: str
    start: int
    end: int


class EntityFields(TypedDict):
    """The fields of an EntityRef."""

    id: str
    name: str
    type: EntityType


class SurfaceFields(SpanFields):
    """The fields of a Surface."""

    text: str
    kind: str


class MatchFields(TypedDict):
    """The fields of a Match."""

    parameter: str
    value: str
    entity: EntityFields
    surfaces: list[SurfaceFields] | None


class HighlightSpanFields(TypedDict):
    """The fields of a HighlightSpan."""

    start: int
    end: int
    parameter: str
    value: str


class HighlightFields(SpanFields):
    """The fields of a Highlight."""

    text: str
    spans: list[HighlightSpanFields]


class EntityCountFields(TypedDict):
    """The fields of an EntityCount."""

    id: str
    name: str
    type: str
    count: int


class PublishedFields(TypedDict):
    """The fields of PublishedOut."""

    on: str | None
    at: str | None
    precision: str
    zone: str | None
    basis: str | None
    evidence: str | None


class SourceFields(TypedDict):
    """The fields of a SourceRef."""

    id: str
    name: str


class TermFields(TypedDict):
    """The fields of a TermOut."""

    value: str
    occurs: bool


class ItemFields(TypedDict):
    """The fields of an ArticleItem."""

    id: str
    url: str | None
    title: str
    source: SourceFields
    authors: list[str]
    published: PublishedFields
    language: str | None
    language_basis: str | None
    text_kind: str
    rights: str | None
    lead: NotRequired[str | None]
    entities: list[EntityCountFields]
    matched: list[MatchFields] | None
    terms: list[TermFields] | None
    highlights: list[HighlightFields] | None


class MentionFields(SpanFields):
    """The fields of a MentionOut."""

    text: str
    kind: str
    type: str
    entity: str | None
    rule: str
    confidence: float


class StatementFields(SpanFields):
    """The fields of a StatementOut."""

    kind: str
    speaker: str | None
    speaker_name: str | None
    cue: str | None


class GivenEntityFields(TypedDict):
    """The fields of a GivenEntityOut."""

    id: str | None
    name: str
    type: str
    wikidata: str | None
    mentions: list[list[int]]


class ContentFields(TypedDict):
    """The fields of an ArticleDetail that only the whole content of a revision shows."""

    record_id: str | None
    printed_time: str | None
    urls: list[str]
    lead: str | None
    text: str | None
    text_withheld: bool
    mentions: list[MentionFields]
    statements: list[StatementFields]
    given_entities: list[GivenEntityFields] | None
    details: Mapping[str, str]
    offsets: str
    record_keys: list[str]


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
