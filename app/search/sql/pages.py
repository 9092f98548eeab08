"""The stored content that a response shows, as plain values: pages of articles and statements, and single articles.

Each function runs one SQL statement per table, however many articles or statements there are.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple, TypeVar

import numpy as np
from sqlmodel import Session

from app.labels import article_id, split_bearer_id, text_key
from app.models import POSTED_KINDS
from app.search.fulltext.hits import SearchContext
from app.search.index.digests import damaged_revision, text_digest
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import EntityMatches, entity_matches
from app.search.query.search import Result
from app.search.query.statements import StatementResult, article_of
from app.search.sql import rows
from app.search.sql.rows import ArticleRow, Content, MentionRow, StatementRow
from app.stores.store import read_again

# Whole texts and statements of a batch are in memory together.
CONTENT_BATCH_SIZE = 50
"""Number of articles or statements that an export reads together if it needs whole texts."""

# Batches of 500 take a tenth less processor time. But each of 64 exports that take turns holds the rest of its batch,
# and the interpreter does not return all the memory of many small objects: 25 to 58 MB stayed, with this size 20 MB.
EXPORT_BATCH_SIZE = 100
"""Number of articles that an export reads together."""

_start = attrgetter("start")

MentionsByEntity = Mapping[tuple[int, str], Sequence[MentionRow]]
"""The mentions of each pair of revision id and entity id."""

Fetched = TypeVar("Fetched")


@dataclass(frozen=True, slots=True)
class PageRows:
    """The articles at some positions, in this order, and what shows why they match.

    `matches` are the entities through which each article matches, `mentions` where it names them, `texts` the texts by
    revision id; each of these is empty unless it was asked for.
    """

    articles: list[ArticleRow]
    matches: list[EntityMatches]
    mentions: MentionsByEntity
    texts: Mapping[int, str]


def page_rows(  # noqa: PLR0913 - each of the last four is something to read
    result: Result,
    positions: Sequence[int],
    *,
    matches: bool = False,
    mentions: bool = False,
    texts: bool = False,
    lead_kinds: Collection[str] = (),
) -> PageRows:
    """Return the articles at these positions, with the leads of the texts of some kinds.

    `mentions` are those of the matches, which come with them.

    Raise UnavailableError if one is no longer stored, DamagedError if one is not as it was published.
    """
    session, snapshot = result.context.session, result.snapshot
    ids = snapshot.ids.revisions(positions)
    own_matches = entity_matches(result.clauses, positions) if matches or mentions else []
    contents = rows.contents(session, snapshot, ids) if mentions or texts else {}
    return PageRows(
        rows.revisions(session, snapshot, ids, lead_kinds),
        own_matches,
        _mentions_of_matches(snapshot, contents, own_matches) if mentions else {},
        {id_: content.text for id_, content in contents.items()} if texts else {},
    )


class ExportRows(NamedTuple):
    """The articles at some positions, and their whole contents by revision id if they were requested."""

    page: PageRows
    contents: Mapping[int, Content]


def export_rows(result: Result, positions: Sequence[int], *, matches: bool, contents: bool) -> ExportRows:
    """Return the articles at these positions as exports show them; raise as `page_rows` does."""
    page = page_rows(result, positions, matches=matches)
    return ExportRows(page, _whole_contents(result.context.session, result.snapshot, page.articles) if contents else {})


def _whole_contents(session: Session, snapshot: Snapshot, articles: Sequence[ArticleRow]) -> dict[int, Content]:
    """Return the contents of these revisions with the keys of their articles, by revision id."""
    contents = rows.contents(session, snapshot, [article.id for article in articles])
    keys_of_articles = rows.article_keys(session, [article.article_id for article in articles])
    own_keys = ((article, keys_of_articles.get(article.article_id, ())) for article in articles)
    return {
        article.id: contents[article.id]._replace(record_id=rows.record_id(keys, article.source_id), keys=keys)
        for article, keys in own_keys
    }


def _mentions_of_matches(
    snapshot: Snapshot, contents: Mapping[int, Content], matches: Sequence[EntityMatches]
) -> MentionsByEntity:
    entities = [entity for pairs in matches for _, entity in pairs]
    labels = [snapshot.labels.entity[at] for at in {entity.ordinal for entity in entities} if at is not None]
    current_ids = {id_: label.id for label in labels for id_ in (label.id, *label.former_ids)}
    names = {entity.name for entity in entities if entity.ordinal is None}
    mentions: defaultdict[tuple[int, str], list[MentionRow]] = defaultdict(list)
    for content in contents.values():
        for mention in posted(content.mentions):
            named = mention.entity_id or ""
            if (id_ := current_ids.get(named)) is not None:
                mentions[mention.revision_id, id_].append(mention)
            elif names and (bearer := split_bearer_id(named)) is not None and bearer[0] in names:
                mentions[mention.revision_id, named].append(mention)
    return mentions


def posted(mentions: Iterable[MentionRow]) -> list[MentionRow]:
    """Return the mentions that put an article into postings."""
    return [mention for mention in mentions if mention.kind in POSTED_KINDS]


def in_batches(
    context: SearchContext,
    positions: Iterable[int],
    fetch: Callable[[Sequence[int]], Fetched],
    size: int = EXPORT_BATCH_SIZE,
) -> Iterator[Fetched]:
    """Yield what `fetch` returns for batches of the positions; between two batches no connection is in use."""
    remaining = iter(positions)
    return _read(context, iter(lambda: list(islice(remaining, size)), []), fetch)


def _read(
    context: SearchContext, batches: Iterable[Sequence[int]], fetch: Callable[[Sequence[int]], Fetched]
) -> Iterator[Fetched]:
    for batch in batches:
        with context.session:
            fetched = read_again(context.session, partial(fetch, batch))
        yield fetched


class SameTextArticle(NamedTuple):
    """A served article that has a given text, and its source."""

    article_id: str
    source_id: str


@dataclass(frozen=True, slots=True)
class ArticleContent:
    """One revision of an article with everything that is stored of it, and the served articles with the same text."""

    article: ArticleRow
    content: Content
    same_text: list[SameTextArticle]


def article_content(session: Session, snapshot: Snapshot, revision: int) -> ArticleContent:
    """Return a revision; raise UnavailableError if it is no longer stored."""
    (article,) = rows.revisions(session, snapshot, [revision])
    content = _whole_contents(session, snapshot, [article])[revision]
    return ArticleContent(article, content, same_text(snapshot, content.text, besides=article.article_id))


def same_text(snapshot: Snapshot, text: str, *, besides: str) -> list[SameTextArticle]:
    """Return the served articles with exactly this text, by id, besides one of them.

    Return none for a text that is too short to identify an article. The snapshot alone is read: no damaged row of
    another article can hide it.
    """
    if text_key(text) is None:
        return []
    columns, sources = snapshot.columns, snapshot.labels.source
    positions = np.flatnonzero(columns.text_digest == text_digest(text))
    ids = map(article_id, columns.article_ids[positions].tolist())
    pairs = zip(ids, snapshot.source_of[positions].tolist(), strict=True)
    return [SameTextArticle(id_, sources[source].id) for id_, source in sorted(pairs) if id_ != besides]


@dataclass(frozen=True, slots=True)
class StatementContent:
    """A statement, the text of its span, the mentions within the span, and its article.

    `article_text` is the text of the article; None unless it was asked for.
    """

    statement: StatementRow
    text: str
    mentions: list[MentionRow]
    article: ArticleRow
    article_text: str | None


def statement_rows(result: StatementResult, positions: Sequence[int], *, texts: bool = False) -> list[StatementContent]:
    """Return the statements at these positions, in this order."""
    session, snapshot = result.context.session, result.snapshot
    places = snapshot.statements.places_of(np.array(positions, np.int64), snapshot.columns.order)
    ids = sorted({revision for revision, _, _ in places})
    articles = {row.id: row for row in rows.revisions(session, snapshot, ids)}
    contents = rows.contents(session, snapshot, ids)
    stored = {row[:3]: row for content in contents.values() for row in content.statements}
    mentions = {revision: _mentions_by_field(content.mentions) for revision, content in contents.items()}
    shown = []
    for place in places:
        if (statement := stored.get(place)) is None:
            raise damaged_revision(place[0])
        content = contents[statement.revision_id]
        text = content.title if statement.field == "title" else content.text
        shown.append(
            StatementContent(
                statement,
                text[statement.start : statement.end],
                _within(statement, mentions[statement.revision_id][statement.field]),
                articles[statement.revision_id],
                content.text if texts else None,
            )
        )
    return shown


def statements_in_batches(
    result: StatementResult, positions: Iterable[int], *, texts: bool = False
) -> Iterator[list[StatementContent]]:
    """Yield the statements at these positions, which are in the order of their articles, in batches.

    All statements of an article are in one batch, since the whole article is read for each of its statements; between
    two batches no connection is in use.
    """
    batches = _batches_of_articles(result.snapshot, positions)
    return _read(result.context, batches, partial(statement_rows, result, texts=texts))


def _batches_of_articles(snapshot: Snapshot, statements: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for _, of_article in groupby(statements, key=partial(article_of, snapshot)):
        batch += of_article
        if len(batch) >= CONTENT_BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def _mentions_by_field(mentions: Iterable[MentionRow]) -> Mapping[str, list[MentionRow]]:
    """Return the mentions that put an article into postings by field, each list in the order of their starts."""
    by_field: dict[str, list[MentionRow]] = {"title": [], "text": []}
    for mention in posted(mentions):
        by_field[mention.field].append(mention)
    return by_field


def _within(statement: StatementRow, mentions: Sequence[MentionRow]) -> list[MentionRow]:
    """Return those of the mentions of a field that are within a statement; they are sorted by start."""
    # A long article has thousands of both, and comparing each with each would take minutes.
    first = bisect_left(mentions, statement.start, key=_start)
    last = bisect_left(mentions, statement.end, first, key=_start)
    return [mention for mention in mentions[first:last] if mention.end <= statement.end]
