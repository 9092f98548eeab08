"""Content and annotations <-> rows of the tables."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Row

from app.models import POSTED_KINDS, Basis, EntityType, MentionKind, Precision, TextKind
from seed.bulk import Values
from seed.dates import span
from seed.merge import Content
from seed.records import Annotation, GivenEntity, Mention, Published, RawArticle, Statement


def content_of_record(record: RawArticle, source_id: str) -> Content:
    """Return what a record says, with its source known by id."""
    return Content(
        title=record.title,
        text=record.text,
        text_kind=record.text_kind,
        source_id=source_id,
        url=record.url,
        authors=record.authors,
        language=record.language,
        rights=record.rights,
        published=record.published,
        entities=record.entities,
    )


def revision_row(article_id: str, content: Content, named: Mapping[str, int]) -> Values:
    """Return the row of a revision, without its id; `named` counts its mentions by entity."""
    published = content.published
    first_day, last_day = span(published.on) if published.on else (None, None)
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
        None if content.entities is None else _json([_given_fields(entity) for entity in content.entities]),
        _json(named),
        _json(content.other_urls) if content.other_urls else None,
    )


def _given_fields(entity: GivenEntity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "type": entity.type.value,
        "mentions": entity.mentions,
        "id": entity.id,
        "wikidata": entity.wikidata,
    }


def _json(value: object) -> str:
    return to_json(value).decode()


def content_of_row(row: Row[Any]) -> Content:
    """Return what a stored revision says."""
    return Content(
        title=row.title,
        text=row.text,
        text_kind=TextKind(row.text_kind),
        source_id=row.source_id,
        url=row.url,
        authors=tuple(row.authors),
        language=row.language,
        rights=row.rights,
        published=Published(
            on=row.published_on,
            at=row.published_at,
            local_time=row.local_time,
            precision=Precision(row.precision),
            zone=row.zone,
            basis=Basis(row.basis) if row.basis else None,
            evidence=row.evidence,
        ),
        entities=None if row.given_entities is None else tuple(map(_given, row.given_entities)),
        other_urls=tuple(row.other_urls or ()),
    )


def _given(stored: Mapping[str, Any]) -> GivenEntity:
    mentions = tuple((start, end) for start, end in stored["mentions"])
    return GivenEntity(**{**stored, "type": EntityType(stored["type"]), "mentions": mentions})


def mention_row(revision_id: int, mention: Mention) -> Values:
    """Return the row of a mention that was found."""
    return (
        revision_id,
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


def named_in(content: Content, found: Annotation, id_of: Callable[[GivenEntity], str]) -> dict[str, int]:
    """Return how many mentions name each entity, of those by which the article is found."""
    named: dict[str, int] = {}
    for entity in content.entities or ():
        id_ = id_of(entity)
        named[id_] = named.get(id_, 0) + len(entity.mentions)
    for mention in found.mentions:
        if mention.entity and mention.kind in POSTED_KINDS:
            named[mention.entity] = named.get(mention.entity, 0) + 1
    return named


def given_rows(revision_id: int, content: Content, id_of: Callable[[GivenEntity], str]) -> Iterator[Values]:
    """Yield the rows of the mentions that came with a record."""
    for entity in content.entities or ():
        id_, kind, type_ = id_of(entity), MentionKind.NAME.value, entity.type.value
        for start, end in entity.mentions:
            yield revision_id, "text", start, end, content.text[start:end], kind, type_, id_, "given", 1.0


def statement_row(revision_id: int, statement: Statement) -> Values:
    """Return the row of a statement."""
    return (
        revision_id,
        statement.field,
        statement.start,
        statement.end,
        statement.kind.value,
        statement.speaker,
        statement.speaker_name,
        statement.cue,
    )
