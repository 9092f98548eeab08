"""Articles: a page of a search, its whole result as a stream, and one article."""

from functools import partial
from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.db import SessionDep
from app.http.answer import answer
from app.http.export import export
from app.http.problems import problems
from app.http.strict import v1_router
from app.http.validators import SnapshotDep
from app.routes.searching import TextDep, link_next, worked
from app.search.filters import ArticleExport, ArticlePage, ArticleVersion
from app.search.fulltext import TextSearch
from app.search.history import revision_served
from app.search.result import in_order, page, search
from app.wire import views
from app.wire.articles import all_articles, article_detail, listed
from app.wire.cursors import ARTICLE_CURSORS
from app.wire.formats import CSV_TYPE, NDJSON_TYPE, csv_rows, ndjson_rows
from app.wire.schemas import ArticleDetail, ArticleList

router = v1_router("articles")


@router.get("/articles", response_model=ArticleList, responses=problems(410))
async def list_articles(asked: Annotated[ArticlePage, Query()], text: TextDep, request: Request) -> Response:
    """Search articles: one page, the exact total, and the counts beside it."""
    # Without words and members it is a few operations on sets, however large they are.
    return await worked(partial(_page, asked, request), text, quick=asked.q is None and not asked.members)


def _page(asked: ArticlePage, request: Request, text: TextSearch) -> Response:
    after = ARTICLE_CURSORS.read(asked)
    result = search(text, asked)
    shown = page(result, asked, limit=asked.limit, after=after)
    items = listed(result, shown.positions, members=asked.members, explain=asked.explain)
    following = ARTICLE_CURSORS.write(asked, shown.next)
    body = ArticleList(
        total=len(result.positions),
        ranked=shown.ranked,
        items=[],
        next=following,
        facets=views.facets(result, asked),
        empty=views.empty(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session, items), following)


@router.get("/articles.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_articles_csv(asked: Annotated[ArticleExport, Query()], text: TextDep) -> Response:
    """Stream every article of a search as CSV (RFC 4180); a cell that looks like a formula is led by an apostrophe."""
    return await worked(partial(_csv, asked), text)


def _csv(asked: ArticleExport, text: TextSearch) -> Response:
    result = search(text, asked)
    return export(csv_rows(all_articles(result, in_order(result, asked), members=False)), CSV_TYPE)


@router.get("/articles.ndjson", response_class=Response, responses={200: {"content": {"application/x-ndjson": {}}}})
async def export_articles_ndjson(asked: Annotated[ArticleExport, Query()], text: TextDep) -> Response:
    """Stream every article of a search as JSON, one a line."""
    return await worked(partial(_ndjson, asked), text)


def _ndjson(asked: ArticleExport, text: TextSearch) -> Response:
    result = search(text, asked)
    return export(ndjson_rows(all_articles(result, in_order(result, asked), members=asked.members)), NDJSON_TYPE)


@router.get("/articles/{id}", response_model=ArticleDetail, responses=problems(404, 410))
def get_article(
    id: Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])],  # noqa: A002 - its name in the path
    asked: Annotated[ArticleVersion, Query()],
    session: SessionDep,
    snapshot: SnapshotDep,
    request: Request,
) -> Response:
    """Return one article with its text, mentions and statements, now or as an earlier corpus version served it.

    The names of its entities and of its source are those of now.
    """
    revision = revision_served(session, snapshot, id, asked.as_of)
    body = article_detail(session, snapshot, revision, request.app.state.settings.serve_text)
    return answer(body, session)
