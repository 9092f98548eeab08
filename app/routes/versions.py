"""The corpus and its totals, each publish with its changes, and the versions of an article."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.http.cache import SnapshotDep
from app.http.problems import MOVED_RESPONSE, problems
from app.http.responses import list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.search.query.resource_filters import ArticleVersionPage, ChangePage, PublishPage, VersionPage
from app.search.sql import history
from app.wire.cursors import CHANGE_CURSORS, VERSION_CURSORS
from app.wire.sources import CorpusOut, corpus_out
from app.wire.versions import ChangeList, PublishList, VersionList, change_item, publish_item, version_item

router = v1_router("corpus")


@router.get("/corpus")
def get_corpus(snapshot: SnapshotDep) -> CorpusOut:
    """Return the corpus version that is served, with its totals."""
    return corpus_out(snapshot)


@router.get("/corpus/versions", response_model=PublishList)
def list_corpus_versions(paging: Annotated[PublishPage, Query()], context: SearchDep, request: Request) -> Response:
    """List the publishes, newest first, with the number of articles that each one changed."""
    before, newest = VERSION_CURSORS.read(paging), context.snapshot.version
    rows = history.publishes(context.session, context.snapshot, before=before, limit=paging.limit + 1)
    page = rows[: paging.limit]
    next_cursor = VERSION_CURSORS.write(paging, page[-1].version if len(rows) > len(page) else None)
    body = PublishList(
        total=len(context.snapshot.log.versions),
        items=[publish_item(row) for row in page],
        next=next_cursor,
        corpus_version=newest,
    )
    return list_response(request, body, next_cursor)


@router.get("/changes", response_model=ChangeList)
def list_changes(filters: Annotated[ChangePage, Query()], context: SearchDep, request: Request) -> Response:
    """List what was added, updated and removed since a corpus version, for keeping a copy of the corpus up to date."""
    after, newest = CHANGE_CURSORS.read(filters), context.snapshot.version
    if filters.since > newest:
        wanted = f"a corpus version that was published; the newest is {newest}"
        near, code = (str(newest),), ErrorCode.OUT_OF_RANGE
        raise InvalidRequestError(ParameterProblem("since", str(filters.since), wanted, near, code=code))
    rows = history.changes(context.session, context.snapshot, since=filters.since, after=after, limit=filters.limit + 1)
    page = rows[: filters.limit]
    last = (page[-1].version, page[-1].article_id) if len(rows) > len(page) else None
    next_cursor = CHANGE_CURSORS.write(filters, last)
    body = ChangeList(
        total=context.snapshot.log.count_since(filters.since),
        items=[change_item(row) for row in page],
        next=next_cursor,
        corpus_version=newest,
    )
    return list_response(request, body, next_cursor)


@router.get("/articles/{id}/versions", response_model=VersionList, responses={308: MOVED_RESPONSE, **problems(404)})
def list_article_versions(
    id: Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])],  # noqa: A002 - its name in the path
    paging: Annotated[VersionPage, Query()],
    context: SearchDep,
    request: Request,
) -> Response:
    """List the versions of an article, newest first: since when each was served, and what it changed."""
    filters, newest = ArticleVersionPage(article=id, **dict(paging)), context.snapshot.version
    history.require_logged(context.session, context.snapshot, id)
    total = history.count_versions(context.session, id, newest=newest)
    if not total:
        raise history.unknown_article(context.session, id)
    before = VERSION_CURSORS.read(filters)
    rows = history.versions(context.session, id, newest=newest, before=before, limit=paging.limit + 1)
    page = rows[: paging.limit]
    next_cursor = VERSION_CURSORS.write(filters, page[-1].version if len(rows) > len(page) else None)
    items = [version_item(row) for row in page]
    body = VersionList(total=total, items=items, next=next_cursor, corpus_version=newest)
    return list_response(request, body, next_cursor)
