"""Articles: a page of a search, one article as JSON or JSON-LD, similar articles, and lookup by ids and URLs."""

from functools import partial
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from sqlmodel import Session

from app.errors import InvalidParameter, InvalidRequestError, NotFoundError
from app.http.caching.middleware import JsonLdDep, SnapshotDep
from app.http.problems import problems
from app.http.responses import api_url, json_ld_response, json_response
from app.http.strict_params import v1_router
from app.http.validation import requested_fields
from app.labels import article_number
from app.routes.dependencies import SessionDep, TextDep, link_next, run_search
from app.search.fulltext.hits import TextSearch
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleLookup, ArticleOptions, ArticlePage, SimilarOptions
from app.search.query.search import page, search
from app.search.sql.history import revision_served
from app.wire import facets
from app.wire.articles import LookupList, article_detail, article_json, lookup_list, select_fields
from app.wire.base import ArticleDetail, ArticleItem, ArticleList
from app.wire.cursors import ARTICLE_CURSORS
from app.wire.exports.schema_org import NEWS_ARTICLE_TYPE, news_article
from app.wire.exports.web_annotations import ANNOTATION_TYPE, annotation_page
from app.wire.similar import SimilarList, similar_list

router = v1_router("articles")
lookup_router = v1_router("articles", is_post=True)

ArticleId = Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])]

JSON_LD_CONTENT: dict[str, Any] = {"content": {"application/ld+json": {}}}


@router.get("/articles", response_model=ArticleList, responses=problems(410))
async def list_articles(filters: Annotated[ArticlePage, Query()], text: TextDep, request: Request) -> Response:
    """Search articles: return one page, the exact total and the facet counts."""
    # Without words, members and highlights, a search is a few set operations, whatever their size.
    is_quick = filters.q is None and not filters.members and not filters.highlight
    return await run_search(partial(_page, filters, request), text, is_quick=is_quick)


def _page(filters: ArticlePage, request: Request, text: TextSearch) -> Response:
    after, fields = ARTICLE_CURSORS.read(filters), requested_fields(filters.fields, ArticleItem)
    result = search(text, filters)
    hits = page(result, filters, limit=filters.limit, after=after)
    items = article_json(result, hits.positions, filters, request.app.state.settings.serve_text)
    next_cursor = ARTICLE_CURSORS.write(filters, hits.next)
    body = ArticleList(
        total=len(result.positions),
        ranked=hits.ranked,
        items=[],
        next=next_cursor,
        facets=facets.facets(result, filters),
        empty=facets.explain_no_articles(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, json_response(body, text.session, select_fields(items, fields)), next_cursor)


@lookup_router.post("/articles/lookup", response_model=LookupList)
def find_articles(lookup: ArticleLookup, session: SessionDep, snapshot: SnapshotDep) -> Response:
    """Find up to 100 articles by ids or URLs; one that is not served is null. The response is never cached."""
    response = json_response(lookup_list(session, snapshot, lookup), session)
    response.headers["Cache-Control"] = "no-store"
    return response


# Declared before the article itself, whose `{id}` would match the suffix too.
@router.get("/articles/{id}.jsonld", response_class=Response, responses={200: JSON_LD_CONTENT, **problems(404, 410)})
def get_article_jsonld(id: ArticleId, session: SessionDep, snapshot: SnapshotDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return one article as a NewsArticle of schema.org in JSON-LD."""
    article = published_article(id, session, snapshot, request)
    return json_ld_response(news_article(article, snapshot, api_url(request)), NEWS_ARTICLE_TYPE, session)


@router.get(
    "/articles/{id}/annotations", response_class=Response, responses={200: JSON_LD_CONTENT, **problems(404, 410)}
)
def get_article_annotations(id: ArticleId, session: SessionDep, snapshot: SnapshotDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return the mentions and statements of one article as a page of W3C Web Annotations in JSON-LD."""
    article = published_article(id, session, snapshot, request)
    return json_ld_response(annotation_page(article, snapshot, api_url(request)), ANNOTATION_TYPE, session)


@router.get(
    "/articles/{id}",
    response_model=ArticleDetail,
    responses={200: {"content": {NEWS_ARTICLE_TYPE: {}}}, **problems(404, 410)},
)
def get_article(
    id: ArticleId,  # noqa: A002 - its name in the path
    options: Annotated[ArticleOptions, Query()],
    text: TextDep,
    json_ld: JsonLdDep,
    request: Request,
) -> Response:
    """Return one article with its text, mentions and statements, or as JSON-LD if `Accept` prefers that.

    `as_of` returns it as an earlier corpus version served it; names of entities and sources are the current ones.
    """
    fields = requested_fields(options.fields, ArticleDetail)
    article = published_article(id, text.session, text.snapshot, request, options)
    if not json_ld:
        return json_response(article, text.session, fields=fields)
    if fields is not None:
        wanted = "no `fields`, because JSON-LD has its own terms, or `Accept: application/json`"
        raise InvalidRequestError(InvalidParameter("fields", options.fields, wanted))
    return json_ld_response(news_article(article, text.snapshot, api_url(request)), NEWS_ARTICLE_TYPE, text.session)


@router.get("/articles/{id}/similar", response_model=SimilarList, responses=problems(404))
def list_similar_articles(
    id: ArticleId,  # noqa: A002 - its name in the path
    options: Annotated[SimilarOptions, Query()],
    session: SessionDep,
    snapshot: SnapshotDep,
    request: Request,
) -> Response:
    """List the articles most similar to one by entities and words, with the entities and words that they share."""
    serve_text = request.app.state.settings.serve_text
    position = published_position(id, snapshot)
    return json_response(similar_list(session, snapshot, position, options.limit, serve_text), session)


def published_position(id_: str, snapshot: Snapshot) -> int:
    """Return the position of an article in the snapshot; raise NotFoundError if it is not served."""
    position = snapshot.position_of(article_number(id_))
    if position is None:
        raise NotFoundError(f"No article with the id {id_!r} is published.")
    return position


def published_article(
    id_: str, session: Session, snapshot: Snapshot, request: Request, options: ArticleOptions | None = None
) -> ArticleDetail:
    """Return an article, with as much of its text as the operator serves.

    Raise NotFoundError, RemovedError or DroppedError if there is none.
    """
    options = options or ArticleOptions()
    revision = revision_served(session, snapshot, id_, options.as_of)
    return article_detail(session, snapshot, revision, request.app.state.settings.serve_text, options.offsets)
