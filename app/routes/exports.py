"""Searches as feeds (Atom, RSS and JSON Feed), newest first, and as graphs of FollowTheMoney."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Annotated, Any

import numpy as np
from fastapi import Query, Request, Response

from app.http.request_url import QueryPair, parse_pairs, requested_query, with_parameter, without_parameters
from app.http.responses import api_url, attachment, link_pages, page_url, stream_response, url_with_query
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.routes.tables import file_name
from app.search.aggregations.entities import count_entities
from app.search.fulltext.hits import SearchContext
from app.search.index.snapshot import Snapshot
from app.search.query.aggregation_filters import EntityExport
from app.search.query.filters import ArticleExport, FeedPage
from app.search.query.search import CountPage, count_page, in_order, newest_page, search
from app.search.sql.pages import CONTENT_BATCH_SIZE, export_rows, in_batches, page_rows
from app.settings import ServeText
from app.wire.articles import SERVED_KINDS, exported_items, format_instant
from app.wire.cursors import FEED_CURSORS
from app.wire.exports.atom import ATOM_TYPE, atom_feed
from app.wire.exports.feeds import Feed, FeedEntry, feed_entries
from app.wire.exports.follow_the_money import FTM_SUFFIX, FTM_TYPE, FtmStream
from app.wire.exports.jsonfeed import JSON_FEED_TYPE, json_feed
from app.wire.exports.rss import RSS_TYPE, rss_feed

router = v1_router("articles")
entity_router = v1_router("entities")

FeedWriter = Callable[[Feed, Iterable[FeedEntry]], Iterator[bytes]]
"""A function that writes a feed in one format, in chunks."""

PAGING_PARAMETERS = ("limit", "cursor")
"""Parameters that are not filters."""


def _content(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}}}


@router.get("/articles.atom", response_class=Response, responses=_content(ATOM_TYPE))
def export_articles_atom(filters: Annotated[FeedPage, Query()], context: SearchDep, request: Request) -> Response:
    """Return a search as an Atom feed (RFC 4287), newest first; follow `rel="next"` to its end (RFC 5005)."""
    return _feed(request, filters, context, atom_feed, ATOM_TYPE)


@router.get("/articles.rss", response_class=Response, responses=_content(RSS_TYPE))
def export_articles_rss(filters: Annotated[FeedPage, Query()], context: SearchDep, request: Request) -> Response:
    """Return a search as an RSS 2.0 feed, newest first; follow the `atom:link` with `rel="next"` to its end."""
    return _feed(request, filters, context, rss_feed, RSS_TYPE)


@router.get("/articles.jsonfeed", response_class=Response, responses=_content(JSON_FEED_TYPE))
def export_articles_jsonfeed(filters: Annotated[FeedPage, Query()], context: SearchDep, request: Request) -> Response:
    """Return a search as a JSON Feed 1.1, newest first; follow `next_url` to its end."""
    return _feed(request, filters, context, json_feed, JSON_FEED_TYPE)


@router.get("/articles.ftm.ndjson", response_class=Response, responses=_content(FTM_TYPE))
def export_articles_ftm(filters: Annotated[ArticleExport, Query()], context: SearchDep, request: Request) -> Response:
    """Stream every article of a search, and the entities, mentions and statements in it, as FollowTheMoney."""
    result = search(context, filters)
    fetch = partial(export_rows, result, matches=False, contents=True)
    batches = in_batches(context, in_order(result, filters), fetch, CONTENT_BATCH_SIZE)
    serve: ServeText = request.app.state.settings.serve_text
    items = chain.from_iterable(exported_items(result, batch, serve) for batch in batches)
    lines = FtmStream(context.snapshot, api_url(request)).of_articles(items)
    return stream_response(
        lines, FTM_TYPE, attachment(file_name("articles", filters, context.snapshot.version), FTM_SUFFIX)
    )


@entity_router.get("/entities.ftm.ndjson", response_class=Response, responses=_content(FTM_TYPE))
def export_entities_ftm(filters: Annotated[EntityExport, Query()], context: SearchDep, request: Request) -> Response:
    """Stream every entity that the articles of a search name, and their organizations, as FollowTheMoney."""
    result = search(context, filters)
    entities = count_entities(context.snapshot, result.positions, frozenset(filters.type), filters.name)
    page: CountPage[float] = count_page(entities.values_by(filters.sort), limit=len(entities.counts), after=None)
    labels = (context.snapshot.labels.entity[ordinal] for _, _, ordinal in page.values)
    lines = FtmStream(context.snapshot, api_url(request)).of_entities(labels)
    return stream_response(
        lines, FTM_TYPE, attachment(file_name("entities", filters, context.snapshot.version), FTM_SUFFIX)
    )


def _feed(request: Request, filters: FeedPage, context: SearchContext, write: FeedWriter, media_type: str) -> Response:
    after = FEED_CURSORS.read(filters)
    result = search(context, filters)
    positions, last_key, previous = newest_page(context.snapshot, result.positions, limit=filters.limit, after=after)
    next_cursor = FEED_CURSORS.write(filters, last_key)
    serve: ServeText = request.app.state.settings.serve_text
    pages = in_batches(context, positions, partial(page_rows, result, lead_kinds=SERVED_KINDS[serve]))
    feed = _feed_head(request, context.snapshot, positions, next_cursor)
    response = stream_response(write(feed, feed_entries(context.snapshot, pages, serve)), media_type)
    previous_cursor = FEED_CURSORS.write_previous(filters, previous)
    return link_pages(request, response, next_cursor, previous_cursor, query=requested_query(request.scope))


def _feed_head(request: Request, snapshot: Snapshot, positions: Sequence[int], next_cursor: str | None) -> Feed:
    # All pages have the days as the client wrote them, and so one id; the cursor holds the absolute days.
    query, base = requested_query(request.scope), api_url(request)
    filters = without_parameters(query, *PAGING_PARAMETERS)
    search_url = f"{base}/articles?{filters}".removesuffix("?")
    page = page_url(request) if request.app.state.settings.page else None
    instants = snapshot.columns.updated_at[np.array(positions, np.int64)]
    return Feed(
        title=_title(parse_pairs(query)),
        url=url_with_query(request, without_parameters(query)),
        first_url=url_with_query(request, without_parameters(query, "cursor")),
        next_url=next_cursor and url_with_query(request, with_parameter(query, "cursor", next_cursor)),
        home_url=search_url if page is None else f"{page}?{filters}".removesuffix("?"),
        search_url=search_url,
        api_url=base,
        page_url=page,
        updated=format_instant(int(instants.max()) if len(instants) else snapshot.published_at),
    )


def _title(pairs: Sequence[QueryPair]) -> str:
    """Return the title that feed readers show: the filters as the client wrote them."""
    filters = ", ".join(f"{pair.name} {pair.value}" for pair in pairs if pair.name not in PAGING_PARAMETERS)
    return f"Dateline: {filters}" if filters else "Dateline"
