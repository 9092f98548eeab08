"""Plan what a batch of records changes, without a database: the loader counts the plan, and the writer runs it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.labels import SourceLabel, exported_id_key
from app.models import Basis
from app.urls import url_key
from seed.faults import refuse_unexpected
from seed.pipeline.article_matching import ArticleMatcher, KnownArticles, KnownRemoval
from seed.pipeline.exported_annotations import agree_on_entities, with_entities
from seed.pipeline.identity import ArticleKeys, article_keys, exported_keys
from seed.pipeline.merge import MAX_OTHER_URLS, Content, content_of_record, merge
from seed.pipeline.registry import Registry, RegistryChanges, RegistryDraft
from seed.records import (
    ExportedAnnotation,
    Link,
    NoArticle,
    Origin,
    RawArticle,
    Record,
    Refusal,
    UnchangedInput,
    VisitEnd,
)

KNOWN_TEXT_NOTE = "the article is known here with this text: its mentions and statements stay those that it has here"
"""The note of an export whose mentions and statements are not taken over."""


@dataclass(frozen=True, slots=True)
class IdentifiedRecord:
    """The record of an article: its keys, and the content of the revision that it alone would make.

    `annotation` is what an export has of it; `is_lead` is set where the text is only the beginning of one,
    and `assumes_kind` where the record does not say its text kind.
    """

    origin: Origin
    keys: ArticleKeys
    content: Content
    annotation: ExportedAnnotation | None = None
    is_lead: bool = False
    assumes_kind: bool = False


@dataclass(frozen=True, slots=True)
class IdentifiedBatch:
    """The valid articles of a batch, and what is known about its other records without the stored articles.

    `read` and `unchanged_inputs` are numbers of records.
    """

    articles: tuple[IdentifiedRecord, ...]
    read: int
    unchanged_inputs: int
    refusals: tuple[Refusal, ...]
    visits: tuple[VisitEnd, ...]
    registry: RegistryChanges
    notes: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch changes in the database, and what becomes of its records.

    `read`, `loaded`, `updated` and `unchanged` are numbers of records; `removed` has the records whose article was
    removed, `renamed` those of exports whose article has another public id here. `new_articles` are public ids,
    `new_keys` pairs of key and article; `shows_new_keys` is set if articles that are not new show some of them.
    `contents` has the new content of each new or updated article, in the order of
    their first change; `annotations` are those that exports have of some of them;
    `kept_annotations` are articles whose stored annotation, which may be that of an export, stays with its text.
    """

    read: int
    loaded: int
    updated: int
    unchanged: int
    refusals: tuple[Refusal, ...]
    removed: tuple[Refusal, ...]
    renamed: tuple[Refusal, ...]
    registry: RegistryChanges
    new_articles: frozenset[str]
    new_keys: tuple[tuple[str, str], ...]
    shows_new_keys: bool
    contents: Mapping[str, Content]
    annotations: Mapping[str, ExportedAnnotation]
    kept_annotations: frozenset[str]
    notes: tuple[Refusal, ...]
    visits: tuple[VisitEnd, ...]

    @property
    def updates(self) -> dict[str, Content]:
        """The new contents of articles that are in the database."""
        return {article: content for article, content in self.contents.items() if article not in self.new_articles}


def identify_batch(
    batch: Iterable[Record], registry: Registry, find_source: Callable[[str], SourceLabel]
) -> IdentifiedBatch:
    """Identify the articles of a batch and refuse its invalid records; `find_source` maps names as records spell them.

    No record may contradict an entity of the registry or of an earlier record.
    """
    draft = RegistryDraft(registry)
    articles: list[IdentifiedRecord] = []
    refusals: list[Refusal] = []
    visits: list[VisitEnd] = []
    read = unchanged_inputs = 0
    for record in batch:
        read += not isinstance(record, VisitEnd | NoArticle)
        match record:
            case RawArticle():
                try:
                    articles.append(_identify_record(record, find_source(record.source), draft))
                except ValueError as error:
                    refusals.append(Refusal(record.origin, str(error)))
                except Exception as error:
                    refusals.append(refuse_unexpected(error, record.origin, "read"))
            case Refusal():
                refusals.append(record)
            case Link():
                reason = f"{record.url} was not fetched; `dateline load` fetches URLs"
                refusals.append(Refusal(record.origin, reason))
            case UnchangedInput():
                unchanged_inputs += 1
            case VisitEnd():
                visits.append(record)
            case _:
                pass  # What is no article was counted where its reason is reported.
    records, notes = _with_agreed_entities(articles, registry)
    return IdentifiedBatch(
        records, read, unchanged_inputs, tuple(refusals), tuple(visits), registry=draft.changes(), notes=notes
    )


