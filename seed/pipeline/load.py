"""Store records as revisions, one transaction per batch; loading the same record twice changes nothing."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from app.models import Revision
from app.stores.store import connected_store
from seed.corrections.sync import sync_corrections
from seed.faults import Fault, concerns_record, refuse_faulty, refuse_unexpected
from seed.pipeline.article_matching import read_known_articles
from seed.pipeline.batch_plan import BatchPlan, identify_batch, plan_batch
from seed.pipeline.bulk import garbage_collection_paused
from seed.pipeline.context import (
    LoadContext,
    LoadSummary,
    ProgressCallback,
    Resources,
    publish_loaded,
    sync_registry,
)
from seed.pipeline.workers import TitleAndText
from seed.pipeline.writer import NotAnnotatedError, write_batch
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.records import Annotation, PreparedAnnotation, RawArticle, Record, Refusal

# Each commit writes pages all over the indexes, so batches are large; but a crash must cost only seconds of work.
MAX_BATCH_RECORDS = 5_000
"""Maximum number of records per transaction."""

# Bounds memory, however long the texts are.
MAX_BATCH_TEXT_LENGTH = 8_000_000
"""Code points of text after which a transaction ends."""

MENTION_TEXT_LENGTH = 40
"""Code points of text that take as much memory as one mention supplied with a record."""

FOREIGN_ANNOTATION_NOTE = (
    "the annotation was made by another release, or with another lexicon: it is ignored, and the text extracted"
)

# Fetched documents arrive slowly and must not be lost.
MAX_BATCH_SECONDS = 30.0
"""Seconds after which a transaction ends with the next record."""


def load(  # noqa: PLR0913 - the last four are optional
    engine: Engine,
    records: Iterable[Record],
    resources: Resources,
    *,
    batch: int = MAX_BATCH_RECORDS,
    seconds: float = MAX_BATCH_SECONDS,
    progress: ProgressCallback = lambda _summary: None,
    checkpoint: Checkpoint = no_checkpoint,
) -> LoadSummary:
    """Store every valid record, publish once at the end, and return a summary.

    `batch` and `seconds` bound a transaction. `checkpoint` is called with the name of each point at which a crash must
    lose nothing.
    """
    started = time.perf_counter()
    summary = LoadSummary()
    context = LoadContext(resources, sync_registry(engine, resources, checkpoint), summary)
    sync_corrections(engine, context, checkpoint)
    batches = _batches(_without_foreign_annotations(records, context), batch, seconds)
    _store_batches(engine, batches, context, full=batch, progress=progress, checkpoint=checkpoint)
    publish_loaded(engine, summary, progress, checkpoint)
    summary.seconds = time.perf_counter() - started
    return summary


def _store_batches(  # noqa: PLR0913 - as above
    engine: Engine,
    batches: Iterable[list[Record]],
    context: LoadContext,
    *,
    full: int,
    progress: ProgressCallback,
    checkpoint: Checkpoint,
) -> None:
    """Store batches of records; a full one has this number of them. None of them is in memory afterwards."""
    is_first = True
    for records in batches:
        if is_first and len(records) >= full:
            _postpone_indexes(engine)
        is_first = False
        for committed in _store_batch(engine, records, context, checkpoint):
            context.commit(committed)
            checkpoint("batch committed")
            progress(context.summary)


def _postpone_indexes(engine: Engine) -> None:
    """Let the publish build some indexes if nothing is stored yet: a full batch is going to be, and likely more."""
    with engine.begin() as connection:
        if connection.scalar(select(col(Revision.id)).limit(1)) is None:
            connected_store(connection).postpone_indexes(connection)


def _without_foreign_annotations(records: Iterable[Record], context: LoadContext) -> Iterator[Record]:
    """Yield the records without annotations that another extractor has prepared, and note them."""
    for record in records:
        if isinstance(record, RawArticle) and _is_foreign(record.prepared, context.resources.extractor):
            context.summary.notes.add(record.origin, FOREIGN_ANNOTATION_NOTE)
            yield replace(record, prepared=None)
        else:
            yield record


def _is_foreign(prepared: PreparedAnnotation | None, extractor: str) -> bool:
    return prepared is not None and prepared.extractor != extractor


def _prepared_annotations(records: Sequence[Record]) -> dict[TitleAndText, Annotation]:
    """Return the prepared annotations of texts."""
    return {
        (record.title, record.text): record.prepared.annotation
        for record in records
        if isinstance(record, RawArticle) and record.prepared is not None
    }


def _batches(records: Iterable[Record], size: int, seconds: float) -> Iterator[list[Record]]:
    batch: list[Record] = []
    text_length, started = 0, time.monotonic()
    for record in records:
        batch.append(record)
        text_length += _memory_cost(record) if isinstance(record, RawArticle) else 0
        if len(batch) >= size or text_length >= MAX_BATCH_TEXT_LENGTH or time.monotonic() - started >= seconds:
            yield batch
            batch, text_length, started = [], 0, time.monotonic()
    if batch:
        yield batch


def _memory_cost(record: RawArticle) -> int:
    """Return the memory that a record takes, in code points of text."""
    mentions = sum(len(entity.mentions) for entity in record.entities or ())
    if record.annotation is not None:
        mentions += len(record.annotation.mentions or ()) + len(record.annotation.statements or ())
    if record.prepared is not None:
        mentions += len(record.prepared.annotation.mentions) + len(record.prepared.annotation.statements)
    return len(record.text) + MENTION_TEXT_LENGTH * mentions


class _NotStoredError(Exception):
    """A batch cannot be stored because of one of its records; `error` says why."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _store_batch(
    engine: Engine, batch: list[Record], context: LoadContext, checkpoint: Checkpoint
) -> Iterator[BatchPlan]:
    """Store a batch, and yield its plan once it is committed.

    If some records cannot be stored, yield the plans of smaller batches, in the same order, that refuse these records.
    """
    remaining = [batch]
    while remaining:
        records = remaining.pop()
        try:
            with engine.begin() as connection, garbage_collection_paused():
                plan = _write_records(connection, records, context)
                checkpoint("batch written")
        except _NotStoredError as failure:
            context.registry.rollback()
            remaining += reversed(_without_faulty(records, failure.error))
        else:
            yield plan


