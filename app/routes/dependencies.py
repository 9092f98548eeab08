"""What search handlers share: sessions, the text index, where a search runs, the link to the next page."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from app.errors import SearchTimeoutError
from app.http.caching.middleware import current_snapshot
from app.http.query_string import with_parameter
from app.search.fulltext.hits import TextSearch

# Enough for most text searches: in a million articles, for all but the most frequent words.
SHORT_SEARCH_SECONDS = 0.02
"""Seconds after which a text search counts as long."""

# By default, one long search runs at a time, and all others keep a core.
THREADS_PER_LONG_SEARCH = 4
"""One long text search at a time is allowed per this many threads."""

_LONG_SEARCHES: RunVar[CapacityLimiter] = RunVar("dateline_long_searches")


async def text_search(request: Request) -> AsyncIterator[TextSearch]:
    """Yield what a search needs: session, snapshot and its time limit."""
    snapshot = await current_snapshot(request)
    with new_session(request) as session:
        yield TextSearch(session, snapshot, request.app.state.settings.text_search_seconds)


TextDep = Annotated[TextSearch, Depends(text_search)]


async def run_search(search: Callable[[TextSearch], Response], text: TextSearch, *, is_quick: bool = False) -> Response:
    """Return the response of a search, run here if it is quick and in a thread otherwise.

    Handing work to a thread takes longer than a millisecond of work, and quick work never has to wait for one. A text
    search that exceeds SHORT_SEARCH_SECONDS starts again among the long ones, so that short ones never wait for it.
    """
    if is_quick:
        return search(text)
    try:
        return await run_in_threadpool(search, replace(text, seconds=min(SHORT_SEARCH_SECONDS, text.seconds)))
    except SearchTimeoutError:
        text.session.close()  # A search that waits must hold no connection.
        return await to_thread.run_sync(search, text, limiter=_long_search_limiter())


def _long_search_limiter() -> CapacityLimiter:
    """Return the limiter of long searches, which has threads of its own."""
    limiter = _LONG_SEARCHES.get(None)
    if limiter is None:
        threads = int(to_thread.current_default_thread_limiter().total_tokens)
        limiter = CapacityLimiter(max(1, threads // THREADS_PER_LONG_SEARCH))
        _LONG_SEARCHES.set(limiter)
    return limiter


def link_next(request: Request, response: Response, cursor: str | None) -> Response:
    """Return the response with a Link header (RFC 8288) to the next page, relative to this one, if there is one."""
    if cursor is not None:
        query = with_parameter(request.scope["query_string"], "cursor", cursor)
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return response


def new_session(request: Request) -> Session:
    """Return a read-only session; everything read with it is one consistent view of the database.

    Opening it runs no statement, so that it needs no thread.
    """
    return Session(request.app.state.engine)


async def get_session(request: Request) -> AsyncIterator[Session]:
    """Yield a read-only session."""
    with new_session(request) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
