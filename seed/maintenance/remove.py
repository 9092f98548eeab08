"""Remove articles and undo removals: each is explicit and logged by the next publish, and no load undoes it."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from app.errors import DatelineError
from app.labels import former_id_key, given_id_key
from app.models import Article, ArticleKey, Pending, Removal, Source
from app.urls import canonical_url
from seed.pipeline.bulk import chunked, insert_rows
from seed.publish.publish import Checkpoint, no_checkpoint, publish


@dataclass(frozen=True, slots=True)
class RemovalSummary:
    """Public ids of the articles that were removed or brought back, and the corpus version, if one was published.

    `unchanged` are the articles that were already in this state. `without_text` are those brought back whose text
    `compact` has deleted: only a load can serve them again.
    """

    articles: tuple[str, ...]
    unchanged: tuple[str, ...]
    without_text: tuple[str, ...]
    version: int | None


def remove(
    engine: Engine,
    names: Sequence[str],
    *,
    source: str | None = None,
    reason: str | None = None,
    checkpoint: Checkpoint = no_checkpoint,
) -> RemovalSummary:
    """Remove articles, named by public id, by the user's own id or by URL, and publish.

    `source` is the source of the user's own ids, which is needed where several sources use an id. Raise DatelineError
    if a name is unknown or ambiguous; nothing is removed then. `checkpoint` is called with the name of each
    point at which a crash must lose nothing.
    """
    with engine.begin() as connection:
        articles = _find_articles(connection, names, source)
        already_removed = _removed_among(connection, articles)
        removed = [article for article in articles if article not in already_removed]
        insert_rows(connection, Removal, [(article, int(time.time()), reason) for article in removed])
        _mark_pending(connection, removed)
        checkpoint("removal written")
    checkpoint("removal committed")
    version = publish(engine, checkpoint=checkpoint)
    return RemovalSummary(tuple(removed), tuple(sorted(already_removed)), (), version)


def undo_removal(
    engine: Engine, names: Sequence[str], *, source: str | None = None, checkpoint: Checkpoint = no_checkpoint
) -> RemovalSummary:
    """Undo the removal of articles, and publish; names and errors are those of `remove`."""
    with engine.begin() as connection:
        articles = _find_articles(connection, names, source)
        removed = sorted(_removed_among(connection, articles))
        for chunk in chunked(removed):
            connection.execute(delete(Removal).where(col(Removal.article_id).in_(chunk)))
        _mark_pending(connection, removed)
        without_text = [article for article in removed if not _has_text(connection, article)]
        checkpoint("removal written")
    checkpoint("removal committed")
    not_removed = tuple(article for article in articles if article not in removed)
    return RemovalSummary(tuple(removed), not_removed, tuple(without_text), publish(engine, checkpoint=checkpoint))


def _find_articles(connection: Connection, names: Iterable[str], source: str | None) -> list[str]:
    """Return the articles with these names, each once, in order of id."""
    sources = _source_ids(connection, source)
    articles = {name: _find_article(connection, name, sources) for name in names}
    missing = [repr(name) for name, article in articles.items() if article is None]
    if missing:
        raise DatelineError(f"no article is known as {', '.join(missing)}: expected public ids, your own ids or URLs")
    return sorted({article for article in articles.values() if article is not None})


def _source_ids(connection: Connection, name: str | None) -> list[str]:
    """Return the sources with this id, name or domain, or all sources; raise DatelineError if there is none."""
    rows = connection.execute(select(col(Source.id), col(Source.name), col(Source.names), col(Source.domains)))
    ids = [row.id for row in rows if name is None or name in (row.id, row.name, *row.names, *row.domains)]
    if name is not None and not ids:
        raise DatelineError(f"--source is {name!r}: expected the id, name or domain of a source")
    return ids


def _find_article(connection: Connection, name: str, sources: Iterable[str]) -> str | None:
    if "://" in name:
        return _article_with_key(connection, f"url:{canonical_url(name)}")
    article = connection.scalar(select(col(Article.id)).where(col(Article.id) == name))
    return article or _article_with_key(connection, former_id_key(name)) or _find_given(connection, name, sources)


def _find_given(connection: Connection, given_id: str, sources: Iterable[str]) -> str | None:
    """Return the article to which one of these sources gives an id; raise DatelineError if there are several."""
    owners: dict[str, str] = {}
    key = col(ArticleKey.key)
    source_of_key = {given_id_key(source, given_id): source for source in sources}
    for keys in chunked(source_of_key):
        for row in connection.execute(select(key, col(ArticleKey.article_id)).where(key.in_(keys))):
            owners.setdefault(row.article_id, source_of_key[row.key])
    if len(owners) > 1:
        names = ", ".join(sorted(owners.values()))
        raise DatelineError(f"{given_id!r} is an id of several sources: expected --source with one of {names}")
    return next(iter(owners), None)


def _article_with_key(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(col(ArticleKey.article_id)).where(col(ArticleKey.key) == key))


def _removed_among(connection: Connection, articles: Iterable[str]) -> set[str]:
    """Return which of these articles are removed."""
    removed = col(Removal.article_id)
    return {id_ for chunk in chunked(articles) for id_ in connection.scalars(select(removed).where(removed.in_(chunk)))}


def _mark_pending(connection: Connection, articles: Iterable[str]) -> None:
    """Mark these articles as pending; some may be so already."""
    for chunk in chunked(articles):
        connection.execute(delete(Pending).where(col(Pending.article_id).in_(chunk)))
        insert_rows(connection, Pending, [(article,) for article in chunk])


def _has_text(connection: Connection, article: str) -> bool:
    return bool(connection.scalar(select(col(Article.revision_id)).where(col(Article.id) == article)))
