"""Articles: a page of a search, one article as JSON and as linked data, similar ones, and lookup by id or URL."""

from functools import partial
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from sqlmodel import Session

from app.errors import InvalidParameter, InvalidRequestError, NotFoundError
from app.http.caching.middleware import JsonLdDep, SnapshotDep
from app.http.problems import problems
from app.http.responses import answer, answer_linked, api_url
from app.http.strict_params import v1_router
from app.http.validation import asked_fields
from app.labels import article_number
from app.routes.dependencies import SessionDep, TextDep, link_next, worked
from app.search.fulltext.hits import TextSearch
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleLookup, ArticlePage, OneArticle, SimilarArticles
from app.search.query.search import page, search
from app.search.sql.history import revision_served
from app.wire import facets
from app.wire.articles import LookupList, article_detail, listed, lookup_list, sparse
from app.wire.base import ArticleDetail, ArticleItem, ArticleList
from app.wire.cursors import ARTICLE_CURSORS
from app.wire.exports.schema_org import NEWS_ARTICLE_TYPE, news_article
from app.wire.exports.web_annotations import ANNOTATION_TYPE, annotation_page
from app.wire.similar import SimilarList, similar_list

router = v1_router("articles")
lookup_router = v1_router("articles", posted=True)

ArticleId = Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])]

JSON_LD: dict[str, Any] = {"content": {"application/ld+json": {}}}


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
        facets=facets.facets(result, asked),
        empty=facets.empty(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session, sparse(items, fields)), following)


@lookup_router.post("/articles/lookup", response_model=LookupList)
def find_articles(asked: ArticleLookup, session: SessionDep, snapshot: SnapshotDep) -> Response:
    """Find up to 100 articles by their ids or URLs; one that is not served is null, and nothing is stored."""
    response = answer(lookup_list(session, snapshot, asked), session)
    response.headers["Cache-Control"] = "no-store"
    return response


# Before the article itself, whose `{id}` would match the suffix too.
@router.get("/articles/{id}.jsonld", response_class=Response, responses={200: JSON_LD, **problems(404, 410)})
def get_article_jsonld(id: ArticleId, session: SessionDep, snapshot: SnapshotDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return one article as a NewsArticle of schema.org in JSON-LD."""
    article = published_article(id, session, snapshot, request)
    return answer_linked(news_article(article, snapshot, api_url(request)), NEWS_ARTICLE_TYPE, session)


@router.get("/articles/{id}/annotations", response_class=Response, responses={200: JSON_LD, **problems(404, 410)})
def get_article_annotations(id: ArticleId, session: SessionDep, snapshot: SnapshotDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return what one article names and says as a page of W3C Web Annotations in JSON-LD."""
    article = published_article(id, session, snapshot, request)
    return answer_linked(annotation_page(article, snapshot, api_url(request)), ANNOTATION_TYPE, session)


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
