"""Taking articles out of what is served, and back: explicit, named by the next publish, never undone by a load."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from app.errors import DatelineError
from app.models import Article, ArticleKey, Pending, Removal
from app.urls import canonical_url
from seed.pipeline.bulk import in_parts, insert_rows
from seed.publish.publish import Checkpoint, no_checkpoint, publish


@dataclass(frozen=True, slots=True)
class Removed:
    """Public ids of the articles that were removed or brought back, of those that were so already, and the version.

    `without_text` are those brought back of which `compact` has dropped the text: only a load can serve them again.
    """

    articles: tuple[str, ...]
    already: tuple[str, ...]
    without_text: tuple[str, ...]
    version: int | None


def remove(
    engine: Engine, names: Sequence[str], *, reason: str | None = None, checkpoint: Checkpoint = no_checkpoint
) -> Removed:
    """Remove articles, named by public id, by an id of your own or by URL, and publish.

    Raises DatelineError if one is not known; nothing is removed then. `checkpoint` is called where a crash must
    lose nothing.
    """
    with engine.begin() as connection:
        known = _known(connection, names)
        removed = _removed(connection, known)
        fresh = [article for article in known if article not in removed]
        insert_rows(connection, Removal, [(article, int(time.time()), reason) for article in fresh])
        _let_wait(connection, fresh)
        checkpoint("removal written")
    checkpoint("removal committed")
    return Removed(tuple(fresh), tuple(sorted(removed)), (), publish(engine, checkpoint=checkpoint))


def bring_back(engine: Engine, names: Sequence[str], *, checkpoint: Checkpoint = no_checkpoint) -> Removed:
    """Undo the removal of articles, and publish; the names and errors are those of `remove`."""
    with engine.begin() as connection:
        known = _known(connection, names)
        removed = sorted(_removed(connection, known))
        for some in in_parts(removed):
            connection.execute(delete(Removal).where(col(Removal.article_id).in_(some)))
        _let_wait(connection, removed)
        without_text = [article for article in removed if not _has_text(connection, article)]
        checkpoint("removal written")
    checkpoint("removal committed")
    already = tuple(article for article in known if article not in removed)
    return Removed(tuple(removed), already, tuple(without_text), publish(engine, checkpoint=checkpoint))


def _known(connection: Connection, names: Iterable[str]) -> list[str]:
    """Return the articles of these names, each once, in order of id."""
    found = {name: _article(connection, name) for name in names}
    missing = [repr(name) for name, article in found.items() if article is None]
    if missing:
        raise DatelineError(f"no article is known as {', '.join(missing)}; wanted are public ids, own ids or URLs")
    return sorted({article for article in found.values() if article is not None})


def _article(connection: Connection, name: str) -> str | None:
    if "://" in name:
        return _of_key(connection, f"url:{canonical_url(name)}")
    article = connection.scalar(select(col(Article.id)).where(col(Article.id) == name))
    return article or _of_key(connection, f"id:{name}")


def _of_key(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(col(ArticleKey.article_id)).where(col(ArticleKey.key) == key))


def _removed(connection: Connection, articles: Iterable[str]) -> set[str]:
    """Return those of these articles that are removed."""
    removed = col(Removal.article_id)
    return {id_ for some in in_parts(articles) for id_ in connection.scalars(select(removed).where(removed.in_(some)))}


def _let_wait(connection: Connection, articles: Iterable[str]) -> None:
    """Let these articles wait for the next publish; some may wait already."""
    for some in in_parts(articles):
        connection.execute(delete(Pending).where(col(Pending.article_id).in_(some)))
        insert_rows(connection, Pending, [(article,) for article in some])


def _has_text(connection: Connection, article: str) -> bool:
    return bool(connection.scalar(select(col(Article.revision_id)).where(col(Article.id) == article)))
