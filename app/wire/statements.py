"""Rows and labels -> statements as they go out."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Row

from app.models import Mention, Statement, StatementKind
from app.search.index.columns import TEXT_PLACE
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import without_each
from app.search.query.parameters import Offsets
from app.search.query.statements import Said, article_of, match_statements
from app.search.sql import rows
from app.settings import ServeText
from app.wire.articles import is_served, published
from app.wire.base import NEXT, TOTAL, VERSION, Empty, EntityRef, Out, PublishedOut, SourceRef
from app.wire.facets import explained
from app.wire.offsets import in_utf16


class ArticleRef(Out):
    """An article, in short."""

    id: str = Field(description="Public id, stable across reloads.", examples=["2v8k0q4m1xsc"])
    url: str | None = Field(description="Where it was published.", examples=["https://example.org/report"])
    title: str = Field(description="Its title, verbatim.", examples=["Russian Warships Launch Missiles"])
    source: SourceRef = Field(description="Who published it.")
    published: PublishedOut = Field(description="When it was printed.")


class StatementItem(Out):
    """Something an article attributes to a speaker, and where it was reported."""

    article: ArticleRef = Field(description="The article that reports it.")
    field: Literal["title", "text"] = Field(description="Where the span lies.", examples=["text"])
    start: int = Field(description="First code point, or UTF-16 code unit.", examples=[300])
    end: int = Field(description="Code point, or unit, after the last.", examples=[380])
    text: str | None = Field(
        description="The span itself; null where the operator withholds the text.", examples=["The strikes go on."]
    )
    kind: StatementKind = Field(description="How much of the speaker's words is given.", examples=["quotation"])
    speaker: EntityRef | None = Field(description="Who said it, if known.")
    speaker_name: str | None = Field(
        description="The words that name or describe the speaker.", examples=["a senior Pentagon official"]
    )
    cue: str | None = Field(description="The words that attribute it.", examples=["told reporters"])
    entities: list[EntityRef] = Field(description="The entities named in it, in order of place.")


class StatementList(Out):
    """A page of statements."""

    total: int = TOTAL
    items: list[StatementItem] = Field(description="The statements of this page.")
    next: str | None = NEXT
    empty: Empty | None = Field(description="Null unless nothing was found.")
    corpus_version: int = VERSION


def statement_items(
    said: Said, positions: Sequence[int], serve: ServeText, offsets: Offsets = "codepoints"
) -> list[StatementItem]:
    """Return the statements at these positions, in this order, with four statements of SQL however many they are."""
    session, snapshot = said.text.session, said.snapshot
    places = [_place(snapshot, position) for position in positions]
    ids = sorted({revision for revision, _, _ in places})
    articles = {row.id: row for row in rows.revisions(session, ids)}
    stored = {(one.revision_id, one.field, one.start): (one, words) for one, words in rows.spoken(session, places)}
    mentions = rows.mentions_of(session, ids)
    texts = rows.texts(session, ids) if offsets == "utf16" else {}
    items = []
    for place in places:
        statement, words = stored[place]
        article = articles[place[0]]
        shown = words if statement.field == "title" or is_served(article, serve) else None
        inside = (mention.entity_id for mention in mentions if _lies_in(mention, statement))
        named = dict.fromkeys(entity_ref(snapshot, id_) for id_ in inside if id_)
        span = statement.model_dump(include={"field", "start", "end"})
        if offsets == "utf16":
            (span,) = in_utf16([span], {"title": article.title, "text": texts[article.id]})
        items.append(_item(snapshot, statement, article, {**span, "text": shown, "entities": list(named)}))
    return items


def why_empty(said: Said) -> Empty | None:
    """Return why no statement was found; None if one was."""
    if said.found:
        return None
    return explained(said.snapshot, without_each(said.clauses, partial(match_statements, said.snapshot)))


def _place(snapshot: Snapshot, position: int) -> tuple[int, str, int]:
    """Return revision, field and first code point of a statement."""
    revision = int(snapshot.columns.order[article_of(snapshot, position)])
    place = int(snapshot.statements.places[position])
    return (revision, "text", place - TEXT_PLACE) if place >= TEXT_PLACE else (revision, "title", place)


def _item(snapshot: Snapshot, statement: Statement, article: Row[Any], said: dict[str, Any]) -> StatementItem:
    return StatementItem(
        article=ArticleRef(
            id=article.article_id,
            url=article.url,
            title=article.title,
            source=SourceRef(id=article.source_id, name=snapshot.source_names[article.source_id]),
            published=PublishedOut(**published(article)),
        ),
        **said,
        cue=statement.cue,
        kind=StatementKind(statement.kind),
        speaker=entity_ref(snapshot, statement.speaker_id) if statement.speaker_id else None,
        speaker_name=statement.speaker,
    )


def _lies_in(mention: Mention, statement: Statement) -> bool:
    same = (mention.revision_id, mention.field) == (statement.revision_id, statement.field)
    return same and statement.start <= mention.start and mention.end <= statement.end


def entity_ref(snapshot: Snapshot, id_: str) -> EntityRef:
    """Return an entity in short."""
    label = snapshot.entity(id_)
    return EntityRef(id=label.id, name=label.name, type=label.type)