def _with_agreed_entities(
    records: Sequence[IdentifiedRecord], registry: Registry
) -> tuple[tuple[IdentifiedRecord, ...], tuple[Refusal, ...]]:
    """Return the records with the same name and type of each unknown entity of exports, and what they contradict."""
    annotations = [record.annotation for record in records if record.annotation is not None]
    if not annotations:
        return tuple(records), ()
    entities, notes = agree_on_entities(annotations, registry.known_entity)
    first = next(record.origin for record in records if record.annotation is not None)
    agreed = (
        record if record.annotation is None else replace(record, annotation=with_entities(record.annotation, entities))
        for record in records
    )
    return tuple(agreed), tuple(Refusal(first, note) for note in notes)


def _identify_record(record: RawArticle, source: SourceLabel, draft: RegistryDraft) -> IdentifiedRecord:
    """Return a record with its keys, and add its source and entities; raise ValueError if it is invalid."""
    day = record.published.on if record.published.basis is not Basis.INFERRED else None
    # Most records have only entities that earlier ones have.
    entities = draft.with_unresolved(record.entities or ())
    draft.check_given_entities(entities)
    # The beginning of a text identifies nothing.
    text = "" if record.is_lead else record.text
    keys = article_keys(
        id=record.id,
        url=record.url,
        source=source.id,
        title=record.title,
        day=day,
        text=text,
        by_title=record.matches_by_title,
    )
    if record.public_id is not None:
        keys = replace(keys, public_id=record.public_id, other_urls=tuple(map(url_key, record.other_urls)))
    if record.record_keys is not None:
        keys = exported_keys(keys, record.record_keys, record.exported_source or source.id, source.id)
    draft.add_source(source)
    draft.add_given_entities(entities)
    return IdentifiedRecord(
        record.origin,
        keys,
        content_of_record(record, source.id),
        record.annotation,
        is_lead=record.is_lead,
        assumes_kind=record.assumes_kind,
    )


def plan_batch(batch: IdentifiedBatch, known: KnownArticles) -> BatchPlan:
    """Return what a batch changes, given what the database knows of its candidate articles."""
    planner = _Planner(known)
    for record in batch.articles:
        planner.add(record)
    return BatchPlan(
        read=batch.read,
        loaded=planner.loaded,
        updated=planner.updated,
        unchanged=batch.unchanged_inputs + planner.unchanged,
        refusals=(*batch.refusals, *planner.refusals),
        removed=tuple(planner.removed),
        renamed=tuple(planner.renamed),
        registry=batch.registry,
        new_articles=frozenset(planner.new_articles),
        new_keys=tuple(planner.new_keys),
        shows_new_keys=planner.shows_new_keys,
        contents=planner.changed_contents(),
        annotations=planner.annotations,
        kept_annotations=frozenset(planner.kept_annotations()),
        notes=(*batch.notes, *planner.notes),
        visits=batch.visits,
    )


