"""Publishes, changes and the versions of an article as they go out."""

from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Row

from app.models import ChangeKind
from app.search.sql.history import FIELDS
from app.wire.articles import instant
from app.wire.base import NEXT, TOTAL, VERSION, Out

AT = Field(description="When that version was published, UTC.", examples=["2026-01-01T00:00:00Z"])

KIND = Field(
    description="What the version did with the article; one that comes back is added again.", examples=["updated"]
)

REASON = Field(description="Why it was removed, if that was said.", examples=["at the publisher's request"])

FieldName = Literal[
    "title", "text", "text_kind", "source", "url", "authors", "published", "language", "rights", "mentions"
]


class PublishItem(Out):
    """One publish: a corpus version and what it changed."""

    version: int = Field(description="The corpus version.", examples=[2])
    published_at: str = AT
    articles: int = Field(description="Articles that it served.", examples=[5])
    added: int = Field(description="Of them, those that the version before did not serve.", examples=[1])
    changed: int = Field(description="Of them, those of which it serves something new.", examples=[2])
    removed: int = Field(description="Articles that it serves no more.", examples=[0])


class PublishList(Out):
    """A page of publishes, the newest first."""

    total: int = Field(description="Exact number of publishes.", examples=[2])
    items: list[PublishItem] = Field(description="The publishes of this page.")
    next: str | None = NEXT
    corpus_version: int = VERSION


class ChangeItem(Out):
    """That a corpus version serves an article otherwise than the one before."""

    version: int = Field(description="The corpus version that changed it.", examples=[2])
    article: str = Field(description="Public id of the article.", examples=["2v8k0q4m1xsc"])
    kind: ChangeKind = KIND
    at: str = AT
    reason: str | None = REASON


class ChangeList(Out):
    """A page of changes, in order of version and article."""

    total: int = TOTAL
    items: list[ChangeItem] = Field(description="The changes of this page.")
    next: str | None = NEXT
    corpus_version: int = VERSION


class LengthsOut(Out):
    """How long the text is, in code points."""

    before: int | None = Field(description="In the version before; null if it is not there.", examples=[1200])
    after: int | None = Field(description="In this version; null if it is not there.", examples=[1260])


class VersionItem(Out):
    """What a corpus version served anew of an article."""

    version: int = Field(description="The first corpus version that served it so: `as_of` asks for it.", examples=[2])
    at: str = AT
    kind: ChangeKind = KIND
    reason: str | None = REASON
    stored: bool = Field(
        description="Whether `as_of` still answers it: `compact` drops what was replaced or removed.", examples=[True]
    )
    changed: list[FieldName] | None = Field(
        description="What differs from the version before; null where there is nothing to compare with. `mentions` are "
        "the entities and statements found in it.",
        examples=[["title", "text"]],
    )
    text_length: LengthsOut = Field(description="Code points of the text before and after.")


class VersionList(Out):
    """A page of the versions of an article, the newest first."""

    total: int = Field(description="Exact number of versions.", examples=[2])
    items: list[VersionItem] = Field(description="The versions of this page.")
    next: str | None = NEXT
    corpus_version: int = VERSION


def publish_item(row: Row[Any]) -> PublishItem:
    """Return a publish."""
    return PublishItem.model_validate(
        {
            "version": row.version,
            "published_at": instant(row.published_at),
            "articles": row.articles,
            "added": row.added,
            "changed": row.changed,
            "removed": row.removed,
        }
    )


def change_item(row: Row[Any]) -> ChangeItem:
    """Return a change."""
    return ChangeItem.model_validate(
        {
            "version": row.version,
            "article": row.article_id,
            "kind": row.kind,
            "at": instant(row.published_at),
            "reason": row.reason,
        }
    )


def version_item(row: Row[Any]) -> VersionItem:
    """Return a version of an article."""
    compared = row.stored is not None and row.stored_before is not None
    # A revision of its own in which no column differs was annotated anew.
    changed = [name for name in FIELDS if getattr(row, f"differs_{name}")] or ["mentions"]
    return VersionItem.model_validate(
        {
            "version": row.version,
            "at": instant(row.published_at),
            "kind": row.kind,
            "reason": row.reason,
            "stored": row.stored is not None,
            "changed": changed if compared else None,
            "text_length": {"before": row.length_before, "after": row.length},
        }
    )
