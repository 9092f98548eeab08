"""A changed lexicon applied to everything loaded: new revisions where what is found differs, one publish at the end.

What is found is mentions, statements and, where none was declared, the language.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from app.models import Article, Mention, Revision, Statement
from seed.pipeline.bulk import Values
from seed.pipeline.context import (
    ProgressCallback,
    Resources,
    Summary,
    Work,
    annotations_of,
    publish_loaded,
    synced_registry,
)
from seed.pipeline.language import language_of
from seed.pipeline.load import BATCH
from seed.pipeline.merge import Content
from seed.pipeline.rows import content_of_row, mention_rows, statement_rows
from seed.pipeline.writer import point, write_revisions
from seed.records import Annotation


def reannotate(engine: Engine, resources: Resources, *, progress: ProgressCallback = lambda _summary: None) -> Summary:
    """Look at every article again, and publish; `updated` counts those in which something else is found now."""
    started = time.perf_counter()
    work = Work(resources, synced_registry(engine, resources), Summary())
    with engine.begin() as connection:
        articles = list(connection.scalars(select(col(Article.id)).order_by(col(Article.id))))
    work.summary.total = len(articles)
    for start in range(0, len(articles), BATCH):
        with engine.begin() as connection:
            _look_again(connection, articles[start : start + BATCH], work)
        progress(work.summary)
    publish_loaded(engine, work.summary, progress)
    work.summary.seconds = time.perf_counter() - started
    return work.summary


def _look_again(connection: Connection, articles: Sequence[str], work: Work) -> None:
    newest = select(Revision).join(Article, col(Article.revision_id) == col(Revision.id))
    served = connection.execute(newest.where(col(Article.id).in_(articles)))
    stored = {row.id: (row.article_id, content_of_row(row)) for row in served}
    known = _stored(connection, list(stored))
    changed: list[tuple[str, Content, Annotation]] = []
    contents = [_with_language(content) for _, content in stored.values()]
    annotations = annotations_of(contents, work)
    for (revision, (article, before)), content, found in zip(stored.items(), contents, annotations, strict=True):
        work.summary.read += 1
        if content == before and known[revision] == _said(content, found, work):
            work.summary.unchanged += 1
        else:
            work.summary.updated += 1
            changed.append((article, content, found))
    work.registry.store(connection)
    point(connection, write_revisions(connection, changed, work.registry))


def _with_language(content: Content) -> Content:
    """Return the content with the language that its text is in, unless one was declared."""
    if content.declared_language is not None:
        return content
    language = language_of(content.text)
    return replace(content, language=language, language_detected=language is not None)


def _stored(connection: Connection, revisions: Sequence[int]) -> defaultdict[int, set[Values]]:
    """Return the rows of all that was found in these revisions, without the revision."""
    found: defaultdict[int, set[Values]] = defaultdict(set)
    for mention in connection.execute(select(Mention).where(col(Mention.revision_id).in_(revisions))):
        found[mention.revision_id].add(tuple(mention)[1:])
    for statement in connection.execute(select(Statement).where(col(Statement.revision_id).in_(revisions))):
        found[statement.revision_id].add(tuple(statement)[1:])
    return found


def _said(content: Content, found: Annotation, work: Work) -> set[Values]:
    """Return the rows of all that is found now."""
    return {
        *mention_rows(content, found, work.registry.given_id),
        *statement_rows(found),
    }