class _Planner:
    """Adds the records of a batch to a plan one by one: each sees the articles as the earlier ones leave them."""

    def __init__(self, known: KnownArticles) -> None:
        self._known = known
        self._matcher = ArticleMatcher(known)
        self._contents: dict[str, Content] = {}
        self.annotations: dict[str, ExportedAnnotation] = {}
        self.loaded = self.updated = self.unchanged = 0
        self.refusals: list[Refusal] = []
        self.notes: list[Refusal] = []
        self.removed: list[Refusal] = []
        self.renamed: list[Refusal] = []
        self.new_articles: set[str] = set()
        self.new_keys: list[tuple[str, str]] = []
        self.shows_new_keys = False

    def changed_contents(self) -> dict[str, Content]:
        """Return the content of each changed article; records that contradict each other may end up changing none."""
        known = self._known.contents
        return {article: content for article, content in self._contents.items() if known.get(article) != content}

    def add(self, record: IdentifiedRecord) -> None:
        """Match a record to its article, or make it a new one, and merge its content."""
        article = self._matcher.match(record.keys)
        before = None if article is None else self._contents.get(article) or self._known.contents.get(article)
        content = merge(before, record.content, is_lead=record.is_lead, assumes_kind=record.assumes_kind)
        if article is not None and before is not None and _is_site_notice(before, content):
            self.refusals.append(_site_notice_refusal(record, article))
            return
        is_new = article is None
        if article is None:
            article = self._matcher.add_article(record.keys)
            self.new_articles.add(article)
        if record.keys.public_id not in {None, article}:
            self.renamed.append(_renaming(record, article, is_new=is_new))
        is_first_export = record.annotation is not None and not self._matcher.is_exported(article)
        new_keys = self._matcher.add_keys(article, record.keys)
        self.new_keys.extend((key, article) for key in new_keys)
        if article not in self.new_articles and article not in self._known.removals:
            self.shows_new_keys |= any(key != exported_id_key(article) for key in new_keys)
        if (removal := self._known.removals.get(article)) is not None:
            self.removed.append(_removal_refusal(record, removal))
        elif content == before:
            self.unchanged += 1
            if is_first_export:
                self.notes.append(Refusal(record.origin, KNOWN_TEXT_NOTE))
        else:
            self._contents[article] = content
            self._keep_annotation(article, before, record)
            self.updated += before is not None
            self.loaded += before is None

    def kept_annotations(self) -> Iterator[str]:
        """Yield the changed articles from exports whose text stays, for those that have no newer annotation."""
        for article, content in self.changed_contents().items():
            known = self._known.contents.get(article)
            stays = known is not None and _annotated_texts(known) == _annotated_texts(content)
            if stays and content.entities is None and self._matcher.is_exported(article):
                yield article

    def _keep_annotation(self, article: str, before: Content | None, record: IdentifiedRecord) -> None:
        """Keep the annotation that an export has of the new content of an article, as long as its text stays."""
        content = self._contents[article]
        if before is not None and _annotated_texts(before) != _annotated_texts(content):
            self.annotations.pop(article, None)
        if record.annotation is not None and _annotated_texts(record.content) == _annotated_texts(content):
            self.annotations[article] = record.annotation


def _annotated_texts(content: Content) -> tuple[str, str, bool]:
    """Return what an annotation depends on: title and text, and whether entities came with them."""
    return content.title, content.text, content.entities is None


def _is_site_notice(before: Content, content: Content) -> bool:
    """Return whether a merge gave an article too many URLs: its text is on too many pages of its source."""
    return MAX_OTHER_URLS < len(content.other_urls) > len(before.other_urls)


def _site_notice_refusal(record: IdentifiedRecord, article: str) -> Refusal:
    known = f"it is article {article}, which already has {MAX_OTHER_URLS} other URLs"
    return Refusal(record.origin, f"{known}: expected an article, not a site notice")


def _renaming(record: IdentifiedRecord, article: str, *, is_new: bool) -> Refusal:
    """Return what there is to say of a record of an export whose article has another public id here."""
    exported = record.keys.public_id
    why = (
        f"another article here has the id {exported}" if is_new else f"article {exported} of the export was known here"
    )
    return Refusal(record.origin, f"{why}: its id here is {article}")


def _removal_refusal(record: IdentifiedRecord, removal: KnownRemoval) -> Refusal:
    """Return the refusal of a record of a removed article, which says how to bring the article back."""
    on, id_ = f"{datetime.fromtimestamp(removal.removed_at, UTC):%Y-%m-%d}", removal.article
    why = f" ({removal.reason})" if removal.reason else ""
    reason = f"article {id_} was removed on {on}{why}; `dateline remove --undo {id_}` brings it back"
    return Refusal(record.origin, reason)
