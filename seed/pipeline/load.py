"""Store records as revisions, one transaction per batch; loading the same record twice changes nothing."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row

from app.models import Article, ArticleKey, Basis
from seed.pipeline.article_matching import ArticleMatcher
from seed.pipeline.bulk import garbage_collection_paused, insert_rows
from seed.pipeline.context import (
    LoadContext,
    LoadSummary,
    ProgressCallback,
    Resources,
    annotate_contents,
    publish_loaded,
    sync_registry,
)
from seed.pipeline.identity import ArticleKeys, article_keys
from seed.pipeline.links import store_visits
from seed.pipeline.merge import MAX_OTHER_URLS, Content, merge
from seed.pipeline.rows import content_of_record
from seed.pipeline.writer import set_next_revisions, write_revisions
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.records import Link, RawArticle, Record, Refusal, UnchangedInput, VisitEnd

# Each commit writes pages all over the indexes, so batches are large; but a crash must cost only seconds of work.
MAX_BATCH_RECORDS = 5_000
"""Maximum number of records per transaction."""

# Bounds memory, however long the texts are.
MAX_BATCH_TEXT_LENGTH = 8_000_000
"""Code points of text after which a transaction ends."""

# A hostile text has a mention in every six code points.
MAX_ANNOTATED_TEXT_LENGTH = 1_000_000
"""Maximum code points of the texts whose annotations are in memory together, unless one text is longer."""

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


@dataclass(frozen=True, slots=True)
class _IdentifiedRecord:
    """A record with its keys and the content of the revision that it alone would make."""

    record: RawArticle
    keys: ArticleKeys
    content: Content


@dataclass(frozen=True, slots=True)
class _Changes:
    """The changes of a batch: new articles, new keys, and the content of each changed article before the batch."""

    articles: dict[str, None] = field(default_factory=dict)
    keys: list[tuple[str, str]] = field(default_factory=list)
    before: dict[str, Content | None] = field(default_factory=dict)


def _store_batch(connection: Connection, batch: Sequence[Record], context: LoadContext) -> None:
    records = [identified for record in batch if (identified := _identify_record(record, context))]
    matcher = ArticleMatcher(connection, (record.keys for record in records))
    changes = _Changes()
    for record in records:
        _apply_record(record, matcher, context, changes)
    # Records that contradict each other may end up with the content they began with: then nothing is written.
    changed = {id_: matcher.contents[id_] for id_, before in changes.before.items() if matcher.contents[id_] != before}
    current = matcher.existing_revisions(
        {id_: content for id_, content in changed.items() if id_ not in changes.articles}
    )
    new = {id_: content for id_, content in changed.items() if id_ not in current}
    context.registry.store(connection)
    _write_articles(connection, changes)
    for contents in _split_by_text_length(new):
        annotations = annotate_contents(list(contents.values()), context)
        context.registry.store(connection)
        revisions = [
            (id_, content, annotation) for (id_, content), annotation in zip(contents.items(), annotations, strict=True)
        ]
        current |= write_revisions(connection, revisions, context.registry)
    set_next_revisions(connection, current)
    visits = [record for record in batch if isinstance(record, VisitEnd)]
    store_visits(connection, (v.visit for v in visits if v.origin.path not in context.refused_paths))


def _split_by_text_length(contents: Mapping[str, Content]) -> Iterator[dict[str, Content]]:
    """Yield the contents in groups with at most `MAX_ANNOTATED_TEXT_LENGTH` code points of text, or with one text."""
    group: dict[str, Content] = {}
    text_length = 0
    for id_, content in contents.items():
        if group and text_length + len(content.text) > MAX_ANNOTATED_TEXT_LENGTH:
            yield group
            group, text_length = {}, 0
        group[id_] = content
        text_length += len(content.text)
    if group:
        yield group


def _identify_record(record: Record, context: LoadContext) -> _IdentifiedRecord | None:
    """Count a record; return it with its keys if it is a valid article."""
    context.summary.read += not isinstance(record, VisitEnd)
    context.summary.unchanged += isinstance(record, UnchangedInput)
    if isinstance(record, Refusal):
        context.refuse(record)
    elif isinstance(record, Link):
        context.refuse(Refusal(record.origin, f"{record.url} was not fetched; `dateline load` fetches URLs"))
    return _identify_article(record, context) if isinstance(record, RawArticle) else None


def _identify_article(record: RawArticle, context: LoadContext) -> _IdentifiedRecord | None:
    source = context.source(record.source)
    day = record.published.on if record.published.basis is not Basis.INFERRED else None
    try:
        context.registry.check_given_entities(record.entities or ())
        keys = article_keys(
            id=record.id, url=record.url, source=source.id, title=record.title, day=day, text=record.text
        )
    except ValueError as error:
        context.refuse(Refusal(record.origin, str(error)))
        return None
    context.registry.add_source(source)
    # Added immediately, so that a later record of the batch cannot contradict this one.
    context.registry.add_given_entities(record.entities or ())
    return _IdentifiedRecord(record, keys, content_of_record(record, source.id))


def _apply_record(
    identified: _IdentifiedRecord, matcher: ArticleMatcher, context: LoadContext, changes: _Changes
) -> None:
    article = matcher.match(identified.keys)
    before = None if article is None else matcher.contents.get(article)
    content = merge(before, identified.content)
    if before is not None and MAX_OTHER_URLS < len(content.other_urls) > len(before.other_urls):
        context.refuse(Refusal(identified.record.origin, _site_notice_reason(str(article))))
        return
    if article is None:
        article = matcher.new_id(identified.keys)
        changes.articles[article] = None
    changes.keys.extend((key, article) for key in matcher.add_keys(article, identified.keys))
    if article in matcher.removals:
        context.summary.removed.append(_removal_refusal(identified.record, matcher.removals[article]))
        return
    if before == content:
        context.summary.unchanged += 1
        return
    matcher.contents[article] = content
    context.summary.updated += before is not None
    context.summary.loaded += before is None
    changes.before.setdefault(article, before)


def _site_notice_reason(article: str) -> str:
    """Return why a record is refused whose text is on too many pages of its source."""
    known = f"it is article {article}, which already has {MAX_OTHER_URLS} other URLs"
    return f"{known}: expected an article, not a site notice"


def _removal_refusal(record: RawArticle, removal: Row[Any]) -> Refusal:
    """Return the refusal of a record of a removed article, which says how to bring the article back."""
    on, id_ = f"{datetime.fromtimestamp(removal.removed_at, UTC):%Y-%m-%d}", removal.article_id
    why = f" ({removal.reason})" if removal.reason else ""
    reason = f"article {id_} was removed on {on}{why}; `dateline remove --undo {id_}` brings it back"
    return Refusal(record.origin, reason)


def _write_articles(connection: Connection, changes: _Changes) -> None:
    # The id of a revision is known only after it is written, but its row needs that of the article.
    insert_rows(connection, Article, [(id_, 0) for id_ in sorted(changes.articles)])
    insert_rows(connection, ArticleKey, sorted(changes.keys))
