"""Apply a changed lexicon to everything loaded: new revisions where annotations differ, one publish at the end.

Annotations are mentions, statements and, where none was declared, the language.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select
from sqlmodel import col

from app.models import Article, FormerBearer
from seed.corrections.sync import sync_corrections
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
from seed.pipeline.writer import (
    FoundRows,
    corrected_rows,
    found_rows,
    have_same_rows,
    index_revisions,
    read_found_rows,
    set_next_revisions,
    write_rows,
)
from seed.records import Origin


def reannotate(
    engine: Engine, resources: Resources, *, progress: ProgressCallback = lambda _summary: None
) -> LoadSummary:
    """Annotate every article again, and publish; `updated` counts those whose annotation has changed.

    An article that cannot be annotated keeps its annotation: it counts as unchanged, and is among the refused ones.
    """
    started = time.perf_counter()
    context = LoadContext(resources, sync_registry(engine, resources), LoadSummary())
    sync_corrections(engine, context)
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
    newest = select(col(Article.revision_id)).where(col(Article.id).in_(articles))
    read = read_found_rows(connection, connection.scalars(newest).all())
    stored = sorted(read.values(), key=lambda pair: pair[0].article)
    contents = [_redetect_language(found.content) for found, _ in stored]
    annotations = annotate_contents(contents, context)
    changed: list[FoundRows] = []
    former: list[tuple[str, str, list[str]]] = []
    for (before, rows), content, annotation in zip(stored, contents, annotations, strict=True):
        context.summary.read += 1
        if isinstance(annotation, Fault):
            context.summary.unchanged += 1
            context.summary.refused.append(refuse_faulty(annotation, Origin(before.article), "annotated"))
            moves.add(before.article, _all_rows(before), _all_rows(before))
            continue
        after = found_rows(before.article, content, annotation, context)
        moved = moves.add(before.article, _all_rows(before), _all_rows(after))
        former += ((name, before.article, successors) for name, successors in moved.items())
        corrected = corrected_rows(after, context)
        if content == before.content and have_same_rows(rows, corrected) and have_same_rows(before[2:], after[2:]):
            context.summary.unchanged += 1
        else:
            context.summary.updated += 1
            changed.append(after)
    context.registry.store(connection)
    _store_former_bearers(connection, former)
    written = write_rows(connection, changed, context)
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


def _all_rows(found: FoundRows) -> list[RowValues]:
    return [*found.mentions, *found.statements]


def _redetect_language(content: Content) -> Content:
    """Return the content with the language detected in its text, unless one was declared."""
    if content.declared_language is not None:
        return content
    language = detect_language(content.text)
    return replace(content, language=language, language_detected=language is not None)
