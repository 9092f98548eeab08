"""Statements as response fields."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from app.models import StatementKind
from app.search.aggregations.statement_counts import SpeakerCount
from app.search.index.snapshot import Snapshot
from app.search.query.parameters import Offsets
from app.search.query.statements import StatementResult, totals_without_each_clause
from app.search.sql.pages import StatementContent
from app.settings import ServeText
from app.wire.articles import is_kind_served, published
from app.wire.base import (
    NEXT_FIELD,
    VERSION_FIELD,
    EmptyExplanation,
    EntityRef,
    FacetValue,
    Out,
    PublishedOut,
    SearchOut,
    SourceRef,
    TotalOut,
)
from app.wire.facets import empty_explanation
from app.wire.fields import SpanFields, spans_in_utf16


class ArticleRef(Out):
    """A reference to an article."""

    id: str = Field(description="Public id, stable across reloads.", examples=["2v8k0q4m1xsc"])
    url: str | None = Field(description="URL under which it was published.", examples=["https://example.org/report"])
    title: str = Field(description="Its title, verbatim.", examples=["Russian Warships Launch Missiles"])
    source: SourceRef = Field(description="The source that published it.")
    published: PublishedOut = Field(description="When it was printed.")


class StatementItem(Out):
    """A statement that an article attributes to a speaker."""

    article: ArticleRef = Field(description="The article that reports the statement.")
    field: Literal["title", "text"] = Field(description="The field that contains the span.", examples=["text"])
    start: int = Field(
        description="Start of the span, inclusive: a code point of the field, or a UTF-16 code unit.", examples=[300]
    )
    end: int = Field(description="End of the span, exclusive, in the same unit.", examples=[380])
    text: str | None = Field(
        description="The text of the span; null if the operator withholds it.", examples=["The strikes go on."]
    )
    kind: StatementKind = Field(
        description="Whether all, some or none of the speaker's words are quoted.", examples=["quotation"]
    )
    speaker: EntityRef | None = Field(description="The speaker, if known.")
    speaker_name: str | None = Field(
        description="The words that name or describe the speaker.", examples=["a senior Pentagon official"]
    )
    cue: str | None = Field(description="The words that attribute the statement.", examples=["told reporters"])
    entities: list[EntityRef] = Field(description="The entities that the statement names, in order of position.")


class StatementFacets(Out):
    """The requested facets, their values by count and then id; facets that were not requested are null."""

    speaker: list[FacetValue] | None = Field(description="Speakers; the speaker filter is ignored.")
    about: list[FacetValue] | None = Field(description="Entities that the statements of the result name.")
    kind: list[FacetValue] | None = Field(description="Kinds of statements; the kind filter is ignored.")
    source: list[FacetValue] | None = Field(description="Sources; the source filter is ignored.")


class StatementList(SearchOut, TotalOut):
    """A page of statements; `undated` and `coarser` count the statements of such articles."""

    items: list[StatementItem] = Field(description="The statements on this page.")
    next: str | None = NEXT_FIELD
    facets: StatementFacets | None = Field(description="The requested facets; null if none was requested.")
    empty: EmptyExplanation | None = Field(description="Why no statement matches; null if one does.")
    corpus_version: int = VERSION_FIELD


class StatementCount(Out):
    """How many statements a speaker made, in all or about one entity."""

    speaker: EntityRef = Field(description="The speaker.")
    about: EntityRef | None = Field(description="The entity that the statements name; null unless `by` is `pair`.")
    statements: int = Field(description="Number of statements.", examples=[3])


class StatementCountList(SearchOut, TotalOut):
    """A page of speakers, or of pairs of a speaker and an entity."""

    items: list[StatementCount] = Field(description="The most statements first, ties by id.")
    next: str | None = NEXT_FIELD
    empty: EmptyExplanation | None = Field(description="Why no statement matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def statement_counts_out(snapshot: Snapshot, counts: Iterable[SpeakerCount]) -> list[StatementCount]:
    """Return counts with the names of their entities."""
    return [
        StatementCount(
            speaker=_labelled(snapshot, count.speaker),
            about=None if count.about is None else _labelled(snapshot, count.about),
            statements=count.count,
        )
        for count in counts
    ]


def _labelled(snapshot: Snapshot, ordinal: int) -> EntityRef:
    label = snapshot.labels.entity[ordinal]
    return EntityRef(id=label.id, name=label.name, type=label.type)


def statement_items(
    snapshot: Snapshot, contents: Iterable[StatementContent], serve: ServeText, offsets: Offsets = "codepoints"
) -> list[StatementItem]:
    """Return statements with their articles; for UTF-16 offsets, `contents` have the texts of the articles."""
    return [_item(snapshot, content, serve, offsets) for content in contents]


def _item(snapshot: Snapshot, content: StatementContent, serve: ServeText, offsets: Offsets) -> StatementItem:
    statement, article = content.statement, content.article
    is_served = statement.field == "title" or is_kind_served(serve, article.text_kind)
    span: SpanFields = {"field": statement.field, "start": statement.start, "end": statement.end}
    if offsets == "utf16":
        (span,) = spans_in_utf16([span], {"title": article.title, "text": content.article_text or ""})
    entity_ids = (mention.entity_id for mention in content.mentions)
    return StatementItem.model_validate(
        {
            "article": {
                "id": article.article_id,
                "url": article.url,
                "title": article.title,
                "source": {"id": article.source_id, "name": snapshot.names.source_names[article.source_id]},
                "published": published(article),
            },
            **span,
            "text": content.text if is_served else None,
            "kind": statement.kind,
            "speaker": entity_ref(snapshot, statement.speaker_id, article.bearers) if statement.speaker_id else None,
            "speaker_name": statement.speaker,
            "cue": statement.cue,
            "entities": list(dict.fromkeys(entity_ref(snapshot, id_, article.bearers) for id_ in entity_ids if id_)),
        }
    )


def explain_no_statements(result: StatementResult) -> EmptyExplanation | None:
    """Return why no statement matches; None if one does."""
    if result.positions:
        return None
    return empty_explanation(result.snapshot, totals_without_each_clause(result))


def entity_ref(snapshot: Snapshot, id_: str, bearers: Mapping[str, str]) -> EntityRef:
    """Return a reference to an entity, or to the one into which it was merged; `bearers` has names by id."""
    label = snapshot.names.entity(id_, bearers)
    return EntityRef(id=label.id, name=label.name, type=label.type)
