"""One published article by its id, as every form of it is made of."""

from typing import Annotated

from fastapi import Path, Request
from sqlmodel import Session

from app.errors import NotFoundError
from app.labels import article_number
from app.search.filters import OneArticle
from app.search.history import revision_served
from app.search.snapshot import Snapshot
from app.wire.articles import article_detail
from app.wire.schemas import ArticleDetail

ArticleId = Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])]


def published_position(id_: str, snapshot: Snapshot) -> int:
    """Return where an article stands; raise NotFoundError if it is not served."""
    position = snapshot.position_of(article_number(id_))
    if position is None:
        raise NotFoundError(f"No article with the id {id_!r} is published.")
    return position


def published_article(
    id_: str, session: Session, snapshot: Snapshot, request: Request, asked: OneArticle | None = None
) -> ArticleDetail:
    """Return an article, its text as far as the operator serves it.

    Raises NotFoundError, RemovedError or DroppedError where there is none.
    """
    asked = asked or OneArticle()
    revision = revision_served(session, snapshot, id_, asked.as_of)
    return article_detail(session, snapshot, revision, request.app.state.settings.serve_text, asked.offsets)
