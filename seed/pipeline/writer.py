"""Write to the tables: run the plan of a batch, and write revisions that the next publish serves."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from app.models import (
    Article,
    ArticleKey,
    Bearer,
    Extracted,
    Mention,
    Pending,
    Revision,
    Statement,
)
from app.stores.store import connected_store
from seed.corrections.mentions import Document, Rows, correct_rows, in_order
from seed.faults import Fault
from seed.pipeline.batch_plan import BatchPlan
from seed.pipeline.bulk import RowValues, batched, chunked, insert_revisions, insert_rows
from seed.pipeline.context import NOTHING_PREPARED, LoadContext, annotate_contents
from seed.pipeline.links import store_visits
from seed.pipeline.merge import Content
from seed.pipeline.rows import (
    MENTION_SPANS,
    REVISION_QUERY,
    STATEMENT_SPANS,
    StoredRevision,
    bearer_ids,
    found_mention,
    mention_counts,
    mention_rows,
    revision_row,
    rows_json,
    statement_rows,
    stored_mention,
    stored_statement,
)
from seed.pipeline.workers import TitleAndText
from seed.publish.pending import mark_new_keys
from seed.records import Annotation, ExportedAnnotation, ExtractedMention, ExtractedStatement

# Some megabytes of texts and rows.
REVISIONS_PER_BATCH = 500
"""Number of revisions that are corrected together."""

_SPAN_TABLES: tuple[type[Mention], type[Statement]] = (Mention, Statement)
"""The tables of the rows of a revision, in the order of `Rows`."""

_EXTRACTED = select(col(Article.id), col(Extracted.mentions), col(Extracted.statements)).join(
    Extracted, col(Extracted.revision_id) == col(Article.revision_id)
)

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
        written |= write_revisions(connection, annotated, context, plan.new_articles)
    if faults:
        raise NotAnnotatedError(faults)
    written |= correct_revisions(connection, revisions.values(), context)
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
    """Return the annotations of the revisions that articles have so far, as they were before corrections."""
    mentions: defaultdict[str, list[ExtractedMention]] = defaultdict(list)
    statements: defaultdict[str, list[ExtractedStatement]] = defaultdict(list)
    corrected: dict[str, ExportedAnnotation] = {}
    for ids in chunked(articles):
        for article, *row in connection.execute(MENTION_SPANS.where(col(Article.id).in_(ids))):
            mentions[article].append(stored_mention(row))
        for article, *row in connection.execute(STATEMENT_SPANS.where(col(Article.id).in_(ids))):
            statements[article].append(stored_statement(row))
        for article, own_mentions, own_statements in connection.execute(_EXTRACTED.where(col(Article.id).in_(ids))):
            own = tuple(map(found_mention, own_mentions)), tuple(map(stored_statement, own_statements))
            corrected[article] = ExportedAnnotation(*own)
    return {id_: ExportedAnnotation(tuple(mentions[id_]), tuple(statements[id_])) for id_ in articles} | corrected


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


class FoundRows(NamedTuple):
    """The content of a revision, and the rows of what was found in it or supplied with it, before corrections."""

    article: str
    content: Content
    mentions: list[RowValues]
    statements: list[RowValues]


def found_rows(article: str, content: Content, annotation: Annotation, context: LoadContext) -> FoundRows:
    """Return the rows of an annotation, and of the mentions that were supplied with the record."""
    mentions = mention_rows(content, annotation, context.registry.resolve_given_entity)
    return FoundRows(article, content, mentions, statement_rows(annotation))


def corrected_rows(found: FoundRows, context: LoadContext) -> Rows:
    """Return the rows as the corrections in effect want them."""
    if not context.rules.all:
        return found.mentions, found.statements
    document = Document(found.article, found.content.title, found.content.text)
    return correct_rows(document, found.mentions, found.statements, context.rules, context.registry)


def write_revisions(
    connection: Connection,
    revisions: Sequence[tuple[str, Content, Annotation]],
    context: LoadContext,
    new_articles: Set[str] = frozenset(),
) -> dict[str, int]:
    """Write new revisions with their mentions and statements; return the revision id of each article.

    Of `new_articles`, it writes the article, too. Their texts are to be indexed afterwards.
    """
    return write_rows(connection, [found_rows(*revision, context) for revision in revisions], context, new_articles)


def write_rows(
    connection: Connection, revisions: Sequence[FoundRows], context: LoadContext, new_articles: Set[str] = frozenset()
) -> dict[str, int]:
    """Correct and write the rows of new revisions, as `write_revisions` does."""
    corrected = [corrected_rows(found, context) for found in revisions]
    counts = [mention_counts(mentions) for mentions, _ in corrected]
    rows = [
        revision_row(found.article, found.content, counted, *own)
        for found, counted, own in zip(revisions, counts, corrected, strict=True)
    ]
    ids = insert_revisions(connection, rows, new_articles)
    for number, table in enumerate(_SPAN_TABLES):
        insert_rows(
            connection, table, [(id_, *row) for id_, own in zip(ids, corrected, strict=True) for row in own[number]]
        )
    bearers = [(name, id_) for id_, counted in zip(ids, counts, strict=True) for name in bearer_ids(counted)]
    insert_rows(connection, Bearer, bearers)
    changed = [
        (id_, rows_json(found.mentions), rows_json(found.statements))
        for id_, found, own in zip(ids, revisions, corrected, strict=True)
        if own != (found.mentions, found.statements)
    ]
    insert_rows(connection, Extracted, changed)
    return {found.article: id_ for id_, found in zip(ids, revisions, strict=True)}


def correct_revisions(connection: Connection, ids: Collection[int], context: LoadContext) -> dict[str, int]:
    """Write a new revision in place of each of these that the corrections in effect want otherwise.

    Return the new ones by article. Their texts are to be indexed afterwards.
    """
    written: dict[str, int] = {}
    for chunk in batched(sorted(ids), REVISIONS_PER_BATCH) if context.rules.decisions else ():
        stored = read_found_rows(connection, chunk)
        changed = [found for found, own in stored.values() if not have_same_rows(own, corrected_rows(found, context))]
        written |= write_rows(connection, changed, context)
    return written


def have_same_rows(stored: Rows, corrected: Rows) -> bool:
    """Return whether two revisions have the same mentions and statements, in whatever order."""
    return all(in_order(before) == in_order(after) for before, after in zip(stored, corrected, strict=True))


def read_found_rows(connection: Connection, ids: Collection[int]) -> dict[int, tuple[FoundRows, Rows]]:
    """Return what was found in each of these revisions before corrections, and the rows that it has."""
    rows: dict[int, Rows] = {id_: ([], []) for id_ in ids}
    for mention in connection.execute(select(Mention).where(col(Mention.revision_id).in_(ids))):
        rows[mention.revision_id][0].append(tuple(mention)[1:])
    for statement in connection.execute(select(Statement).where(col(Statement.revision_id).in_(ids))):
        rows[statement.revision_id][1].append(tuple(statement)[1:])
    extracted = {
        row.revision_id: ([*map(tuple, row.mentions)], [*map(tuple, row.statements)])
        for row in connection.execute(select(Extracted).where(col(Extracted.revision_id).in_(ids)))
    }
    revisions = (StoredRevision(*row) for row in connection.execute(REVISION_QUERY.where(col(Revision.id).in_(ids))))
    return {
        one.id: (FoundRows(one.article_id, one.content, *extracted.get(one.id, rows[one.id])), rows[one.id])
        for one in sorted(revisions)
    }


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
