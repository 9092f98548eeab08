"""Articles: a page of a search, its whole result as a stream, and one article."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from app.errors import InvalidParameter, InvalidRequestError
from app.http.caching.middleware import JsonLdDep, SnapshotDep
from app.http.problems import problems
from app.http.responses import answer, answer_linked, api_url, export
from app.http.strict_params import v1_router
from app.http.validation import asked_fields
from app.routes.published import ArticleId, published_article, published_position
from app.routes.searching import SessionDep, TextDep, link_next, worked
from app.search.filters import ArticleExport, ArticlePage, OneArticle, SimilarArticles
from app.search.fulltext import TextSearch
from app.search.result import in_order, page, search
from app.wire import views
from app.wire.articles import all_articles, listed, sparse
from app.wire.cursors import ARTICLE_CURSORS
from app.wire.formats import CSV_TYPE, NDJSON_TYPE, csv_rows, ndjson_rows
from app.wire.newsarticle import NEWS_ARTICLE_TYPE, news_article
from app.wire.schemas import ArticleDetail, ArticleItem, ArticleList
from app.wire.similar import SimilarList, similar_list

router = v1_router("articles")


@router.get("/articles", response_model=ArticleList, responses=problems(410))
async def list_articles(asked: Annotated[ArticlePage, Query()], text: TextDep, request: Request) -> Response:
    """Search articles: one page, the exact total, and the counts beside it."""
    # Without words and members it is a few operations on sets, however large they are.
    quick = asked.q is None and not asked.members and not asked.highlight
    return await worked(partial(_page, asked, request), text, quick=quick)


def _page(asked: ArticlePage, request: Request, text: TextSearch) -> Response:
    after, fields = ARTICLE_CURSORS.read(asked), asked_fields(asked.fields, ArticleItem)
    result = search(text, asked)
    shown = page(result, asked, limit=asked.limit, after=after)
    items = listed(result, shown.positions, asked, request.app.state.settings.serve_text)
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
    return link_next(request, answer(body, text.session, sparse(items, fields)), following)


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


@router.get(
    "/articles/{id}",
    response_model=ArticleDetail,
    responses={200: {"content": {NEWS_ARTICLE_TYPE: {}}}, **problems(404, 410)},
)
def get_article(
    id: ArticleId,  # noqa: A002 - its name in the path
    asked: Annotated[OneArticle, Query()],
    text: TextDep,
    json_ld: JsonLdDep,
    request: Request,
) -> Response:
    """Return one article with its text, mentions and statements, or as JSON-LD if `Accept` prefers that.

    `as_of` asks for it as an earlier corpus version served it; names of entities and sources are those of now.
    """
    fields = asked_fields(asked.fields, ArticleDetail)
    article = published_article(id, text.session, text.snapshot, request, asked)
    if not json_ld:
        return answer(article, text.session, fields=fields)
    if fields is not None:
        wanted = "no `fields`, as JSON-LD has terms of its own, or `Accept: application/json`"
        raise InvalidRequestError(InvalidParameter("fields", asked.fields, wanted))
    return answer_linked(news_article(article, text.snapshot, api_url(request)), NEWS_ARTICLE_TYPE, text.session)


@router.get("/articles/{id}/similar", response_model=SimilarList, responses=problems(404))
def list_similar_articles(
    id: ArticleId,  # noqa: A002 - its name in the path
    asked: Annotated[SimilarArticles, Query()],
    session: SessionDep,
    snapshot: SnapshotDep,
    request: Request,
) -> Response:
    """List the articles most like one by the entities they name and the words they have, and say by which."""
    serve = request.app.state.settings.serve_text
    return answer(similar_list(session, snapshot, published_position(id, snapshot), asked.limit, serve), session)
