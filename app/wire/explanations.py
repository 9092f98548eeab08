"""Why the articles of a page match: the entities through which they do, where they name them, and snippets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypedDict

from app.models import EntityType
from app.search.fulltext.snippets import Snippet, Span, snippets
from app.search.index.memberships import MemberPosting
from app.search.query.clauses import Clause, matching_entities
from app.search.query.search import Result
from app.search.sql.pages import PageRows
from app.search.sql.rows import MentionRow
from app.text.tokenizer import Phrase, indexed
from app.wire.offsets import FieldTexts, SpanFields, spans_in_utf16, utf16_offsets

EDGES: tuple[Literal["start"], Literal["end"]] = ("start", "end")

SpansByField = dict[str, set[Span]]
"""The spans that match in each field."""


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


def matches(result: Result, page: PageRows, *, explain: bool) -> list[list[MatchFields]]:
    """Return for each article the entities through which it matches, in the order of the clauses.

    With `explain`, each match has the mentions of its entity.
    """
    return [
        [
            _match(result, clause, entity, _mentions(result, page, number, entity) if explain else None)
            for clause, entity in matching_entities(result.clauses, position)
        ]
        for number, position in enumerate(page.positions)
    ]


def _mentions(result: Result, page: PageRows, number: int, entity: MemberPosting) -> Sequence[MentionRow]:
    """Return the mentions of an entity in one of the articles of a page."""
    return page.mentions[page.articles[number].id, result.snapshot.labels.entity[entity.ordinal].id]


def _match(result: Result, clause: Clause, entity: MemberPosting, mentions: Sequence[MentionRow] | None) -> MatchFields:
    label = result.snapshot.labels.entity[entity.ordinal]
    return {
        "parameter": clause.parameter,
        "value": clause.value,
        "entity": {"id": label.id, "name": label.name, "type": label.type},
        "surfaces": None if mentions is None else [_surface(mention) for mention in mentions],
    }


def _surface(mention: MentionRow) -> SurfaceFields:
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
    }


def highlights(result: Result, page: PageRows, fields: Sequence[FieldTexts]) -> list[list[HighlightFields]]:
    """Return the snippets of each article; `fields` are those that may be shown of each, title first."""
    phrases = {item: Phrase(item) for item in (result.query.required if result.query else ())}
    highlighted = []
    for number, texts in enumerate(fields):
        spans = _with_phrases(_entity_spans(result, page, number), texts, phrases)
        highlighted.append([_highlight(snippet, texts[snippet.field]) for snippet in snippets(texts, spans)])
    return highlighted


def _with_phrases(spans: SpansByField, texts: FieldTexts, phrases: Mapping[str, Phrase]) -> SpansByField:
    """Add the spans of the phrases in place, and return all spans."""
    for field, text in texts.items() if phrases else ():
        folded = indexed(text)
        added = (Span(*span, "q", item) for item, phrase in phrases.items() for span in phrase.spans(folded))
        spans.setdefault(field, set()).update(added)
    return spans


def _entity_spans(result: Result, page: PageRows, number: int) -> SpansByField:
    """Return the spans that name the entities through which an article matches."""
    spans: SpansByField = {}
    for clause, entity in matching_entities(result.clauses, page.positions[number]):
        for mention in _mentions(result, page, number, entity):
            span = Span(mention.start, mention.end, clause.parameter, clause.value)
            spans.setdefault(mention.field, set()).add(span)
    return spans


def _highlight(snippet: Snippet, text: str) -> HighlightFields:
    return {
        "field": snippet.field,
        "start": snippet.start,
        "end": snippet.end,
        "text": text[snippet.start : snippet.end],
        "spans": [
            {"start": span.start, "end": span.end, "parameter": span.parameter, "value": span.value}
            for span in snippet.spans
        ],
    }


def matches_in_utf16(own_matches: Iterable[MatchFields], fields: FieldTexts) -> list[MatchFields]:
    """Return the matches of an article with the offsets of their surfaces in UTF-16 code units."""
    return [
        {**match, "surfaces": match["surfaces"] and spans_in_utf16(match["surfaces"], fields)} for match in own_matches
    ]


def highlights_in_utf16(own_highlights: Iterable[HighlightFields], fields: FieldTexts) -> list[HighlightFields]:
    """Return the highlights of an article with all offsets in UTF-16 code units."""
    converted = spans_in_utf16(own_highlights, fields)
    for highlight in converted:
        spans, text = highlight["spans"], fields[highlight["field"]]
        starts, ends = (utf16_offsets(text, [span[edge] for span in spans]) for edge in EDGES)
        highlight["spans"] = [
            {**span, "start": start, "end": end} for span, start, end in zip(spans, starts, ends, strict=True)
        ]
    return converted
