"""The corrections of people to what was found in the articles: all of them, and the history of one entity."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from app.http.request_url import requested_query
from app.http.responses import list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.routes.entities import ENTITY_RESPONSES, EntityId
from app.search.aggregations.corrections import CorrectionNumbers, correction_numbers, history_numbers
from app.search.index.snapshot import Snapshot
from app.search.query.parameters import Paging
from app.search.query.resource_filters import CorrectionPage, HistoryPage
from app.wire.corrections import CorrectionList, correction_item
from app.wire.cursors import CORRECTION_CURSORS

router = v1_router("corpus")
entity_router = v1_router("entities")


@router.get("/corrections", response_model=CorrectionList)
def list_corrections(filters: Annotated[CorrectionPage, Query()], context: SearchDep, request: Request) -> Response:
    """List the corrections that the corpus version applies, newest first; those that were undone are marked."""
    numbers = correction_numbers(context.snapshot, filters.entity)
    return _page(context.snapshot, numbers, filters, request)


@entity_router.get("/entities/{id}/history", response_model=CorrectionList, responses=ENTITY_RESPONSES)
def list_entity_history(
    id: EntityId,  # noqa: A002 - its name in the path
    paging: Annotated[HistoryPage, Query()],
    context: SearchDep,
    request: Request,
) -> Response:
    """List the corrections about an entity and those that were merged into it, newest first.

    The id of an entity that was merged into another, or moved to another id, redirects to that one. Entities that a
    correction hides or has split have a history, too.
    """
    current_id, numbers = history_numbers(context, id)
    if current_id != id:
        path, query = f"../{quote(current_id, safe='')}/history", requested_query(request.scope).decode("ascii")
        return RedirectResponse("?".join(filter(None, (path, query))), status_code=308)
    return _page(context.snapshot, numbers, paging, request, of=id)


def _page(
    snapshot: Snapshot, numbers: CorrectionNumbers, paging: Paging, request: Request, *, of: str = ""
) -> Response:
    before = CORRECTION_CURSORS.read(paging, of=of)
    remaining = [number for number in reversed(numbers) if before is None or number < before]
    page = remaining[: paging.limit]
    next_cursor = CORRECTION_CURSORS.write(paging, page[-1] if len(remaining) > len(page) else None, of=of)
    with_author = request.app.state.settings.serve_correctors
    body = CorrectionList(
        total=len(numbers),
        items=[correction_item(snapshot.corrections[number], with_author=with_author) for number in page],
        next=next_cursor,
        corpus_version=snapshot.version,
    )
    return list_response(request, body, next_cursor)
