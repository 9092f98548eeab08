"""All SELECTs that fetch rows by id, as plain values: one SQL statement per table, for any number of rows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import starmap
from typing import Any, NamedTuple, TypeVar

import numpy as np
from pydantic_core import from_json
from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    ColumnElement,
    Executable,
    Select,
    String,
    bindparam,
    case,
    func,
    literal_column,
    type_coerce,
)
from sqlmodel import Session, SQLModel, col, select

from app.errors import UnavailableError
from app.labels import GIVEN_ID_KEYS, bearer_id, exported_id_key, given_id, given_id_key
from app.models import (
    BEARER_MARK,
    POSTED_KINDS,
    ArticleKey,
    BooleanAsInteger,
    DetailName,
    Entity,
    Mention,
    Revision,
    Statement,
    TextKind,
)
from app.search.index.digests import (
    LISTED_COLUMNS,
    UNKNOWN_DIGEST,
    damaged_revision,
    listed_digest,
    readable_values,
    revision_digest,
    stored_digest,
    text_digest,
)
from app.search.index.snapshot import Snapshot
from app.search.names.directory import NO_NAMES
from app.stores.store import connected_store
from app.text.lead import lead

COMPACTED_MESSAGE = "This corpus version was replaced and compacted while it was being read; send the request again."


class ArticleRow(NamedTuple):
    """What lists show of a revision: LISTED_COLUMNS, under the names that they have in `Revision`, and its lead.

    The lead is None unless it was requested. `bearers` are the names of the bearers among the entities, by public id.
    """

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
    lead: str | None = None
    bearers: Mapping[str, str] = NO_NAMES


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


class StatementText(NamedTuple):
    """The place of a statement, as in `Statement`, and its text."""

    revision_id: int
    field: str
    start: int
    text: str


class SurfaceRow(NamedTuple):
    """A surface form in one revision, and how many mentions use it."""

    revision_id: int
    text: str
    mentions: int


class Content(NamedTuple):
    """All that is stored of a revision but what lists show; mentions and statements title first, in order.

    `local_time` is the printed time in seconds since midnight, `given_entities` are those that came with the record,
    `details` the lines of an archive by the values of DetailName. `record_id` is the id that the record gave, and
    `keys` are those of the article, if they were read as well.
    """

    title: str
    text: str
    other_urls: list[str]
    mentions: list[MentionRow]
    statements: list[StatementRow]
    local_time: int | None
    given_entities: list[dict[str, Any]] | None
    details: Mapping[str, str]
    record_id: str | None = None
    keys: Sequence[str] = ()


RowT = TypeVar("RowT")
SpanRow = TypeVar("SpanRow", MentionRow, StatementRow)


def fetch(
    session: Session, row: Callable[..., RowT], query: Executable, parameters: Mapping[str, object] | None = None
) -> list[RowT]:
    """Run a query; return its rows as values of this type, which has the columns of the query in their order.

    Raise DamagedError if a value cannot be read.
    """
    with readable_values():
        return list(starmap(row, session.connection().execute(query, parameters).fetchall()))


def fetch_value(session: Session, query: Executable) -> Any:  # noqa: ANN401 - a column of any type
    """Return the first value of the first row of a query, None if there is no row; raise as `fetch` does."""
    with readable_values():
        return session.connection().execute(query).scalar()


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
# How the columns are read that a driver returns in the form in which they are stored.
_DECODERS: Sequence[tuple[int, Callable[[Any], Any]]] = (
    (LISTED_COLUMNS.index("language_detected"), bool),
    (LISTED_COLUMNS.index("authors"), from_json),
    (LISTED_COLUMNS.index("named"), from_json),
)

# Built once: building the SQL statement takes longer than running it.
_REVISIONS: Select[Any] = select(*(getattr(Revision, name) for name in LISTED_COLUMNS))
_TEXTS = select(*(getattr(Revision, name) for name in ("id", "title", "text"))).where(col(Revision.id).in_(_IDS))

# Values as the loader inserted them, since the checksum is of these.
_REVISION = SQLModel.metadata.tables["revision"]
_CONTENT_COLUMNS = (
    type_coerce(column, String())
    if isinstance(column.type, JSON)
    else type_coerce(column, BooleanAsInteger())
    if isinstance(column.type, Boolean)
    else column
    for column in _REVISION.columns
)
_CONTENT_NAMES = _REVISION.columns.keys()
_CONTENTS = select(*_CONTENT_COLUMNS).where(col(Revision.id).in_(_IDS))
_ALL_MENTIONS = (
    select(*(getattr(Mention, name) for name in MentionRow._fields))
    .where(col(Mention.revision_id).in_(_IDS))
    .order_by(col(Mention.revision_id), col(Mention.field).desc(), col(Mention.start), col(Mention.end))
)
_ALL_STATEMENTS = (
    select(*(getattr(Statement, name) for name in StatementRow._fields))
    .where(col(Statement.revision_id).in_(_IDS))
    .order_by(col(Statement.revision_id), col(Statement.field).desc(), col(Statement.start), col(Statement.end))
)
# A database cuts a span out of a text faster than it hands over the text.
_SPAN: Any = func.substr(
    case((col(Statement.field) == "title", col(Revision.title)), else_=col(Revision.text)),
    col(Statement.start) + 1,
    col(Statement.end) - col(Statement.start),
)
_STATEMENT_TEXTS = (
    select(*(*(getattr(Statement, name) for name in StatementText._fields[:-1]), _SPAN))
    .join(Revision, col(Revision.id) == col(Statement.revision_id))
    .where(col(Statement.revision_id).in_(_IDS))
)
_KEY = col(ArticleKey.key)
_ARTICLE_KEYS = select(_KEY, col(ArticleKey.article_id)).where(col(ArticleKey.article_id).in_(_IDS)).order_by(_KEY)
_ENTITY_NAMES = select(col(Entity.id), col(Entity.name)).where(col(Entity.id).in_(_IDS))
_SURFACES: Executable = (
    select(col(Mention.revision_id), col(Mention.text), func.count().label("mentions"))
    .where(col(Mention.revision_id).in_(_IDS), col(Mention.kind).in_(POSTED_KINDS))
    .where(col(Mention.entity_id).in_(bindparam("entities", expanding=True)))
    .group_by(col(Mention.revision_id), col(Mention.text))
)


@cache
def _with_texts(kinds: frozenset[str]) -> Select[Any]:
    """Return the query for what lists show, and the texts of some kinds."""
    # In the statement, which is compiled once for each of the few sets of kinds that are served.
    served: list[ColumnElement[str]] = [literal_column(f"'{TextKind(kind).value}'") for kind in sorted(kinds)]
    return _REVISIONS.add_columns(case((col(Revision.text_kind).in_(served), col(Revision.text))))


def revisions(
    session: Session, snapshot: Snapshot, ids: Sequence[int], lead_kinds: Collection[str] = ()
) -> list[ArticleRow]:
    """Return these revisions, in the order of the ids, with the leads of the texts of some kinds.

    Raise UnavailableError if one is missing, DamagedError if one that is served differs from what was published.
    """
    query = _with_texts(frozenset(lead_kinds)) if lead_kinds else _REVISIONS
    connection = session.connection()
    with readable_values():
        stored = connected_store(connection).rows_by_id(connection, query, ids)
        by_id = {row[0]: _article_row(row) for row in stored}
    if by_id.keys() != set(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    read = [by_id[id_] for id_ in ids]
    positions = snapshot.ids.positions_or_none(ids)
    served = np.array([position for position in positions if position is not None], np.int64)
    listed = iter(snapshot.columns.listed_digest[served].tolist())
    texts = iter(snapshot.columns.text_digest[served].tolist())
    for (row, digest), position in zip(read, positions, strict=True):
        if position is not None:
            wanted, wanted_text = next(listed), next(texts)
            if listed_digest(row) != wanted or (digest is not None and digest != wanted_text):
                raise damaged_revision(row.id)
    return _with_bearers(session, [row for row, _ in read])


def _with_bearers(session: Session, articles: list[ArticleRow]) -> list[ArticleRow]:
    """Return the articles with the public ids and the names of the bearers among their entities."""
    ids = {id_ for article in articles for id_ in article.named if id_.endswith(BEARER_MARK)}
    if not ids:
        return articles
    names = entity_names(session, sorted(ids))
    return [
        article._replace(
            named={str(bearer_id(id_, article.article_id)): count for id_, count in article.named.items()},
            bearers={str(bearer_id(id_, article.article_id)): names[id_] for id_ in article.named if id_ in names},
        )
        for article in articles
    ]


def _article_row(values: Sequence[Any]) -> tuple[ArticleRow, int | None]:
    """Return a row as a driver read it with its lead, and the checksum of its text.

    A page must not hold all its texts together.
    """
    columns = list(values)
    for at, decode in _DECODERS:
        columns[at] = decode(columns[at])
    if len(columns) == len(LISTED_COLUMNS):
        return ArticleRow._make((*columns, None, NO_NAMES)), None
    text = columns.pop()
    if text is None:
        return ArticleRow._make((*columns, None, NO_NAMES)), None
    return ArticleRow._make((*columns, lead(text), NO_NAMES)), text_digest(text)


def contents(session: Session, snapshot: Snapshot, ids: Sequence[int]) -> dict[int, Content]:
    """Return the whole content of these revisions by revision id.

    Raise UnavailableError if one is missing, DamagedError if one differs from what was published or, where it is not
    served any more, from what was loaded.
    """
    stored: dict[int, tuple[Any, ...]] = {row[0]: row for row in fetch(session, _as_tuple, _CONTENTS, {"ids": ids})}
    if stored.keys() != set(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    mentions = _by_revision(ids, fetch(session, MentionRow, _ALL_MENTIONS, {"ids": ids}))
    statements = _by_revision(ids, fetch(session, StatementRow, _ALL_STATEMENTS, {"ids": ids}))
    digests = snapshot.columns.revision_digest
    read = {}
    for id_, position in zip(ids, snapshot.ids.positions_or_none(ids), strict=True):
        *values, stored_hex = stored[id_][1:]
        wanted = stored_digest(stored_hex) if position is None else int(digests[position])
        spans = ([row[1:] for row in own] for own in (mentions[id_], statements[id_]))
        if wanted != UNKNOWN_DIGEST and wanted != stored_digest(revision_digest(tuple(values), *spans)):
            raise damaged_revision(id_)
        column = dict(zip(_CONTENT_NAMES, stored[id_], strict=True))
        with readable_values():
            urls = from_json(column["other_urls"]) if column["other_urls"] else []
            entities = from_json(column["given_entities"]) if column["given_entities"] else None
            details = _details(from_json(column["details"])) if column["details"] else {}
        title, text, local_time, article = (column[name] for name in ("title", "text", "local_time", "article_id"))
        named = [row._replace(entity_id=bearer_id(row.entity_id, article)) for row in mentions[id_]]
        said = [row._replace(speaker_id=bearer_id(row.speaker_id, article)) for row in statements[id_]]
        read[id_] = Content(title, text, urls, named, said, local_time, entities, details)
    return read


def _details(stored: Mapping[str, object]) -> dict[str, str]:
    """Return stored details; raise one of the errors of unreadable values for a name that no release stores."""
    return {DetailName(name).value: str(line) for name, line in stored.items()}


def _as_tuple(*columns: Any) -> tuple[Any, ...]:  # noqa: ANN401 - columns of several types
    return columns


def _as_pair(first: str, second: str) -> tuple[str, str]:
    return first, second


def _by_revision(ids: Sequence[int], rows: Iterable[SpanRow]) -> dict[int, list[SpanRow]]:
    by_id: dict[int, list[SpanRow]] = {id_: [] for id_ in ids}
    for row in rows:
        by_id[row.revision_id].append(row)
    return by_id


def entity_names(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of these entities by id, whether indexed or not."""
    return dict(fetch(session, _as_pair, _ENTITY_NAMES, {"ids": ids}))


