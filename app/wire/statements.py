"""Statements as response fields."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Row

from app.models import Mention, Statement, StatementKind
from app.search.index.columns import TEXT_OFFSET
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import totals_without_each
from app.search.query.parameters import Offsets
from app.search.query.statements import StatementResult, article_of, match_statements
from app.search.sql import rows
from app.settings import ServeText
from app.wire.articles import is_text_served, published
from app.wire.base import (
    NEXT_FIELD,
    TOTAL_FIELD,
    VERSION_FIELD,
    EmptyExplanation,
    EntityRef,
    Out,
    PublishedOut,
    SourceRef,
)
from app.wire.facets import empty_explanation
from app.wire.offsets import spans_in_utf16


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


class StatementList(Out):
    """A page of statements."""

    total: int = TOTAL_FIELD
    items: list[StatementItem] = Field(description="The statements on this page.")
    next: str | None = NEXT_FIELD
    empty: EmptyExplanation | None = Field(description="Why no statement matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def statement_items(
    result: StatementResult, positions: Sequence[int], serve: ServeText, offsets: Offsets = "codepoints"
) -> list[StatementItem]:
    """Return the statements at these positions, in this order, with at most four SQL statements however many."""
    session, snapshot = result.text.session, result.snapshot
    places = [_place(snapshot, position) for position in positions]
    ids = sorted({revision for revision, _, _ in places})
    articles = {row.id: row for row in rows.revisions(session, ids)}
    stored = {
        (statement.revision_id, statement.field, statement.start): (statement, text)
        for statement, text in rows.statements_at(session, places)
    }
    mentions = rows.mentions_of(session, ids)
    texts = rows.texts(session, ids) if offsets == "utf16" else {}
    items = []
    for place in places:
        statement, text = stored[place]
        article = articles[place[0]]
        is_served = statement.field == "title" or is_text_served(article, serve)
        entity_ids = (mention.entity_id for mention in mentions if _contains(statement, mention))
        entities = dict.fromkeys(entity_ref(snapshot, id_) for id_ in entity_ids if id_)
        span = statement.model_dump(include={"field", "start", "end"})
        if offsets == "utf16":
            (span,) = spans_in_utf16([span], {"title": article.title, "text": texts[article.id]})
        fields = {**span, "text": text if is_served else None, "entities": list(entities)}
        items.append(_item(snapshot, statement, article, fields))
    return items


def explain_no_statements(result: StatementResult) -> EmptyExplanation | None:
    """Return why no statement matches; None if one does."""
    if result.positions:
        return None
    dropped = totals_without_each(result.clauses, partial(match_statements, result.snapshot))
    return empty_explanation(result.snapshot, dropped)


def _place(snapshot: Snapshot, position: int) -> tuple[int, str, int]:
    """Return revision id, field and start of a statement, in code points."""
    revision = int(snapshot.columns.order[article_of(snapshot, position)])
    place = int(snapshot.statements.offsets[position])
    return (revision, "text", place - TEXT_OFFSET) if place >= TEXT_OFFSET else (revision, "title", place)


def _item(snapshot: Snapshot, statement: Statement, article: Row[Any], fields: dict[str, Any]) -> StatementItem:
    return StatementItem(
        article=ArticleRef(
            id=article.article_id,
            url=article.url,
            title=article.title,
            source=SourceRef(id=article.source_id, name=snapshot.source_names[article.source_id]),
            published=PublishedOut(**published(article)),
        ),
        **fields,
        cue=statement.cue,
        kind=StatementKind(statement.kind),
        speaker=entity_ref(snapshot, statement.speaker_id) if statement.speaker_id else None,
        speaker_name=statement.speaker,
    )


def _contains(statement: Statement, mention: Mention) -> bool:
    same_field = (mention.revision_id, mention.field) == (statement.revision_id, statement.field)
    return same_field and statement.start <= mention.start and mention.end <= statement.end


def entity_ref(snapshot: Snapshot, id_: str) -> EntityRef:
    """Return a reference to an entity, or to the one into which it was merged."""
    label = snapshot.entity(id_)
    return EntityRef(id=label.id, name=label.name, type=label.type)