def _write_records(connection: Connection, records: Sequence[Record], context: LoadContext) -> BatchPlan:
    """Write records; raise _NotStoredError where the others can be stored without one of them."""
    try:
        plan = _plan_batch(connection, records, context)
        write_batch(connection, plan, context, _prepared_annotations(records))
    except Exception as error:
        if concerns_record(error):
            raise _NotStoredError(error) from error
        raise
    return plan


def _without_faulty(records: list[Record], error: Exception) -> list[list[Record]]:
    """Return the batches to store instead of one that failed: without the faulty records, or its halves to find them.

    Each has fewer records that can fail, so this ends.
    """
    faults = error.faults if isinstance(error, NotAnnotatedError) else {}
    refused = [_refuse_faulty(record, faults) for record in records]
    if refused != records:
        return [refused]
    if len(records) > 1:
        middle = len(records) // 2
        return [records[:middle], records[middle:]]
    if isinstance(records[0], Refusal):
        raise error
    return [[refuse_unexpected(error, records[0].origin, "stored")]]


def _refuse_faulty(record: Record, faults: Mapping[TitleAndText, Fault]) -> Record:
    fault = faults.get((record.title, record.text)) if isinstance(record, RawArticle) else None
    return record if fault is None else refuse_faulty(fault, record.origin, "annotated")


def _plan_batch(connection: Connection, batch: Sequence[Record], context: LoadContext) -> BatchPlan:
    identified = identify_batch(batch, context.registry, context.source)
    known = read_known_articles(connection, [article.keys for article in identified.articles])
    return plan_batch(identified, known)
