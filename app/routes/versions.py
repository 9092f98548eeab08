"""The corpus in numbers, each publish and what it changed, and earlier versions of an article."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.errors import InvalidParameter, InvalidRequestError, NotFoundError
from app.http.caching.middleware import SnapshotDep
from app.http.problems import problems
from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import SessionDep, link_next
from app.search.query.filters import ChangePage, PublishPage, VersionPage, VersionsOf
from app.search.sql import history
from app.wire.cursors import CHANGE_CURSORS, VERSION_CURSORS
from app.wire.sources import CorpusOut, corpus
from app.wire.versions import ChangeList, PublishList, VersionList, change_item, publish_item, version_item

router = v1_router("corpus")


@router.get("/corpus")
def get_corpus(snapshot: SnapshotDep) -> CorpusOut:
    """Return the corpus version that is served, and its totals."""
    return corpus(snapshot)


@router.get("/corpus/versions", response_model=PublishList)
def list_corpus_versions(
    asked: Annotated[PublishPage, Query()], session: SessionDep, snapshot: SnapshotDep, request: Request
) -> Response:
    """List the publishes, the newest first, and how many articles each of them changed."""
    before, newest = VERSION_CURSORS.read(asked), snapshot.version
    rows = history.publishes(session, newest=newest, before=before, limit=asked.limit + 1)
    shown = rows[: asked.limit]
    following = VERSION_CURSORS.write(asked, shown[-1].version if len(rows) > len(shown) else None)
    body = PublishList(
        total=history.count_publishes(session, newest=newest),
        items=[publish_item(row) for row in shown],
        next=following,
        corpus_version=newest,
    )
    return link_next(request, answer(body, session), following)


@router.get("/changes", response_model=ChangeList)
def list_changes(
    asked: Annotated[ChangePage, Query()], session: SessionDep, snapshot: SnapshotDep, request: Request
) -> Response:
    """List what was added, updated and removed since a corpus version, so that a copy of the corpus can follow."""
    after, newest = CHANGE_CURSORS.read(asked), snapshot.version
    if asked.since > newest:
        wanted = f"a corpus version that was published; the newest is {newest}"
        raise InvalidRequestError(InvalidParameter("since", str(asked.since), wanted, (str(newest),)))
    rows = history.changes(session, since=asked.since, newest=newest, after=after, limit=asked.limit + 1)
    shown = rows[: asked.limit]
    last = (shown[-1].version, shown[-1].article_id) if len(rows) > len(shown) else None
    following = CHANGE_CURSORS.write(asked, last)
    body = ChangeList(
        total=history.count_changes(session, since=asked.since, newest=newest),
        items=[change_item(row) for row in shown],
        next=following,
        corpus_version=newest,
    )
    return link_next(request, answer(body, session), following)


@router.get("/articles/{id}/versions", response_model=VersionList, responses=problems(404))
def list_article_versions(
    id: Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])],  # noqa: A002 - its name in the path
    asked: Annotated[VersionPage, Query()],
    session: SessionDep,
    snapshot: SnapshotDep,
    request: Request,
) -> Response:
    """List what was served of an article, the newest first: since when, and what differs from the version before."""
    question, newest = VersionsOf(article=id, **dict(asked)), snapshot.version
    total = history.count_versions(session, id, newest=newest)
    if not total:
        raise NotFoundError(f"No article with the id {id!r} was ever published.")
    before = VERSION_CURSORS.read(question)
    rows = history.versions(session, id, newest=newest, before=before, limit=asked.limit + 1)
    shown = rows[: asked.limit]
    following = VERSION_CURSORS.write(question, shown[-1].version if len(rows) > len(shown) else None)
    items = [version_item(row) for row in shown]
    body = VersionList(total=total, items=items, next=following, corpus_version=newest)
    return link_next(request, answer(body, session), following)
