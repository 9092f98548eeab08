"""The log of changes: what a publish serves of each article that it did not serve before, by one statement."""

from sqlalchemy import Connection, case, func, insert, literal, select
from sqlmodel import col

from app.models import Article, Change, ChangeKind, Pending, Removal


def log_changes(connection: Connection, version: int) -> None:
    """Write what this version changes of the articles that wait, however many they are."""
    is_removed = col(Removal.article_id).is_not(None)
    now = case((is_removed, None), else_=func.nullif(col(Article.revision_id), 0))
    before = (
        select(col(Change.revision_id))
        .where(col(Change.article_id) == col(Article.id))
        .order_by(col(Change.version).desc())
        .limit(1)
        .correlate(Article)
        .scalar_subquery()
    )
    waiting = (
        select(col(Article.id).label("article"), now.label("now"), before.label("before"), col(Removal.reason))
        .outerjoin(Removal, col(Removal.article_id) == col(Article.id))
        .where(col(Article.id).in_(select(col(Pending.article_id))))
        .subquery()
    )
    kind = case(
        (waiting.c.now.is_(None), ChangeKind.REMOVED.value),
        (waiting.c.before.is_(None), ChangeKind.ADDED.value),
        else_=ChangeKind.UPDATED.value,
    )
    changed = (
        select(literal(version), waiting.c.article, waiting.c.now, kind, waiting.c.reason)
        .where(waiting.c.now.is_distinct_from(waiting.c.before))
        .order_by(waiting.c.article)
    )
    columns = [
        col(Change.version),
        col(Change.article_id),
        col(Change.revision_id),
        col(Change.kind),
        col(Change.reason),
    ]
    connection.execute(insert(Change).from_select(columns, changed))
