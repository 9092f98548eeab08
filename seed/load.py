"""Records -> revisions: one transaction a batch, the same record twice changes nothing."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, select, update
from sqlmodel import col

from app.models import Article, ArticleKey, Basis, Mention, Pending, Statement
from seed.bulk import in_parts, insert_revisions, insert_rows, uncollected
from seed.extract.annotator import Annotator
from seed.extract.lexicon import Lexicon, LexiconEntity
from seed.extract.workers import Titled, Workers
from seed.fetch.visits import store_visits
from seed.identity import Keys, keys
from seed.known import KnownArticles
from seed.merge import MOST_URLS, Content, merge
from seed.notes import Refusals
from seed.publish import Step, no_step, publish
from seed.readers.sources import SourceEntry, Sources
from seed.records import Annotation, Link, RawArticle, Record, Refusal, Unchanged, Visited
from seed.registry import KnownEntity, KnownSource, Registry
from seed.revisions import content_of_record, mention_rows, revision_row, statement_rows

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


@dataclass(frozen=True, slots=True)
class Tools:
    """What is needed to understand records: the lexicon, the annotator made from it, the known sources.

    Workers, where there are any, annotate many texts at once.
    """

    lexicon: Lexicon
    annotator: Annotator
    sources: Sources
    workers: Workers | None = None

    def annotate_all(self, texts: Sequence[Titled]) -> Iterable[Annotation]:
        """Return what is found in each text, in their order."""
        if self.workers is not None and len(texts) > 1:
            return self.workers.annotate_all(texts)
        return (self.annotator.annotate(title=title, text=text) for title, text in texts)


@dataclass(slots=True)
class Summary:
    """What a load did; `seconds` of wall time, `version` the corpus version if one was published.

    `removed` names the records that were passed over because their article was removed.
    """

    read: int = 0
    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: Refusals = field(default_factory=Refusals)
    removed: Refusals = field(default_factory=Refusals)
    seconds: float = 0.0
    version: int | None = None


def load(  # noqa: PLR0913 - the last four are for those who watch, and have their defaults
    engine: Engine,
    records: Iterable[Record],
    tools: Tools,
    *,
    batch: int = BATCH,
    seconds: float = BATCH_SECONDS,
    progress: Callable[[Summary], None] = lambda _summary: None,
    step: Step = no_step,
) -> Summary:
    """Store every record that can be taken, publish once at the end, and say what was done.

    `step` is told each named moment at which a crash must lose nothing.
    """
    started = time.perf_counter()
    summary = Summary()
    work = Work(tools, synced_registry(engine, tools, step), summary)
    for some in _batches(records, batch, seconds):
        with engine.begin() as connection, uncollected():
            _store(connection, some, work)
            step("batch written")
        step("batch committed")
        progress(summary)
    summary.version = publish(engine, step=step)
    summary.seconds = time.perf_counter() - started
    return summary


def synced_registry(engine: Engine, tools: Tools, step: Step = no_step) -> Registry:
    """Write the lexicon to the database, and return all entities and sources that are known."""
    with engine.begin() as connection:
        registry = Registry(connection)
        registry.sync(map(_source, tools.sources.entries.values()), map(_entity, tools.lexicon.entities.values()))
        registry.store(connection)
        step("lexicon written")
    step("lexicon committed")
    return registry


def _source(entry: SourceEntry) -> KnownSource:
    return KnownSource(entry.id, entry.name, entry.names, entry.domains)


def _entity(entry: LexiconEntity) -> KnownEntity:
    names = dict.fromkeys((*entry.all_names, *entry.demonyms))
    return KnownEntity(
        id=entry.id,
        type=entry.type,
        name=entry.name,
        wikidata=entry.wikidata,
        aliases=tuple(name for name in names if name != entry.name),
        former_ids=entry.former_ids,
        member_of=tuple(membership.as_dict() for membership in entry.member_of),
        local=False,
    )


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
class Work:
    """What a load has in hand from its first batch to its last."""

    tools: Tools
    registry: Registry
    summary: Summary
    sources: dict[str, KnownSource] = field(default_factory=dict)
    refused_at: set[str] = field(default_factory=set)

    def source(self, name: str) -> KnownSource:
        """Return the source of this name, as found in a record; most records name one that an earlier one named."""
        if name not in self.sources:
            self.sources[name] = _source(self.tools.sources.resolve(name))
        return self.sources[name]

    def refuse(self, refusal: Refusal) -> None:
        """Name a record that cannot be taken; what it came from has to be read again another time."""
        path = refusal.origin.path
        self.summary.refused.append(refusal)
        # A file in an archive is named behind the archive and "!".
        self.refused_at.update((path, *(path[: mark.start()] for mark in re.finditer("!", path))))


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


def annotations_of(contents: Sequence[Content], work: Work) -> list[Annotation]:
    """Return what the extractor finds in each; nothing where the record brought its entities along."""
    found = iter(work.tools.annotate_all([(c.title, c.text) for c in contents if c.entities is None]))
    annotations = [next(found) if content.entities is None else Annotation() for content in contents]
    for annotation in annotations:
        work.registry.add_found(annotation.entities)
    return annotations


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
