"""Articles: a page of a search, one article in each format, similar articles, citations, and lookup by ids and URLs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.http.cache import JsonLdDep
from app.http.problems import MOVED_RESPONSE, problems
from app.http.request_url import parse_pairs, without_parameters
from app.http.responses import api_url, attachment, json_ld_response, json_response, list_response, page_url
from app.http.strict_params import v1_router
from app.http.validation import requested_fields
from app.labels import article_number
from app.routes.dependencies import SearchDep
from app.search.aggregations.facets import facet_counts
from app.search.aggregations.similar import similar
from app.search.fulltext.hits import SearchContext
from app.search.query.filters import (
    ArticleLookup,
    ArticleOptions,
    ArticlePage,
    CitationFilters,
    CitationOptions,
    SimilarOptions,
)
from app.search.query.parameters import CitationStyle
from app.search.query.search import Result, page, search
from app.search.sql.history import revision_served, unknown_article
from app.search.sql.lookup import look_up
from app.search.sql.pages import article_content, page_rows
from app.search.sql.rows import revisions
from app.settings import ServeText
from app.wire.article_models import ArticleDetail, ArticleItem, ArticleList
from app.wire.articles import (
    SERVED_KINDS,
    ListedArticles,
    LookupList,
    article_detail,
    explained_items,
    lookup_list,
)
from app.wire.cursors import ARTICLE_CURSORS
from app.wire.exports.citations import (
    MEDIA_TYPES,
    SUFFIXES,
    WRITERS,
    Citation,
    article_citation,
    search_citation,
)
from app.wire.exports.follow_the_money import FTM_TYPE, FtmStream
from app.wire.exports.schema_org import NEWS_ARTICLE_TYPE, news_article
from app.wire.exports.web_annotations import ANNOTATION_TYPE, annotation_page
from app.wire.facets import explain_no_articles, facet_fields, search_fields
from app.wire.item_json import items_json
from app.wire.similar import SimilarList, similar_list

router = v1_router("articles")
lookup_router = v1_router("articles", is_post=True)

ArticleId = Annotated[str, Path(description="Public id of the article.", examples=["2v8k0q4m1xsc"])]

JSON_LD_CONTENT: dict[str, Any] = {"content": {"application/ld+json": {}}}

CITATION_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type.partition(";")[0]: {} for media_type in MEDIA_TYPES.values()}}
}

CITATION_PARAMETERS = ("style", "tz")
"""Parameters that are no filters of the cited search; the zone only says which day is today."""


@router.get("/articles", response_model=ArticleList, responses=problems(410))
def list_articles(filters: Annotated[ArticlePage, Query()], context: SearchDep, request: Request) -> Response:
    """Search articles: return one page, the exact total and the facet counts."""
    after = ARTICLE_CURSORS.read(filters)
    fields = requested_fields(filters.fields, ArticleItem) if filters.fields else None
    result = search(context, filters)
    result_page = page(result, filters, limit=filters.limit, after=after)
    next_cursor = ARTICLE_CURSORS.write(filters, result_page.next)
    body = ArticleList(
        **search_fields(result),
        total=result.total,
        ranked=result_page.ranked,
        items=[],
        next=next_cursor,
        **facet_fields(facet_counts(result, filters) if filters.facet else {}),
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=context.snapshot.version,
    )
    items = listed_items(result, result_page.positions, filters, request.app.state.settings.serve_text, fields)
    previous_cursor = ARTICLE_CURSORS.write_previous(filters, result_page.previous)
    return list_response(request, body, next_cursor, items, previous_cursor=previous_cursor)


def listed_items(
    result: Result, positions: Sequence[int], filters: ArticlePage, serve: ServeText, fields: tuple[str, ...] | None
) -> Iterable[bytes]:
    """Return the articles at these positions as JSON, each from the cache of the snapshot if it is there.

    Items that explain why they match belong to a single search and are not cached.
    """
    snapshot, session = result.snapshot, result.context.session
    lead_kinds = SERVED_KINDS[serve] if fields is None or "lead" in fields else frozenset()
    if filters.members or filters.explain or filters.highlight:
        texts = filters.highlight or (filters.explain and filters.offsets == "utf16")
        mentions = filters.explain or filters.highlight
        rows = page_rows(result, positions, matches=True, mentions=mentions, texts=texts, lead_kinds=lead_kinds)
        return items_json(explained_items(result, positions, rows, filters, serve), fields)

    def read(missing: Sequence[tuple[int, tuple[str, ...] | None]]) -> Iterator[bytes]:
        ids = snapshot.ids.revisions([position for position, _ in missing])
        rows = revisions(session, snapshot, ids, lead_kinds)
        return items_json(ListedArticles(snapshot, rows), fields)

    return snapshot.cache.item_json.get_many([(position, fields) for position in positions], read)


@lookup_router.post("/articles/lookup", response_model=LookupList)
def find_articles(lookup: ArticleLookup, context: SearchDep, request: Request) -> Response:
    """Find up to 100 articles by ids or URLs; one that is not served is null. The response is never cached."""
    lead_kinds = SERVED_KINDS[request.app.state.settings.serve_text]
    results = look_up(context.session, context.snapshot, lookup, lead_kinds)
    return json_response(lookup_list(context.snapshot, results))


# This and the next are declared before the article itself, whose `{id}` would match them, too.
@router.get("/articles/citation", response_class=Response, responses=CITATION_CONTENT)
def get_search_citation(filters: Annotated[CitationFilters, Query()], context: SearchDep, request: Request) -> Response:
    """Cite a search as a dataset: its filters, the number of articles, the corpus version and the address to repeat it.

    Days that count from today are cited as absolute ones.
    """
    query = without_parameters(request.scope["query_string"], *CITATION_PARAMETERS)
    base = page_url(request) if request.app.state.settings.page else f"{api_url(request)}/articles"
    requested = ", ".join(f"{pair.name} {pair.value}" for pair in parse_pairs(query.encode()))
    total = search(context, filters).total
    url = f"{base}?{query}".removesuffix("?")
    citation = search_citation(requested, total, context.snapshot, url=url, accessed=_today(request))
    return _cited(citation, filters.style)


@router.get(
    "/articles/{id}.jsonld",
    response_class=Response,
    responses={200: JSON_LD_CONTENT, 308: MOVED_RESPONSE, **problems(404, 410)},
)
def get_article_jsonld(id: ArticleId, context: SearchDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return one article as a NewsArticle of schema.org in JSON-LD."""
    article = served_article(id, context, request)
    return json_ld_response(news_article(article, context.snapshot, api_url(request)), NEWS_ARTICLE_TYPE)


