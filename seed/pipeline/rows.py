"""Content and annotations <-> rows of the tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Row

from app.models import POSTED_KINDS, Basis, EntityType, MentionKind, Precision, TextKind
from seed.dates import span
from seed.pipeline.bulk import Values
from seed.pipeline.merge import Content
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
        language_detected=record.language_detected,
        rights=record.rights,
        published=record.published,
        entities=record.entities,
    )


def revision_row(article_id: str, content: Content, mentions: Sequence[Values], statements: Sequence[Values]) -> Values:
    """Return the row of a revision that has these mentions and statements, without its id."""
    row = _content_row(article_id, content, named_in(mentions))
    return *row, digest(row, mentions, statements)


def _content_row(article_id: str, content: Content, named: Mapping[str, int]) -> Values:
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
        int(content.language_detected),
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
        language_detected=row.language_detected,
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


def mention_rows(content: Content, found: Annotation, id_of: Callable[[GivenEntity], str]) -> list[Values]:
    """Return the rows of the mentions that came with a record and of those that were found, without the revision."""
    return [*_given_rows(content, id_of), *map(_mention_row, found.mentions)]


def _given_rows(content: Content, id_of: Callable[[GivenEntity], str]) -> Iterator[Values]:
    for entity in content.entities or ():
        id_, kind, type_ = id_of(entity), MentionKind.NAME.value, entity.type.value
        for start, end in entity.mentions:
            yield "text", start, end, content.text[start:end], kind, type_, id_, "given", 1.0


def _mention_row(mention: Mention) -> Values:
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


def named_in(mentions: Iterable[Values]) -> dict[str, int]:
    """Return how many of these mention rows name each entity, of those by which the article is found."""
    named: dict[str, int] = {}
    for _, _, _, _, kind, _, entity, *_ in mentions:
        if entity and kind in POSTED_KINDS:
            named[entity] = named.get(entity, 0) + 1
    return named


def statement_rows(found: Annotation) -> list[Values]:
    """Return the rows of the statements that were found, without the revision."""
    return list(map(_statement_row, found.statements))


def _statement_row(statement: Statement) -> Values:
    return (
        statement.field,
        statement.start,
        statement.end,
        statement.kind.value,
        statement.speaker,
        statement.speaker_name,
        statement.cue,
    )


def digest(revision: Values, mentions: Iterable[Values], statements: Iterable[Values]) -> str:
    """Return the checksum of a revision's row and of its mentions' and statements' rows, all without its id.

    64 bits of BLAKE2b (RFC 7693): they are to find damage, not to stop a forger.
    """
    # Whether the language was detected is the last column. It counts if it was, so that older checksums hold.
    revision = revision if revision[-1] else revision[:-1]
    content = to_json((revision, sorted(mentions, key=_place), sorted(statements, key=_place)))
    return blake2b(content, digest_size=8).hexdigest()


def _place(row: Values) -> Values:
    return row[:3]
