"""What the handlers of all searches share: the way to the text index, where they work, the link to the next page."""

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

MOMENT = 0.02
"""Seconds in which most text searches are done: of a million articles those of all but the most frequent words."""

THREADS_A_LONG_SEARCH = 4
"""For each so many threads one text search at once that is not done in a moment: by default all others keep a core."""

_LONG: RunVar[CapacityLimiter] = RunVar("dateline_long_searches")


async def text_search(request: Request) -> AsyncIterator[TextSearch]:
    """Give a handler what a search needs: session, snapshot and its time."""
    snapshot = await current_snapshot(request)
    with new_session(request) as session:
        yield TextSearch(session, snapshot, request.app.state.settings.text_search_seconds)


TextDep = Annotated[TextSearch, Depends(text_search)]


async def worked(work: Callable[[TextSearch], Response], text: TextSearch, *, quick: bool = False) -> Response:
    """Return what the work gives: at once if it is quick, else from a thread.

    Work of a millisecond takes longer if it is handed to a thread, and never waits for one that way. A text search that
    is not done in a moment begins anew among the long ones, so that what is short never waits until these are done.
    """
    if quick:
        return work(text)
    try:
        return await run_in_threadpool(work, replace(text, seconds=min(MOMENT, text.seconds)))
    except SearchTimeoutError:
        text.session.close()  # Whoever waits holds no connection.
        return await to_thread.run_sync(work, text, limiter=_long_searches())


def _long_searches() -> CapacityLimiter:
    """Return what lets a few of them run at once, with threads of their own."""
    limiter = _LONG.get(None)
    if limiter is None:
        threads = int(to_thread.current_default_thread_limiter().total_tokens)
        limiter = CapacityLimiter(max(1, threads // THREADS_A_LONG_SEARCH))
        _LONG.set(limiter)
    return limiter


def link_next(request: Request, response: Response, cursor: str | None) -> Response:
    """Return the response with the next page named in a Link header (RFC 8288) as well, relative to this one."""
    if cursor is not None:
        query = with_parameter(request.scope["query_string"], "cursor", cursor)
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return response


def new_session(request: Request) -> Session:
    """Return a read-only session; everything that is read with it is of one moment.

    It asks nothing of the database by itself, so that it needs no thread.
    """
    return Session(request.app.state.engine)


async def get_session(request: Request) -> AsyncIterator[Session]:
    """Give a handler one read-only session."""
    with new_session(request) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
