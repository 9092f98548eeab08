"""Write to the tables: run the plan of a batch, and write revisions that the next publish serves."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from app.models import Article, ArticleKey, Bearer, Mention, Pending, Revision, Statement
from app.stores.store import connected_store
from seed.faults import Fault
from seed.pipeline.batch_plan import BatchPlan
from seed.pipeline.bulk import chunked, insert_revisions, insert_rows
from seed.pipeline.context import NOTHING_PREPARED, LoadContext, annotate_contents
from seed.pipeline.links import store_visits
from seed.pipeline.merge import Content
from seed.pipeline.registry import Registry
from seed.pipeline.rows import (
    MENTION_SPANS,
    REVISION_QUERY,
    STATEMENT_SPANS,
    StoredRevision,
    bearer_ids,
    mention_counts,
    mention_rows,
    revision_row,
    statement_rows,
    stored_mention,
    stored_statement,
)
from seed.pipeline.workers import TitleAndText
from seed.publish.pending import mark_new_keys
from seed.records import Annotation, ExportedAnnotation, ExtractedMention, ExtractedStatement

# A hostile text has a mention in every six code points.
MAX_ANNOTATED_TEXT_LENGTH = 1_000_000
"""Maximum code points of the texts whose annotations are in memory together, unless one text is longer."""


class NotAnnotatedError(Exception):
    """Some texts cannot be annotated: `faults` has the fault of each, by title and text."""

    def __init__(self, faults: dict[TitleAndText, Fault]) -> None:
        super().__init__(*{fault.error for fault in faults.values()})
        self.faults = faults


def write_batch(
    connection: Connection,
    plan: BatchPlan,
    context: LoadContext,
    prepared: Mapping[TitleAndText, Annotation] = NOTHING_PREPARED,
) -> None:
    """Run the plan of a batch, and annotate new revisions whose annotation was not prepared.

    Raise NotAnnotatedError if texts cannot be annotated, after all texts were tried; the transaction must not be
    committed then.
    """
    context.registry.apply(plan.registry)
    context.registry.store(connection)
    revisions = _stored_revisions(connection, plan.updates)
    new = {article: content for article, content in plan.contents.items() if article not in revisions}
    faults: dict[TitleAndText, Fault] = {}
    written: dict[str, int] = {}
    for contents in _split_by_text_length(new):
        annotated: list[tuple[str, Content, Annotation]] = []
        own = plan.kept_annotations & contents.keys()
        kept = _stored_annotations(connection, own) if own else {}
        exported = [plan.annotations.get(article) or kept.get(article) for article in contents]
        results = annotate_contents(list(contents.values()), context, exported, prepared)
        for (article, content), result in zip(contents.items(), results, strict=True):
            if isinstance(result, Fault):
                faults[content.title, content.text] = result
            else:
                annotated.append((article, content, result))
        context.registry.store(connection)
        written |= write_revisions(connection, annotated, context.registry, plan.new_articles)
    if faults:
        raise NotAnnotatedError(faults)
    index_revisions(connection, written.values())
    insert_rows(connection, ArticleKey, sorted(plan.new_keys))
    if plan.shows_new_keys:
        mark_new_keys(connection)
    set_next_revisions(connection, revisions | written, plan.new_articles)
    store_visits(connection, context.storable_visits(plan))


def _stored_revisions(connection: Connection, contents: Mapping[str, Content]) -> dict[str, int]:
    """Return, by article, the newest stored revision with the given content, where there is one."""
    found: dict[str, int] = {}
    query = REVISION_QUERY.order_by(col(Revision.id))
    for articles in chunked(contents):
        for row in connection.execute(query.where(col(Revision.article_id).in_(articles))):
            revision = StoredRevision(*row)
            if revision.content == contents[revision.article_id]:
                found[revision.article_id] = revision.id
    return found


def _stored_annotations(connection: Connection, articles: Collection[str]) -> dict[str, ExportedAnnotation]:
    """Return the annotations of the revisions that articles have so far."""
    mentions: defaultdict[str, list[ExtractedMention]] = defaultdict(list)
    statements: defaultdict[str, list[ExtractedStatement]] = defaultdict(list)
    for ids in chunked(articles):
        for article, *row in connection.execute(MENTION_SPANS.where(col(Article.id).in_(ids))):
            mentions[article].append(stored_mention(row))
        for article, *row in connection.execute(STATEMENT_SPANS.where(col(Article.id).in_(ids))):
            statements[article].append(stored_statement(row))
    return {id_: ExportedAnnotation(tuple(mentions[id_]), tuple(statements[id_])) for id_ in articles}


def _split_by_text_length(contents: Mapping[str, Content]) -> Iterator[dict[str, Content]]:
    """Yield the contents in groups with at most `MAX_ANNOTATED_TEXT_LENGTH` code points of text, or with one text."""
    group: dict[str, Content] = {}
    text_length = 0
    for article, content in contents.items():
        if group and text_length + len(content.text) > MAX_ANNOTATED_TEXT_LENGTH:
            yield group
            group, text_length = {}, 0
        group[article] = content
        text_length += len(content.text)
    if group:
        yield group


def write_revisions(
    connection: Connection,
    revisions: Sequence[tuple[str, Content, Annotation]],
    registry: Registry,
    new_articles: Set[str] = frozenset(),
) -> dict[str, int]:
    """Write new revisions with their mentions and statements; return the revision id of each article.

    Of `new_articles`, it writes the article, too. Their texts are to be indexed afterwards.
    """
    mentions = [
        mention_rows(content, annotation, registry.resolve_given_entity) for _, content, annotation in revisions
    ]
    statements = [statement_rows(annotation) for _, _, annotation in revisions]
    counts = list(map(mention_counts, mentions))
    rows = [
        revision_row(article, content, counted, own_mentions, own_statements)
        for (article, content, _), counted, own_mentions, own_statements in zip(
            revisions, counts, mentions, statements, strict=True
        )
    ]
    ids = insert_revisions(connection, rows, new_articles)
    for table, rows_by_revision in ((Mention, mentions), (Statement, statements)):
        insert_rows(
            connection, table, [(id_, *row) for id_, own in zip(ids, rows_by_revision, strict=True) for row in own]
        )
    bearers = [(name, id_) for id_, counted in zip(ids, counts, strict=True) for name in bearer_ids(counted)]
    insert_rows(connection, Bearer, bearers)
    return {article: id_ for id_, (article, _, _) in zip(ids, revisions, strict=True)}


def index_revisions(connection: Connection, ids: Collection[int]) -> None:
    """Index the texts of the revisions, if any, that a transaction has inserted: all at once is cheapest."""
    if ids:
        connected_store(connection).text_index.add(connection, range(min(ids), max(ids) + 1))


def set_next_revisions(
    connection: Connection, revisions: Mapping[str, int], new_articles: Set[str] = frozenset()
) -> None:
    """Make these revisions, given by article, the ones that the next publish serves; `new_articles` have them."""
    known = sorted(revisions.keys() - new_articles)
    if known:
        connection.execute(
            update(Article).where(col(Article.id) == bindparam("article")).values(revision_id=bindparam("revision")),
            [{"article": article, "revision": revisions[article]} for article in known],
        )
    pending: set[str] = set()
    for articles in chunked(revisions):
        of_articles = connected_store(connection).among(col(Pending.article_id), articles)
        pending.update(connection.scalars(select(col(Pending.article_id)).where(of_articles)))
    insert_rows(connection, Pending, [(article,) for article in sorted(revisions) if article not in pending])
