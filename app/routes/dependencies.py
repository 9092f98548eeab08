"""What handlers share: what they read with."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from app.http.cache import newest_snapshot
from app.search.fulltext.hits import SearchContext


async def search_context(request: Request) -> AsyncIterator[SearchContext]:
    """Yield what a handler reads with: a read-only session and the snapshot.

    Everything read with the session is one consistent view of the database. Opening it runs no statement, so that it
    needs no thread.
    """
    # A POST is not cacheable, and has no snapshot yet.
    snapshot = getattr(request.state, "snapshot", None)
    if snapshot is None:
        snapshot = await newest_snapshot(request.scope)
    with Session(snapshot.engine) as session:
        yield SearchContext(session, snapshot)


# The session is closed when the handler returns, before the response is sent: a slow client must hold no connection.
SearchDep = Annotated[SearchContext, Depends(search_context, scope="function")]