@router.get(
    "/articles/{id}.ftm.ndjson",
    response_class=Response,
    responses={200: {"content": {FTM_TYPE: {}}}, 308: MOVED_RESPONSE, **problems(404, 410)},
)
def get_article_ftm(id: ArticleId, context: SearchDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return one article, and the entities, mentions and statements in it, as FollowTheMoney."""
    article = served_article(id, context, request).model_dump(mode="json")
    lines = FtmStream(context.snapshot, api_url(request)).of_articles([article])
    return Response(b"".join(lines), media_type=FTM_TYPE)


@router.get(
    "/articles/{id}/annotations",
    response_class=Response,
    responses={200: JSON_LD_CONTENT, 308: MOVED_RESPONSE, **problems(404, 410)},
)
def get_article_annotations(id: ArticleId, context: SearchDep, request: Request) -> Response:  # noqa: A002 - its name in the path
    """Return the mentions and statements of one article as a page of W3C Web Annotations in JSON-LD."""
    article = served_article(id, context, request)
    return json_ld_response(annotation_page(article, context.snapshot, api_url(request)), ANNOTATION_TYPE)


@router.get(
    "/articles/{id}",
    response_model=ArticleDetail,
    responses={200: {"content": {NEWS_ARTICLE_TYPE: {}}}, 308: MOVED_RESPONSE, **problems(404, 410)},
)
def get_article(
    id: ArticleId,  # noqa: A002 - its name in the path
    options: Annotated[ArticleOptions, Query()],
    context: SearchDep,
    json_ld: JsonLdDep,
    request: Request,
) -> Response:
    """Return one article with its text, mentions and statements, or as JSON-LD if `Accept` prefers that.

    `as_of` returns it as an earlier corpus version served it; names of entities and sources, and the keys by which a
    load recognizes the article, are the current ones.
    """
    fields = requested_fields(options.fields, ArticleDetail) if options.fields else None
    article = served_article(id, context, request, options)
    if not json_ld:
        return json_response(article, fields)
    if fields is not None:
        wanted = "no `fields`, because JSON-LD has its own terms, or `Accept: application/json`"
        raise InvalidRequestError(ParameterProblem("fields", options.fields, wanted, code=ErrorCode.CONFLICT))
    return json_ld_response(news_article(article, context.snapshot, api_url(request)), NEWS_ARTICLE_TYPE)


@router.get(
    "/articles/{id}/citation",
    response_class=Response,
    responses={**CITATION_CONTENT, 308: MOVED_RESPONSE, **problems(404, 410)},
)
def get_article_citation(
    id: ArticleId,  # noqa: A002 - its name in the path
    options: Annotated[CitationOptions, Query()],
    context: SearchDep,
    request: Request,
) -> Response:
    """Cite an article as its source printed it, with the address under which this version of it stays readable here."""
    version = options.as_of or context.snapshot.version
    article = served_article(id, context, request, ArticleOptions(as_of=options.as_of))
    permalink = f"{api_url(request)}/articles/{article.id}?as_of={version}"
    return _cited(
        article_citation(article, permalink=permalink, version=version, accessed=_today(request)), options.style
    )


@router.get("/articles/{id}/similar", response_model=SimilarList, responses={308: MOVED_RESPONSE, **problems(404)})
def list_similar_articles(
    id: ArticleId,  # noqa: A002 - its name in the path
    options: Annotated[SimilarOptions, Query()],
    context: SearchDep,
    request: Request,
) -> Response:
    """List the articles most similar to one by entities and words, with the entities and words that they share."""
    session, snapshot = context.session, context.snapshot
    position = snapshot.ids.position_of(article_number(id))
    if position is None:
        raise unknown_article(session, id)
    found = similar(session, snapshot, position, options.limit)
    positions = [position, *(entry.position for entry in found.ranking)]
    serve: ServeText = request.app.state.settings.serve_text
    rows = revisions(session, snapshot, snapshot.ids.revisions(positions), SERVED_KINDS[serve])
    return json_response(similar_list(snapshot, found, rows, serve))


def served_article(
    id_: str, context: SearchContext, request: Request, options: ArticleOptions | None = None
) -> ArticleDetail:
    """Return an article, with as much of its text as the operator serves.

    Raise NotFoundError, RemovedError or DroppedError if there is none.
    """
    options = options or ArticleOptions()
    revision = revision_served(context.session, context.snapshot, id_, options.as_of)
    content = article_content(context.session, context.snapshot, revision)
    return article_detail(context.snapshot, content, request.app.state.settings.serve_text, options.offsets)


def _cited(citation: Citation, style: CitationStyle) -> Response:
    response = Response(WRITERS[style](citation), media_type=MEDIA_TYPES[style])
    if suffix := SUFFIXES.get(style):
        kind = "search" if citation.is_search else "article"
        words = ("dateline", kind, f"v{citation.version}", citation.id)
        response.headers["Content-Disposition"] = attachment(words, suffix)
    return response


def _today(request: Request) -> date:
    return (request.app.state.settings.now or datetime.now(UTC)).astimezone(UTC).date()