def statement_texts(session: Session, ids: Sequence[int]) -> list[StatementText]:
    """Return the texts of all statements of these revisions, without comparing them with their checksums."""
    return fetch(session, StatementText, _STATEMENT_TEXTS, {"ids": ids})


def count_surfaces(session: Session, ids: Sequence[int], entities: Sequence[str]) -> list[SurfaceRow]:
    """Return the surface forms of these entities in each of the revisions.

    Every revision must name one of the entities: raise UnavailableError for one that does not, since it is missing.
    """
    counts = fetch(session, SurfaceRow, _SURFACES, {"ids": ids, "entities": entities}) if ids else []
    if len({row.revision_id for row in counts}) != len(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    return counts


def titles_and_openings(session: Session, snapshot: Snapshot, ids: Sequence[int], length: int) -> list[tuple[int, str]]:
    """Return the id of each of these served revisions with the title, a line feed and the beginning of the text."""
    return [(id_, f"{title}\n{text[:length]}") for id_, title, text in _texts(session, snapshot, ids)]


def _texts(session: Session, snapshot: Snapshot, ids: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """Yield id, title and text of these served revisions; raise as `revisions` does."""
    rows: dict[int, tuple[Any, ...]] = {row[0]: row for row in fetch(session, _as_tuple, _TEXTS, {"ids": ids})}
    if rows.keys() != set(ids):
        raise UnavailableError(COMPACTED_MESSAGE)
    digests = snapshot.columns.text_digest
    for id_, position in zip(ids, snapshot.ids.positions_or_none(ids), strict=True):
        _, title, text = rows[id_]
        if text_digest(text) != digests[position]:
            raise damaged_revision(id_)
        yield id_, title, text


def article_keys(session: Session, articles: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the keys of articles in order, by public id; that of its own id in an export is no news."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for key, article in fetch(session, _as_pair, _ARTICLE_KEYS, {"ids": articles}):
        if key != exported_id_key(article):
            keys[article].append(key)
    return keys


def record_id(keys: Iterable[str], source: str) -> str | None:
    """Return the id that a source gave to the article with these keys; None if it gave none.

    An article whose source was renamed may have its id from the former name.
    """
    given = [key for key in keys if key.startswith(GIVEN_ID_KEYS)]
    own = given_id_key(source, "")
    return given_id(min(given, key=lambda key: (not key.startswith(own), key))) if given else None


def articles_under(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return the ids of the articles that ever had these keys, by key, whether served or not."""
    query = select(*map(col, (ArticleKey.key, ArticleKey.article_id))).where(col(ArticleKey.key).in_(keys))
    return dict(fetch(session, _as_pair, query))
