"""Convert between contents and annotations on one side and table rows on the other."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Select, select
from sqlmodel import col

from app.models import (
    BEARER_MARK,
    POSTED_KINDS,
    Article,
    Basis,
    EntityType,
    Mention,
    MentionKind,
    Precision,
    Revision,
    Statement,
    StatementKind,
    TextKind,
)
from app.search.index.digests import revision_digest
from seed.dates import day_span
from seed.pipeline.bulk import RowValues
from seed.pipeline.merge import Content
from seed.records import Annotation, ExtractedMention, ExtractedStatement, GivenEntity, Published


class StoredRevision(NamedTuple):
    """The columns of a stored revision that have its content."""

    id: int
    article_id: str
    title: str
    text: str
    text_kind: str
    source_id: str
    url: str | None
    authors: list[str]
    language: str | None
    language_detected: bool
    rights: str | None
    published_on: str | None
    published_at: int | None
    local_time: int | None
    precision: str
    zone: str | None
    basis: str | None
    evidence: str | None
    given_entities: list[dict[str, Any]] | None
    other_urls: list[str] | None
    details: dict[str, str] | None

    @property
    def content(self) -> Content:
        """The content of the revision."""
        return Content(
            title=self.title,
            text=self.text,
            text_kind=TextKind(self.text_kind),
            source_id=self.source_id,
            url=self.url,
            authors=tuple(self.authors),
            language=self.language,
            language_detected=self.language_detected,
            rights=self.rights,
            published=Published(
                on=self.published_on,
                at=self.published_at,
                local_time=self.local_time,
                precision=Precision(self.precision),
                zone=self.zone,
                basis=Basis(self.basis) if self.basis else None,
                evidence=self.evidence,
            ),
            entities=None if self.given_entities is None else tuple(map(_given_entity, self.given_entities)),
            other_urls=tuple(self.other_urls or ()),
            details=self.details or {},
        )


REVISION_QUERY: Select[*tuple[Any, ...]] = select(*(getattr(Revision, name) for name in StoredRevision._fields))
"""Selects the values of `StoredRevision`."""


def revision_row(
    article_id: str,
    content: Content,
    entity_counts: Mapping[str, int],
    mentions: Sequence[RowValues],
    statements: Sequence[RowValues],
) -> RowValues:
    """Return the row of a revision with these mentions and statements, without its id.

    `entity_counts` are the `mention_counts` of its mentions.
    """
    row = _content_row(article_id, content, entity_counts)
    return *row, revision_digest(row, mentions, statements)


def _content_row(article_id: str, content: Content, entity_counts: Mapping[str, int]) -> RowValues:
    published = content.published
    first_day, last_day = day_span(published.on) if published.on else (None, None)
    return (
        article_id,
        content.source_id,
        content.title,
        content.text,
        content.text_kind.value,
        content.url,
        content.language,
        content.rights,
        _json(content.authors),
        published.on,
        published.at,
        published.precision.value,
        published.zone,
        None if published.basis is None else published.basis.value,
        published.evidence,
        first_day,
        last_day,
        published.local_time,
        None if content.entities is None else _json([_entity_fields(entity) for entity in content.entities]),
        _json(entity_counts),
        _json(content.other_urls) if content.other_urls else None,
        int(content.language_detected),
        _json(content.details) if content.details else None,
    )


def _entity_fields(entity: GivenEntity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "type": entity.type.value,
        "mentions": entity.mentions,
        "id": entity.id,
        "wikidata": entity.wikidata,
    }


def _json(value: object) -> str:
    return to_json(value).decode()


def _given_entity(stored: Mapping[str, Any]) -> GivenEntity:
    mentions = tuple((start, end) for start, end in stored["mentions"])
    return GivenEntity(**{**stored, "type": EntityType(stored["type"]), "mentions": mentions})


_MENTION_COLUMNS = ("field", "start", "end", "text", "type", "kind", "entity_id", "rule", "confidence")
_STATEMENT_COLUMNS = ("field", "start", "end", "kind", "speaker_id", "speaker", "cue")
MENTION_SPANS: Select[*tuple[Any, ...]] = select(
    col(Article.id), *(getattr(Mention, name) for name in _MENTION_COLUMNS)
).join(Mention, col(Mention.revision_id) == col(Article.revision_id))
STATEMENT_SPANS: Select[*tuple[Any, ...]] = select(
    col(Article.id), *(getattr(Statement, name) for name in _STATEMENT_COLUMNS)
).join(Statement, col(Statement.revision_id) == col(Article.revision_id))
"""Select the mentions and statements that articles have so far, after the ids of the articles."""


def stored_mention(row: Sequence[Any]) -> ExtractedMention:
    """Return a mention of a row of `MENTION_SPANS` without its article."""
    field, start, end, text, type_, kind, *others = row
    return ExtractedMention(field, start, end, text, EntityType(type_), MentionKind(kind), *others)


def found_mention(row: Sequence[Any]) -> ExtractedMention:
    """Return a mention of a row of its table without the revision, as `Extracted` has it."""
    field, start, end, text, kind, type_, *others = row
    return stored_mention((field, start, end, text, type_, kind, *others))


def stored_statement(row: Sequence[Any]) -> ExtractedStatement:
    """Return a statement of a row of `STATEMENT_SPANS` without its article."""
    field, start, end, kind, *others = row
    return ExtractedStatement(field, start, end, StatementKind(kind), *others)


def mention_rows(content: Content, annotation: Annotation, resolve: Callable[[GivenEntity], str]) -> list[RowValues]:
    """Return the rows of the mentions supplied with a record and of the extracted ones, without the revision id.

    `resolve` returns the id of an entity that was supplied with a record.
    """
    extracted = map(_mention_row, (*annotation.mentions, *annotation.links))
    return [*_given_mention_rows(content, resolve), *extracted]


_GIVEN_KIND = MentionKind.NAME.value
"""The kind of a mention that was supplied with a record."""


def _given_mention_rows(content: Content, resolve: Callable[[GivenEntity], str]) -> Iterator[RowValues]:
    for entity in content.entities or ():
        id_, kind, type_ = resolve(entity), _GIVEN_KIND, entity.type.value
        for start, end in entity.mentions:
            yield "text", start, end, content.text[start:end], kind, type_, id_, "given", 1.0


def _mention_row(mention: ExtractedMention) -> RowValues:
    return (
        mention.field,
        mention.start,
        mention.end,
        mention.text,
        mention.kind.value,
        mention.type.value,
        mention.entity,
        mention.rule,
        mention.confidence,
    )


def rows_json(rows: Sequence[RowValues]) -> str:
    """Return rows as the text of the table of what was extracted."""
    return _json(rows)


def mention_counts(mentions: Iterable[RowValues]) -> dict[str, int]:
    """Return the number of mention rows per entity, counting only the kinds of mention that enter postings."""
    counts: dict[str, int] = {}
    for _, _, _, _, kind, _, entity, *_ in mentions:
        if entity and kind in POSTED_KINDS:
            counts[entity] = counts.get(entity, 0) + 1
    return counts


def bearer_ids(entity_counts: Iterable[str]) -> list[str]:
    """Return those of the counted entities that are names without context."""
    return [id_ for id_ in entity_counts if id_.endswith(BEARER_MARK)]


def statement_rows(annotation: Annotation) -> list[RowValues]:
    """Return the rows of the extracted statements, without the revision id."""
    return list(map(_statement_row, annotation.statements))


def _statement_row(statement: ExtractedStatement) -> RowValues:
    return (
        statement.field,
        statement.start,
        statement.end,
        statement.kind.value,
        statement.speaker,
        statement.speaker_name,
        statement.cue,
    )
