"""Apply a changed lexicon to everything loaded: new revisions where annotations differ, one publish at the end.

Annotations are mentions, statements and, where none was declared, the language.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select
from sqlmodel import col

from app.models import Article, FormerBearer, Mention, Revision, Statement
from seed.faults import Fault, refuse_faulty
from seed.maintenance.entity_moves import EntityMoves
from seed.pipeline.bulk import RowValues
from seed.pipeline.context import (
    LoadContext,
    LoadSummary,
    ProgressCallback,
    Resources,
    annotate_contents,
    publish_loaded,
    sync_registry,
)
from seed.pipeline.language import detect_language
from seed.pipeline.load import MAX_BATCH_RECORDS
from seed.pipeline.merge import Content
from seed.pipeline.rows import REVISION_QUERY, StoredRevision, mention_rows, statement_rows
from seed.pipeline.writer import index_revisions, set_next_revisions, write_revisions
from seed.records import Annotation, Origin


def reannotate(
    engine: Engine, resources: Resources, *, progress: ProgressCallback = lambda _summary: None
) -> LoadSummary:
    """Annotate every article again, and publish; `updated` counts those whose annotation has changed.

    An article that cannot be annotated keeps its annotation: it counts as unchanged, and is among the refused ones.
    """
    started = time.perf_counter()
    context = LoadContext(resources, sync_registry(engine, resources), LoadSummary())
    moves = EntityMoves()
    with engine.begin() as connection:
        articles = list(connection.scalars(select(col(Article.id)).order_by(col(Article.id))))
    context.summary.total = len(articles)
    for start in range(0, len(articles), MAX_BATCH_RECORDS):
        with engine.begin() as connection:
            _reannotate_batch(connection, articles[start : start + MAX_BATCH_RECORDS], context, moves)
        context.registry.commit()
        progress(context.summary)
    with engine.begin() as connection:
        for id_, successors in moves.final():
            context.registry.move(id_, successors)
        context.registry.store(connection)
    context.registry.commit()
    publish_loaded(engine, context.summary, progress)
    context.summary.seconds = time.perf_counter() - started
    return context.summary


def _reannotate_batch(
    connection: Connection, articles: Sequence[str], context: LoadContext, moves: EntityMoves
) -> None:
    newest = REVISION_QUERY.join(Article, col(Article.revision_id) == col(Revision.id))
    revisions = [
        StoredRevision(*row)
        for row in connection.execute(newest.where(col(Article.id).in_(articles)).order_by(col(Article.id)))
    ]
    stored = {revision.id: (revision.article_id, revision.content) for revision in revisions}
    stored_annotations = _stored_annotations(connection, list(stored))
    contents = [_redetect_language(content) for _, content in stored.values()]
    annotations = annotate_contents(contents, context)
    changed: list[tuple[str, Content, Annotation]] = []
    former: list[tuple[str, str, list[str]]] = []
    for (revision, (article, before)), content, annotation in zip(stored.items(), contents, annotations, strict=True):
        context.summary.read += 1
        if isinstance(annotation, Fault):
            context.summary.unchanged += 1
            context.summary.refused.append(refuse_faulty(annotation, Origin(article), "annotated"))
            moves.add(article, stored_annotations[revision], stored_annotations[revision])
            continue
        rows = _annotation_rows(content, annotation, context)
        moved = moves.add(article, stored_annotations[revision], rows)
        former += ((name, article, successors) for name, successors in moved.items())
        if content == before and stored_annotations[revision] == rows:
            context.summary.unchanged += 1
        else:
            context.summary.updated += 1
            changed.append((article, content, annotation))
    context.registry.store(connection)
    _store_former_bearers(connection, former)
    written = write_revisions(connection, changed, context.registry)
    index_revisions(connection, written.values())
    set_next_revisions(connection, written)


def _store_former_bearers(connection: Connection, former: Sequence[tuple[str, str, list[str]]]) -> None:
    """Store the names and articles of bearers, and what took their place, instead of what is stored of them."""
    if former:
        outdated = delete(FormerBearer).where(
            col(FormerBearer.entity_id) == bindparam("name"), col(FormerBearer.article_id) == bindparam("article")
        )
        connection.execute(outdated, [{"name": name, "article": article} for name, article, _ in former])
        rows = [{"entity_id": name, "article_id": article, "moved_to": moved_to} for name, article, moved_to in former]
        connection.execute(insert(FormerBearer), rows)


def _redetect_language(content: Content) -> Content:
    """Return the content with the language detected in its text, unless one was declared."""
    if content.declared_language is not None:
        return content
    language = detect_language(content.text)
    return replace(content, language=language, language_detected=language is not None)


def _stored_annotations(connection: Connection, revisions: Sequence[int]) -> defaultdict[int, set[RowValues]]:
    """Return the stored mention and statement rows of each revision, without its id."""
    rows: defaultdict[int, set[RowValues]] = defaultdict(set)
    for mention in connection.execute(select(Mention).where(col(Mention.revision_id).in_(revisions))):
        rows[mention.revision_id].add(tuple(mention)[1:])
    for statement in connection.execute(select(Statement).where(col(Statement.revision_id).in_(revisions))):
        rows[statement.revision_id].add(tuple(statement)[1:])
    return rows


def _annotation_rows(content: Content, annotation: Annotation, context: LoadContext) -> set[RowValues]:
    """Return the mention and statement rows of an annotation, without the revision id."""
    return {
        *mention_rows(content, annotation, context.registry.resolve_given_entity),
        *statement_rows(annotation),
    }
