"""Revisions -> the tables, and which of them the next publish serves."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from app.models import Article, Mention, Pending, Statement
from seed.pipeline.bulk import in_parts, insert_revisions, insert_rows
from seed.pipeline.merge import Content
from seed.pipeline.registry import Registry
from seed.pipeline.rows import mention_rows, revision_row, statement_rows
from seed.records import Annotation


def write_revisions(
    connection: Connection, revisions: Sequence[tuple[str, Content, Annotation]], registry: Registry
) -> dict[str, int]:
    """Write new revisions, and return their ids by article."""
    mentions = [mention_rows(content, found, registry.given_id) for _, content, found in revisions]
    statements = [statement_rows(found) for _, _, found in revisions]
    rows = zip(revisions, mentions, statements, strict=True)
    ids = insert_revisions(connection, [revision_row(*one[:2], named, said) for one, named, said in rows])
    for table, found in ((Mention, mentions), (Statement, statements)):
        insert_rows(connection, table, [(id_, *row) for id_, own in zip(ids, found, strict=True) for row in own])
    return {article: id_ for id_, (article, _, _) in zip(ids, revisions, strict=True)}


def point(connection: Connection, newest: dict[str, int]) -> None:
    """Make these revisions the ones that the next publish serves."""
    if not newest:
        return
    connection.execute(
        update(Article).where(col(Article.id) == bindparam("article")).values(revision_id=bindparam("revision")),
        [{"article": article, "revision": newest[article]} for article in sorted(newest)],
    )
    waiting: set[str] = set()
    for some in in_parts(newest):
        waiting.update(connection.scalars(select(col(Pending.article_id)).where(col(Pending.article_id).in_(some))))
    insert_rows(connection, Pending, [(article,) for article in sorted(newest) if article not in waiting])
