"""All SELECTs that fetch rows by id: one SQL statement per table, for any number of rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Executable, Row, bindparam, case, func, tuple_
from sqlmodel import Session, col, select

from app.errors import UnavailableError
from app.labels import text_key
from app.models import POSTED_KINDS, ArticleKey, Mention, Revision, Statement

ITEM_COLUMNS = (
    Revision.id,
    Revision.article_id,
    Revision.source_id,
    Revision.title,
    Revision.text_kind,
    Revision.url,
    Revision.language,
    Revision.language_detected,
    Revision.rights,
    Revision.authors,
    Revision.published_on,
    Revision.published_at,
    Revision.precision,
    Revision.zone,
    Revision.basis,
    Revision.evidence,
    Revision.named,
)
"""The columns that lists show: all but the text."""

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
# Built once: to build the SQL statement takes longer than to run it.
_REVISIONS = select(*map(col, ITEM_COLUMNS)).where(col(Revision.id).in_(_IDS))
_SURFACES: Executable = (
    select(col(Mention.revision_id), col(Mention.text), func.count().label("mentions"))
    .where(col(Mention.revision_id).in_(_IDS), col(Mention.kind).in_(POSTED_KINDS))
    .where(col(Mention.entity_id).in_(bindparam("entities", expanding=True)))
    .group_by(col(Mention.revision_id), col(Mention.text))
)

COMPACTED_MESSAGE = "This corpus version was replaced and compacted while it was being read; send the request again."


def revisions(session: Session, ids: Sequence[int]) -> list[Row[Any]]:
    """Return ITEM_COLUMNS of these revisions, in the order of the ids; raise UnavailableError if one is missing."""
    by_id = {row.id: row for row in session.connection().execute(_REVISIONS, {"ids": ids}).all()}
    if len(by_id) != len(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    return [by_id[id_] for id_ in ids]


def mentions_of(session: Session, ids: Sequence[int], entities: Iterable[str] | None = None) -> Sequence[Mention]:
    """Return the mentions that put these revisions into postings, of some or all entities, title first, in order."""
    query = select(Mention).where(col(Mention.revision_id).in_(ids), col(Mention.kind).in_(POSTED_KINDS))
    if entities is not None:
        query = query.where(col(Mention.entity_id).in_(entities))
    return session.exec(query.order_by(col(Mention.revision_id), col(Mention.field).desc(), col(Mention.start))).all()


def count_surfaces(session: Session, ids: Sequence[int], entities: Sequence[str]) -> Sequence[Row[Any]]:
    """Return the surface forms of these entities in each of the revisions, as (revision_id, text, mentions).

    Every revision must name one of the entities: raise UnavailableError for one that does not, since it is missing.
    """
    parameters = {"ids": ids, "entities": entities}
    counts = session.connection().execute(_SURFACES, parameters).all() if ids else []
    if len({row.revision_id for row in counts}) != len(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    return counts


def statements_at(session: Session, starts: Sequence[tuple[int, str, int]]) -> Sequence[tuple[Statement, str]]:
    """Return the statements that start at (revision, field, first code point), each with its text."""
    text = func.substr(
        case((col(Statement.field) == "title", col(Revision.title)), else_=col(Revision.text)),
        col(Statement.start) + 1,
        col(Statement.end) - col(Statement.start),
    )
    start = tuple_(col(Statement.revision_id), col(Statement.field), col(Statement.start))
    query = select(Statement, text).join(Revision, col(Revision.id) == col(Statement.revision_id))
    return session.exec(query.where(start.in_(starts))).all()


def openings(session: Session, ids: Sequence[int], length: int) -> Sequence[Row[Any]]:
    """Return id, text kind and the first `length` code points (`opening`) of these revisions, in no order."""
    # Leading white space would use up the length.
    opening = func.substr(func.ltrim(col(Revision.text), " \t\r\n"), 1, length).label("opening")
    query = select(col(Revision.id), col(Revision.text_kind), opening).where(col(Revision.id).in_(ids))
    return session.connection().execute(query).all()


def text_and_urls(session: Session, revision_id: int) -> tuple[str, list[str]]:
    """Return the text of a revision, and the other URLs at which the article was seen."""
    query = select(Revision.text, Revision.other_urls).where(Revision.id == revision_id)
    row = session.connection().execute(query).one()
    return row.text, row.other_urls or []


def same_text(session: Session, text: str) -> Sequence[tuple[int | None, str, str]]:
    """Return (revision, article, source) of all revisions with exactly this text, by article, whether served or not.

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
    return session.exec(query.order_by(col(Revision.article_id)).distinct()).all()


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


def mentions(session: Session, revision_id: int) -> Sequence[Mention]:
    """Return the mentions of a revision, title first, in order of appearance."""
    query = select(Mention).where(Mention.revision_id == revision_id)
    return session.exec(query.order_by(col(Mention.field).desc(), col(Mention.start))).all()


def statements(session: Session, revision_id: int) -> Sequence[Statement]:
    """Return the statements of a revision, title first, in order of appearance."""
    query = select(Statement).where(Statement.revision_id == revision_id)
    return session.exec(query.order_by(col(Statement.field).desc(), col(Statement.start))).all()
