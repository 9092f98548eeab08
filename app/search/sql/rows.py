"""All SELECTs that fetch rows by id, as plain values: one SQL statement per table, for any number of rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import starmap
from typing import NamedTuple, TypeVar

from sqlalchemy import BindParameter, Executable, bindparam, case, func, tuple_
from sqlmodel import Session, col, select

from app.errors import UnavailableError
from app.labels import text_key
from app.models import POSTED_KINDS, ArticleKey, Mention, Revision, Statement

COMPACTED_MESSAGE = "This corpus version was replaced and compacted while it was being read; send the request again."


class ArticleRow(NamedTuple):
    """What lists show of a revision: all columns but the text, under the names that they have in `Revision`."""

    id: int
    article_id: str
    source_id: str
    title: str
    text_kind: str
    url: str | None
    language: str | None
    language_detected: bool
    rights: str | None
    authors: list[str]
    published_on: str | None
    published_at: int | None
    precision: str
    zone: str | None
    basis: str | None
    evidence: str | None
    named: dict[str, int]


class MentionRow(NamedTuple):
    """A mention, under the names that its columns have in `Mention`."""

    revision_id: int
    field: str
    start: int
    end: int
    text: str
    kind: str
    type: str
    entity_id: str | None
    rule: str
    confidence: float


class StatementRow(NamedTuple):
    """A statement, under the names that its columns have in `Statement`."""

    revision_id: int
    field: str
    start: int
    end: int
    kind: str
    speaker_id: str | None
    speaker: str | None
    cue: str | None


class SurfaceRow(NamedTuple):
    """A surface form in one revision, and how many mentions use it."""

    revision_id: int
    text: str
    mentions: int


class SameTextRow(NamedTuple):
    """A revision that has a given text, and the source of its article."""

    id: int
    article_id: str
    source_id: str


RowT = TypeVar("RowT")


def fetch(
    session: Session, row: Callable[..., RowT], query: Executable, parameters: Mapping[str, object] | None = None
) -> list[RowT]:
    """Run a query; return its rows as values of this type, which has the columns of the query in their order."""
    return list(starmap(row, session.connection().execute(query, parameters)))


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
# Built once: building the SQL statement takes longer than running it.
_REVISIONS = select(*(getattr(Revision, name) for name in ArticleRow._fields)).where(col(Revision.id).in_(_IDS))
_MENTIONS = select(*(getattr(Mention, name) for name in MentionRow._fields))
_STATEMENTS = select(*(getattr(Statement, name) for name in StatementRow._fields))
_SURFACES: Executable = (
    select(col(Mention.revision_id), col(Mention.text), func.count().label("mentions"))
    .where(col(Mention.revision_id).in_(_IDS), col(Mention.kind).in_(POSTED_KINDS))
    .where(col(Mention.entity_id).in_(bindparam("entities", expanding=True)))
    .group_by(col(Mention.revision_id), col(Mention.text))
)


def revisions(session: Session, ids: Sequence[int]) -> list[ArticleRow]:
    """Return these revisions, in the order of the ids; raise UnavailableError if one is missing."""
    by_id = {row.id: row for row in fetch(session, ArticleRow, _REVISIONS, {"ids": ids})}
    if len(by_id) != len(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    return [by_id[id_] for id_ in ids]


def mentions_of(session: Session, ids: Sequence[int], entities: Iterable[str] | None = None) -> list[MentionRow]:
    """Return the mentions that put these revisions into postings, of some or all entities, title first, in order."""
    query = _MENTIONS.where(col(Mention.revision_id).in_(ids), col(Mention.kind).in_(POSTED_KINDS))
    if entities is not None:
        query = query.where(col(Mention.entity_id).in_(entities))
    query = query.order_by(col(Mention.revision_id), col(Mention.field).desc(), col(Mention.start))
    return fetch(session, MentionRow, query)


def count_surfaces(session: Session, ids: Sequence[int], entities: Sequence[str]) -> list[SurfaceRow]:
    """Return the surface forms of these entities in each of the revisions.

    Every revision must name one of the entities: raise UnavailableError for one that does not, since it is missing.
    """
    counts = fetch(session, SurfaceRow, _SURFACES, {"ids": ids, "entities": entities}) if ids else []
    if len({row.revision_id for row in counts}) != len(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    return counts


def statements_at(session: Session, starts: Sequence[tuple[int, str, int]]) -> list[tuple[StatementRow, str]]:
    """Return the statements that start at (revision, field, first code point), each with its text."""
    text = func.substr(
        case((col(Statement.field) == "title", col(Revision.title)), else_=col(Revision.text)),
        col(Statement.start) + 1,
        col(Statement.end) - col(Statement.start),
    )
    start = tuple_(col(Statement.revision_id), col(Statement.field), col(Statement.start))
    query = _STATEMENTS.add_columns(text).join(Revision, col(Revision.id) == col(Statement.revision_id))
    rows = session.connection().execute(query.where(start.in_(starts)))
    return [(StatementRow._make(columns), text_) for *columns, text_ in rows]


def openings(session: Session, ids: Sequence[int], length: int) -> dict[int, str]:
    """Return the first `length` code points of the texts of these revisions by revision id."""
    # Leading white space would use up the length.
    opening = func.substr(func.ltrim(col(Revision.text), " \t\r\n"), 1, length).label("opening")
    query = select(col(Revision.id), opening).where(col(Revision.id).in_(ids))
    return {row.id: row.opening for row in session.connection().execute(query)}


def text_and_urls(session: Session, revision_id: int) -> tuple[str, list[str]]:
    """Return the text of a revision, and the other URLs at which the article was seen."""
    query = select(Revision.text, Revision.other_urls).where(Revision.id == revision_id)
    row = session.connection().execute(query).one()
    return row.text, row.other_urls or []


def same_text(session: Session, text: str) -> list[SameTextRow]:
    """Return all revisions with exactly this text, by article, whether served or not.

    Return none for a text that is too short to identify an article.
    """
    key = text_key(text)
    if key is None:
        return []
    query = select(Revision.id, Revision.article_id, Revision.source_id).join(
        ArticleKey, col(ArticleKey.article_id) == col(Revision.article_id)
    )
    # An article keeps the key of a text that it no longer has: compare the text, too.
    query = query.where(col(ArticleKey.key) >= key, col(ArticleKey.key) < key + "\U0010ffff", Revision.text == text)
    return fetch(session, SameTextRow, query.order_by(col(Revision.article_id)).distinct())


def articles_under(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return the ids of the articles that ever had these keys, by key, whether served or not."""
    query = select(*map(col, (ArticleKey.key, ArticleKey.article_id))).where(col(ArticleKey.key).in_(keys))
    return {row.key: row.article_id for row in session.connection().execute(query)}


def texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the texts of these revisions by revision id."""
    query = select(*map(col, (Revision.id, Revision.text))).where(col(Revision.id).in_(ids))
    return {row.id: row.text for row in session.connection().execute(query)}


def titles_and_openings(session: Session, ids: Sequence[int], length: int) -> list[tuple[int, str]]:
    """Return each revision id with the title, a line feed and the first `length` code points of the text."""
    opening = func.substr(col(Revision.text), 1, length).label("opening")
    query = select(*(col(Revision.id), col(Revision.title), opening)).where(col(Revision.id).in_(ids))
    return [(row.id, f"{row.title}\n{row.opening}") for row in session.connection().execute(query)]


def mentions(session: Session, revision_id: int) -> list[MentionRow]:
    """Return the mentions of a revision, title first, in order of appearance."""
    query = _MENTIONS.where(col(Mention.revision_id) == revision_id)
    return fetch(session, MentionRow, query.order_by(col(Mention.field).desc(), col(Mention.start)))


def statements(session: Session, revision_id: int) -> list[StatementRow]:
    """Return the statements of a revision, title first, in order of appearance."""
    query = _STATEMENTS.where(col(Statement.revision_id) == revision_id)
    return fetch(session, StatementRow, query.order_by(col(Statement.field).desc(), col(Statement.start)))
