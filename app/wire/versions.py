"""Publishes and changes as they go out."""

from typing import Any

from pydantic import Field
from sqlalchemy import Row

from app.models import ChangeKind
from app.wire.articles import instant
from app.wire.schemas import NEXT, TOTAL, VERSION, Out

AT = Field(description="When that version was published, UTC.", examples=["2026-01-01T00:00:00Z"])
KIND = Field(
    description="What the version did with the article; one that comes back is added again.", examples=["updated"]
)
REASON = Field(description="Why it was removed, if that was said.", examples=["at the publisher's request"])


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
