"""Store records as revisions, one transaction per batch; loading the same record twice changes nothing."""

import time
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, Engine

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
from seed.pipeline.writer import write_batch
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.records import RawArticle, Record

# Each commit writes pages all over the indexes, so batches are large; but a crash must cost only seconds of work.
MAX_BATCH_RECORDS = 5_000
"""Maximum number of records per transaction."""

# Bounds memory, however long the texts are.
MAX_BATCH_TEXT_LENGTH = 8_000_000
"""Code points of text after which a transaction ends."""

MENTION_TEXT_LENGTH = 40
"""Code points of text that take as much memory as one mention supplied with a record."""

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
    for records_of_batch in _batches(records, batch, seconds):
        with engine.begin() as connection, garbage_collection_paused():
            _store_batch(connection, records_of_batch, context)
            checkpoint("batch written")
        checkpoint("batch committed")
        progress(summary)
    publish_loaded(engine, summary, progress, checkpoint)
    summary.seconds = time.perf_counter() - started
    return summary


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
    return len(record.text) + MENTION_TEXT_LENGTH * sum(len(entity.mentions) for entity in record.entities or ())


def _store_batch(connection: Connection, batch: Sequence[Record], context: LoadContext) -> None:
    plan = _plan_batch(connection, batch, context)
    context.apply(plan)
    write_batch(connection, plan, context)


def _plan_batch(connection: Connection, batch: Sequence[Record], context: LoadContext) -> BatchPlan:
    identified = identify_batch(batch, context.registry, context.source)
    known = read_known_articles(connection, [article.keys for article in identified.articles])
    return plan_batch(identified, known)
