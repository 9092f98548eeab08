"""What the handlers of all searches share: one request's way to the text index, and the link to the next page."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request, Response

from app.db import new_session
from app.http.query import with_parameter
from app.http.validators import current_snapshot
from app.search.fulltext import TextSearch


async def text_search(request: Request) -> AsyncIterator[TextSearch]:
    """Give a handler what a search needs: session, snapshot and its time."""
    snapshot = await current_snapshot(request)
    with new_session(request) as session:
        yield TextSearch(session, snapshot, request.app.state.settings.text_search_seconds)


TextDep = Annotated[TextSearch, Depends(text_search)]


def link_next(request: Request, response: Response, cursor: str | None) -> Response:
    """Return the response with the next page named in a Link header (RFC 8288) as well, relative to this one."""
    if cursor is not None:
        query = with_parameter(request.scope["query_string"], "cursor", cursor)
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return response
