"""Write the change log: how a publish changes what is served of each article, in a single SQL statement."""

from sqlalchemy import Connection, case, func, insert, literal, select
from sqlmodel import col

from app.models import Article, Change, ChangeKind, Pending, Removal


def log_changes(connection: Connection, version: int) -> None:
    """Log the changes of this version to the pending articles."""
    is_removed = col(Removal.article_id).is_not(None)
    after = case((is_removed, None), else_=func.nullif(col(Article.revision_id), 0))
    before = (
        select(col(Change.revision_id))
        .where(col(Change.article_id) == col(Article.id))
        .order_by(col(Change.version).desc())
        .limit(1)
        .correlate(Article)
        .scalar_subquery()
    )
    pending = (
        select(col(Article.id).label("article"), after.label("after"), before.label("before"), col(Removal.reason))
        .outerjoin(Removal, col(Removal.article_id) == col(Article.id))
        .where(col(Article.id).in_(select(col(Pending.article_id))))
        .subquery()
    )
    kind = case(
        (pending.c.after.is_(None), ChangeKind.REMOVED.value),
        (pending.c.before.is_(None), ChangeKind.ADDED.value),
        else_=ChangeKind.UPDATED.value,
    )
    changed = (
        select(literal(version), pending.c.article, pending.c.after, kind, pending.c.reason)
        .where(pending.c.after.is_distinct_from(pending.c.before))
        .order_by(pending.c.article)
    )
    columns = [
        col(Change.version),
        col(Change.article_id),
        col(Change.revision_id),
        col(Change.kind),
        col(Change.reason),
    ]
    connection.execute(insert(Change).from_select(columns, changed))
