"""The log of changes: what a publish serves of each article that it did not serve before, by one statement."""

from sqlalchemy import Connection, case, insert, literal, select
from sqlmodel import col

from app.models import Article, Change, ChangeKind, Pending


def log_changes(connection: Connection, version: int) -> None:
    """Write what this version changes of the articles that wait, however many they are."""
    before = (
        select(col(Change.revision_id))
        .where(col(Change.article_id) == col(Article.id))
        .order_by(col(Change.version).desc())
        .limit(1)
        .correlate(Article)
        .scalar_subquery()
    )
    waiting = (
        select(col(Article.id).label("article"), col(Article.revision_id).label("now"), before.label("before"))
        .where(col(Article.id).in_(select(col(Pending.article_id))))
        .subquery()
    )
    now, had = waiting.c.now, waiting.c.before
    kind = case((had.is_(None), ChangeKind.ADDED.value), else_=ChangeKind.UPDATED.value)
    changed = (
        select(literal(version), waiting.c.article, now, kind)
        .where(now.is_distinct_from(had))
        .order_by(waiting.c.article)
    )
    columns = [col(Change.version), col(Change.article_id), col(Change.revision_id), col(Change.kind)]
    connection.execute(insert(Change).from_select(columns, changed))
