"""Write revisions to the tables, and choose the ones that the next publish serves."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from app.models import Article, Mention, Pending, Statement
from seed.pipeline.bulk import chunked, insert_revisions, insert_rows
from seed.pipeline.merge import Content
from seed.pipeline.registry import Registry
from seed.pipeline.rows import mention_rows, revision_row, statement_rows
from seed.records import Annotation


def write_revisions(
    connection: Connection, revisions: Sequence[tuple[str, Content, Annotation]], registry: Registry
) -> dict[str, int]:
    """Write new revisions with their mentions and statements; return the revision id of each article."""
    mentions = [
        mention_rows(content, annotation, registry.resolve_given_entity) for _, content, annotation in revisions
    ]
    statements = [statement_rows(annotation) for _, _, annotation in revisions]
    rows = [
        revision_row(article, content, own_mentions, own_statements)
        for (article, content, _), own_mentions, own_statements in zip(revisions, mentions, statements, strict=True)
    ]
    ids = insert_revisions(connection, rows)
    for table, rows_by_revision in ((Mention, mentions), (Statement, statements)):
        insert_rows(
            connection, table, [(id_, *row) for id_, own in zip(ids, rows_by_revision, strict=True) for row in own]
        )
    return {article: id_ for id_, (article, _, _) in zip(ids, revisions, strict=True)}


def set_current_revisions(connection: Connection, revisions: dict[str, int]) -> None:
    """Make these revisions, given by article, the ones that the next publish serves."""
    if not revisions:
        return
    connection.execute(
        update(Article).where(col(Article.id) == bindparam("article")).values(revision_id=bindparam("revision")),
        [{"article": article, "revision": revisions[article]} for article in sorted(revisions)],
    )
    pending: set[str] = set()
    for articles in chunked(revisions):
        pending.update(connection.scalars(select(col(Pending.article_id)).where(col(Pending.article_id).in_(articles))))
    insert_rows(connection, Pending, [(article,) for article in sorted(revisions) if article not in pending])
