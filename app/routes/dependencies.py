"""What handlers share: what they read with, and where they run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial, wraps
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Response
from sqlmodel import Session

from app.errors import SearchTimeoutError
from app.http.cache import newest_snapshot
from app.search.fulltext.hits import SearchContext
from app.search.query.filters import ArticleFilters

# Enough for most text searches: in a million articles, for all but the most frequent words.
SHORT_SEARCH_SECONDS = 0.02
"""Seconds after which a text search counts as long."""

# By default, one long search runs at a time and leaves a core to all others.
THREADS_PER_LONG_SEARCH = 4
"""One long text search at a time is allowed per this many threads."""

_LONG_SEARCHES: RunVar[CapacityLimiter] = RunVar("dateline_long_searches")


async def search_context(request: Request) -> AsyncIterator[SearchContext]:
    """Yield what a handler reads with: a read-only session, the snapshot, and the time limit of a text search.

    Everything read with the session is one consistent view of the database. Opening it runs no statement, so that it
    needs no thread.
    """
    # A POST is not cacheable, and has no snapshot yet.
    snapshot = getattr(request.state, "snapshot", None)
    if snapshot is None:
        snapshot = await newest_snapshot(request.scope)
    with Session(snapshot.engine) as session:
        yield SearchContext(session, snapshot, request.app.state.settings.text_search_seconds)


# The session is closed when the handler returns, before the response is sent: a slow client must hold no connection.
SearchDep = Annotated[SearchContext, Depends(search_context, scope="function")]


def run_by_cost(handler: Callable[..., Response]) -> Callable[..., Awaitable[Response]]:
    """Run a handler of a search here if its filters are cheap, and in a thread otherwise.

    Handing work to a thread takes longer than a millisecond of work, and cheap work never has to wait for one. A text
    search that exceeds SHORT_SEARCH_SECONDS starts again among the long ones, so that short ones never wait for it.
    """

    @wraps(handler)
    async def run(*, filters: ArticleFilters, context: SearchContext, **values: Any) -> Response:  # noqa: ANN401 - of any type
        if filters.is_cheap:
            return handler(filters=filters, context=context, **values)
        call = partial(handler, filters=filters, **values)
        short = replace(context, seconds=min(SHORT_SEARCH_SECONDS, context.seconds))
        try:
            return await to_thread.run_sync(partial(call, context=short))
        except SearchTimeoutError:
            context.session.close()  # A search that waits must hold no connection.
            return await to_thread.run_sync(partial(call, context=context), limiter=_long_search_limiter())

    return run


def _long_search_limiter() -> CapacityLimiter:
    """Return the limiter of long searches, which has threads of its own."""
    limiter = _LONG_SEARCHES.get(None)
    if limiter is None:
        threads = int(to_thread.current_default_thread_limiter().total_tokens)
        limiter = CapacityLimiter(max(1, threads // THREADS_PER_LONG_SEARCH))
        _LONG_SEARCHES.set(limiter)
    return limiter
