"""The fields of response models as plain values, which type checkers know too.

Dicts and not models, where there are many: building and validating a model for each takes longer than reading the rows.
"""

from typing import TypedDict

from app.models import EntityType


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
    entities: list[EntityCountFields]
    matched: list[MatchFields] | None
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
