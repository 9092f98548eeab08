"""Records -> revisions: one transaction a batch, the same record twice changes nothing."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row

from app.models import Article, ArticleKey, Basis
from seed.pipeline.article_matching import KnownArticles
from seed.pipeline.bulk import insert_rows, uncollected
from seed.pipeline.context import (
    ProgressCallback,
    Resources,
    Summary,
    Work,
    annotations_of,
    publish_loaded,
    synced_registry,
)
from seed.pipeline.identity import Keys, keys
from seed.pipeline.merge import MOST_URLS, Content, merge
from seed.pipeline.rows import content_of_record
from seed.pipeline.visits import store_visits
from seed.pipeline.writer import point, write_revisions
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.records import Link, RawArticle, Record, Refusal, Unchanged, Visited

BATCH = 5_000
"""Records a transaction at most: each commit writes pages all over the indexes, and a crash must cost seconds only."""

BATCH_TEXT = 8_000_000
"""Code points of text after which a transaction ends all the same: so memory is bounded, however long the texts are."""

ANNOTATED_TEXT = 1_000_000
"""Code points of text of which all that is found is in memory at once: a hostile one names somebody in every sixth."""

MENTION_TEXT = 40
"""Code points of text that take as much memory as a mention which came with its record."""

BATCH_SECONDS = 30.0
"""Seconds after which a transaction ends with the next record: what is fetched comes slowly, and is not to be lost."""


def load(  # noqa: PLR0913 - the last four are for those who watch, and have their defaults
    engine: Engine,
    records: Iterable[Record],
    resources: Resources,
    *,
    batch: int = BATCH,
    seconds: float = BATCH_SECONDS,
    progress: ProgressCallback = lambda _summary: None,
    checkpoint: Checkpoint = no_checkpoint,
) -> Summary:
    """Store every record that can be taken, publish once at the end, and say what was done.

    `checkpoint` is told each named moment at which a crash must lose nothing.
    """
    started = time.perf_counter()
    summary = Summary()
    work = Work(resources, synced_registry(engine, resources, checkpoint), summary)
    for some in _batches(records, batch, seconds):
        with engine.begin() as connection, uncollected():
            _store(connection, some, work)
            checkpoint("batch written")
        checkpoint("batch committed")
        progress(summary)
    publish_loaded(engine, summary, progress, checkpoint)
    summary.seconds = time.perf_counter() - started
    return summary


def _batches(records: Iterable[Record], size: int, seconds: float) -> Iterator[list[Record]]:
    batch: list[Record] = []
    text, started = 0, time.monotonic()
    for record in records:
        batch.append(record)
        text += _size(record) if isinstance(record, RawArticle) else 0
        if len(batch) >= size or text >= BATCH_TEXT or time.monotonic() - started >= seconds:
            yield batch
            batch, text, started = [], 0, time.monotonic()
    if batch:
        yield batch


def _size(record: RawArticle) -> int:
    """How much memory a record takes, in code points of text."""
    return len(record.text) + MENTION_TEXT * sum(len(entity.mentions) for entity in record.entities or ())


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record whose source and keys are known."""

    record: RawArticle
    keys: Keys
    content: Content


@dataclass(frozen=True, slots=True)
class _Changes:
    """What a batch changes: new articles, new keys, and what each touched article said before the batch."""

    articles: dict[str, None] = field(default_factory=dict)
    keys: list[tuple[str, str]] = field(default_factory=list)
    before: dict[str, Content | None] = field(default_factory=dict)


