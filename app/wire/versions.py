"""Publishes, changes and the versions of an article as response fields."""

from typing import Literal

from pydantic import Field

from app.models import ChangeKind
from app.search.sql.history import VERSIONED_FIELDS, ChangeRow, PublishRow, VersionRow
from app.wire.articles import format_instant
from app.wire.base import NEXT_FIELD, TOTAL_FIELD, VERSION_FIELD, Out

AT_FIELD = Field(description="When this version was published, UTC.", examples=["2026-01-01T00:00:00Z"])

KIND_FIELD = Field(
    description="What the version did to the article; an article that returns is `added` again.",
    examples=["updated"],
)

REASON_FIELD = Field(description="Why the article was removed, if stated.", examples=["at the publisher's request"])

FieldName = Literal[
    "title", "text", "text_kind", "source", "url", "authors", "published", "language", "rights", "details", "mentions"
]


class PublishItem(Out):
    """One publish: a corpus version and what it changed."""

    version: int = Field(description="The corpus version.", examples=[2])
    published_at: str = AT_FIELD
    articles: int = Field(description="Number of articles that it serves.", examples=[5])
    added: int = Field(description="Number of articles that the previous version did not serve.", examples=[1])
    changed: int = Field(description="Number of articles that the previous version served differently.", examples=[2])
    removed: int = Field(description="Number of articles that it no longer serves.", examples=[0])


class PublishList(Out):
    """A page of publishes, newest first."""

    total: int = Field(description="Exact number of publishes.", examples=[2])
    items: list[PublishItem] = Field(description="The publishes on this page.")
    next: str | None = NEXT_FIELD
    corpus_version: int = VERSION_FIELD


class ChangeItem(Out):
    """A change of one article from one corpus version to the next."""

    version: int = Field(description="The corpus version that changed the article.", examples=[2])
    article: str = Field(description="Public id of the article.", examples=["2v8k0q4m1xsc"])
    kind: ChangeKind = KIND_FIELD
    at: str = AT_FIELD
    reason: str | None = REASON_FIELD


class ChangeList(Out):
    """A page of changes, by version and then article id."""

    total: int = TOTAL_FIELD
    items: list[ChangeItem] = Field(description="The changes on this page.")
    next: str | None = NEXT_FIELD
    corpus_version: int = VERSION_FIELD


class LengthsOut(Out):
    """The length of a text before and after a change, in code points."""

    before: int | None = Field(
        description="Length in the previous version; null if there is none, or if its text is no longer stored.",
        examples=[1200],
    )
    after: int | None = Field(
        description="Length in this version; null if it removed the article, or if its text is no longer stored.",
        examples=[1260],
    )


class VersionItem(Out):
    """What a corpus version changed in an article."""

    version: int = Field(
        description="The first corpus version that served the article like this; `as_of` accepts it.", examples=[2]
    )
    at: str = AT_FIELD
    kind: ChangeKind = KIND_FIELD
    reason: str | None = REASON_FIELD
    stored: bool = Field(
        description="Whether `as_of` can still return this version: `compact` drops what was replaced or removed.",
        examples=[True],
    )
    changed: list[FieldName] | None = Field(
        description="The fields that differ from the previous version; null if there is nothing to compare with. "
        "`mentions` stands for the entities and statements found in the article.",
        examples=[["title", "text"]],
    )
    text_length: LengthsOut = Field(description="Length of the text before and after, in code points.")


class VersionList(Out):
    """A page of the versions of an article, newest first."""

    total: int = Field(description="Exact number of versions.", examples=[2])
    items: list[VersionItem] = Field(description="The versions on this page.")
    next: str | None = NEXT_FIELD
    corpus_version: int = VERSION_FIELD


def publish_item(row: PublishRow) -> PublishItem:
    """Return a row of the log of publishes as an item."""
    return PublishItem.model_validate(
        {
            "version": row.version,
            "published_at": format_instant(row.published_at),
            "articles": row.articles,
            "added": row.added,
            "changed": row.changed,
            "removed": row.removed,
        }
    )


def change_item(row: ChangeRow) -> ChangeItem:
    """Return a row of the log of changes as an item."""
    return ChangeItem.model_validate(
        {
            "version": row.version,
            "article": row.article_id,
            "kind": row.kind,
            "at": format_instant(row.published_at),
            "reason": row.reason,
        }
    )


def version_item(row: VersionRow) -> VersionItem:
    """Return a version of an article as an item."""
    is_comparable = row.stored is not None and row.stored_before is not None
    # A new revision in which no column differs was only annotated again.
    changed = [name for name, differs in zip(VERSIONED_FIELDS, row.differs, strict=True) if differs] or ["mentions"]
    return VersionItem.model_validate(
        {
            "version": row.version,
            "at": format_instant(row.published_at),
            "kind": row.kind,
            "reason": row.reason,
            "stored": row.stored is not None,
            "changed": changed if is_comparable else None,
            "text_length": {"before": row.length_before, "after": row.length},
        }
    )
