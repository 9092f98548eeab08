"""Content and annotations <-> rows of the tables."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from app.models import Basis, EntityType, Precision, TextKind
from seed.dates import span
from seed.merge import Content
from seed.records import GivenEntity, Mention, Published, RawArticle, Statement


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


def revision_row(article_id: str, content: Content) -> dict[str, Any]:
    """Return the row of a revision, without its id."""
    published = content.published
    first_day, last_day = span(published.on) if published.on else (None, None)
    return {
        "article_id": article_id,
        "source_id": content.source_id,
        "title": content.title,
        "text": content.text,
        "text_kind": content.text_kind,
        "url": content.url,
        "language": content.language,
        "rights": content.rights,
        "authors": content.authors,
        "published_on": published.on,
        "published_at": published.at,
        "precision": published.precision,
        "zone": published.zone,
        "basis": published.basis,
        "evidence": published.evidence,
        "first_day": first_day,
        "last_day": last_day,
        "local_time": published.local_time,
        "given_entities": None if content.entities is None else [asdict(entity) for entity in content.entities],
    }


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
    )


def _given(stored: Mapping[str, Any]) -> GivenEntity:
    mentions = tuple((start, end) for start, end in stored["mentions"])
    return GivenEntity(**{**stored, "type": EntityType(stored["type"]), "mentions": mentions})


def mention_row(revision_id: int, mention: Mention) -> dict[str, Any]:
    """Return the row of a mention."""
    return {
        "revision_id": revision_id,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
        "type": mention.type,
        "entity_id": mention.entity,
        "rule": mention.rule,
        "confidence": mention.confidence,
    }


def statement_row(revision_id: int, statement: Statement) -> dict[str, Any]:
    """Return the row of a statement."""
    return {
        "revision_id": revision_id,
        "field": statement.field,
        "start": statement.start,
        "end": statement.end,
        "kind": statement.kind,
        "speaker_id": statement.speaker,
        "speaker": statement.speaker_name,
        "cue": statement.cue,
    }
