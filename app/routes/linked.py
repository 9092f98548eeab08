"""One article as linked data: schema.org's NewsArticle, and W3C Web Annotations of what is named and said in it."""

from typing import Any

from fastapi import Request, Response

from app.http.caching.middleware import SnapshotDep
from app.http.problems import problems
from app.http.responses import answer_linked, api_url
from app.http.strict_params import v1_router
from app.routes.published import ArticleId, published_article
from app.routes.searching import SessionDep
from app.wire.annotations import ANNOTATION_TYPE, annotation_page
from app.wire.newsarticle import NEWS_ARTICLE_TYPE, news_article

router = v1_router("articles")

JSON_LD: dict[str, Any] = {"content": {"application/ld+json": {}}}


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