def _store(connection: Connection, batch: Sequence[Record], work: Work) -> None:
    candidates = [candidate for record in batch if (candidate := _candidate(record, work))]
    known = KnownArticles(connection, (candidate.keys for candidate in candidates))
    changes = _Changes()
    for candidate in candidates:
        _take(candidate, known, work, changes)
    # Records that contradict each other end where they began when all of them come again: nothing new is to be written.
    changed = {id_: known.contents[id_] for id_, before in changes.before.items() if known.contents[id_] != before}
    stored = known.stored({id_: content for id_, content in changed.items() if id_ not in changes.articles})
    fresh = {id_: content for id_, content in changed.items() if id_ not in stored}
    work.registry.store(connection)
    _write(connection, changes)
    for part in _parts(fresh):
        found = annotations_of(list(part.values()), work)
        work.registry.store(connection)
        revisions = [(id_, content, one) for (id_, content), one in zip(part.items(), found, strict=True)]
        stored |= write_revisions(connection, revisions, work.registry)
    point(connection, stored)
    visited = [record for record in batch if isinstance(record, Visited)]
    store_visits(connection, (v.visit for v in visited if v.origin.path not in work.refused_at))


def _parts(contents: Mapping[str, Content]) -> Iterator[dict[str, Content]]:
    """The contents in parts of which the texts have `ANNOTATED_TEXT` code points together, or are one text."""
    part: dict[str, Content] = {}
    text = 0
    for id_, content in contents.items():
        if part and text + len(content.text) > ANNOTATED_TEXT:
            yield part
            part, text = {}, 0
        part[id_] = content
        text += len(content.text)
    if part:
        yield part


def _candidate(record: Record, work: Work) -> _Candidate | None:
    work.summary.read += not isinstance(record, Visited)
    work.summary.unchanged += isinstance(record, Unchanged)
    if isinstance(record, Refusal):
        work.refuse(record)
    elif isinstance(record, Link):
        work.refuse(Refusal(record.origin, f"{record.url} was not fetched: wanted `python -m seed load`, which does"))
    return _identified(record, work) if isinstance(record, RawArticle) else None


def _identified(record: RawArticle, work: Work) -> _Candidate | None:
    source = work.source(record.source)
    stated = record.published.on if record.published.basis is not Basis.INFERRED else None
    try:
        work.registry.check_given(record.entities or ())
        found = keys(id=record.id, url=record.url, source=source.id, title=record.title, day=stated, text=record.text)
    except ValueError as error:
        work.refuse(Refusal(record.origin, str(error)))
        return None
    work.registry.add_source(source)
    # Taken in at once, so that a later record of the batch cannot contradict this one.
    work.registry.add_given(record.entities or ())
    return _Candidate(record, found, content_of_record(record, source.id))


def _take(candidate: _Candidate, known: KnownArticles, work: Work, changes: _Changes) -> None:
    article = known.identify(candidate.keys)
    before = None if article is None else known.contents.get(article)
    content = merge(before, candidate.content)
    if before is not None and MOST_URLS < len(content.other_urls) > len(before.other_urls):
        work.refuse(Refusal(candidate.record.origin, _notice(str(article))))
        return
    if article is None:
        article = known.new_id(candidate.keys)
        changes.articles[article] = None
    changes.keys.extend((key, article) for key in known.add_keys(article, candidate.keys))
    if article in known.removals:
        work.summary.removed.append(_removed(candidate.record, known.removals[article]))
        return
    if before == content:
        work.summary.unchanged += 1
        return
    known.contents[article] = content
    work.summary.updated += before is not None
    work.summary.loaded += before is None
    changes.before.setdefault(article, before)


def _notice(article: str) -> str:
    """Return why a record is refused whose text is on every page of its source."""
    return f"it is {article}, which has {MOST_URLS} other URLs: wanted an article and no notice of the site"


def _removed(record: RawArticle, removal: Row[Any]) -> Refusal:
    """Return why a record is passed over whose article was removed, and how to have it back."""
    on, id_ = f"{datetime.fromtimestamp(removal.removed_at, UTC):%Y-%m-%d}", removal.article_id
    why = f" ({removal.reason})" if removal.reason else ""
    reason = f"the article {id_} was removed on {on}{why}; `python -m seed remove --undo {id_}` brings it back"
    return Refusal(record.origin, reason)


def _write(connection: Connection, changes: _Changes) -> None:
    # The revision's id is known only once it is written; its row needs the article's.
    insert_rows(connection, Article, [(id_, 0) for id_ in sorted(changes.articles)])
    insert_rows(connection, ArticleKey, sorted(changes.keys))
