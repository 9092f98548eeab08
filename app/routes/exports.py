"""Whole results as streams, CSV and NDJSON, and searches as feeds: Atom, RSS and JSON Feed, newest first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request, Response

from app.http.query_string import Pair, with_parameter, without
from app.http.responses import api_url, export, with_query
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, link_next, worked
from app.search.fulltext.hits import TextSearch
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleExport, FeedPage
from app.search.query.pagination import newest_page
from app.search.query.search import in_order, search
from app.wire.articles import all_articles, instant
from app.wire.cursors import FEED_CURSORS
from app.wire.exports.atom import ATOM_TYPE, atom_feed
from app.wire.exports.feeds import Entry, Feed, feed_entries
from app.wire.exports.jsonfeed import JSON_FEED_TYPE, json_feed
from app.wire.exports.rss import RSS_TYPE, rss_feed
from app.wire.exports.tables import CSV_TYPE, NDJSON_TYPE, csv_rows, ndjson_rows

router = v1_router("articles")

Form = Callable[[Feed, Iterable[Entry]], Iterator[bytes]]

PAGING = ("limit", "cursor")


def _answers(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}}}


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


@router.get("/articles.atom", response_class=Response, responses=_answers(ATOM_TYPE))
async def export_articles_atom(asked: Annotated[FeedPage, Query()], text: TextDep, request: Request) -> Response:
    """Follow a search as an Atom feed (RFC 4287), newest first; `rel="next"` leads on to its end (RFC 5005)."""
    return await worked(partial(_feed, asked, request, atom_feed, ATOM_TYPE), text)


@router.get("/articles.rss", response_class=Response, responses=_answers(RSS_TYPE))
async def export_articles_rss(asked: Annotated[FeedPage, Query()], text: TextDep, request: Request) -> Response:
    """Follow a search as an RSS 2.0 feed, newest first; its `atom:link` of `rel="next"` leads on to its end."""
    return await worked(partial(_feed, asked, request, rss_feed, RSS_TYPE), text)


@router.get("/articles.jsonfeed", response_class=Response, responses=_answers(JSON_FEED_TYPE))
async def export_articles_jsonfeed(asked: Annotated[FeedPage, Query()], text: TextDep, request: Request) -> Response:
    """Follow a search as a JSON Feed 1.1, newest first; `next_url` leads on to its end."""
    return await worked(partial(_feed, asked, request, json_feed, JSON_FEED_TYPE), text)


def _feed(asked: FeedPage, request: Request, form: Form, media_type: str, text: TextSearch) -> Response:
    after = FEED_CURSORS.read(asked)
    result = search(text, asked)
    positions, place = newest_page(text.snapshot, result.positions, limit=asked.limit, after=after)
    following = FEED_CURSORS.write(asked, place)
    entries = feed_entries(result, positions, request.app.state.settings.serve_text)
    feed = _described(request, text.snapshot, following)
    return link_next(request, export(form(feed, entries), media_type), following)


def _described(request: Request, snapshot: Snapshot, following: str | None) -> Feed:
    query, base = request.scope["query_string"], api_url(request)
    filters = without(query, *PAGING)
    return Feed(
        title=_title(request.state.pairs),
        url=with_query(request, without(query)),
        first_url=with_query(request, without(query, "cursor")),
        next_url=following and with_query(request, with_parameter(query, "cursor", following)),
        search_url=f"{base}/articles?{filters}".removesuffix("?"),
        api_url=base,
        published_at=instant(snapshot.published_at),
    )


def _title(pairs: Sequence[Pair]) -> str:
    """Return what a reader's list of feeds shows: the filters as they were given."""
    filters = ", ".join(f"{pair.name} {pair.value}" for pair in pairs if pair.name not in PAGING)
    return f"Dateline: {filters}" if filters else "Dateline"
