"""Entities: the ones that the articles of a search name, and one with its profile and relations."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.http.problems import SPLIT_RESPONSE, problems
from app.http.request_url import requested_query
from app.http.responses import json_response, list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.search.aggregations.entities import count_entities, related_entities
from app.search.aggregations.entity_profile import top_surfaces
from app.search.names.lookup import look_up_entities
from app.search.query.aggregation_filters import EntityPage, RelatedPage
from app.search.query.entities_by_id import find_entity
from app.search.query.resource_filters import EntityLookup
from app.search.query.search import count_page, search
from app.wire.cursors import RANK_CURSORS
from app.wire.entities import (
    EntityDetail,
    EntityList,
    EntityLookupList,
    RelatedList,
    entity_detail,
    entity_lookup_list,
    explain_no_related_entities,
    named_entity,
    related_entity,
)
from app.wire.facets import explain_no_articles, search_fields

router = v1_router("entities")
lookup_router = v1_router("entities", is_post=True)

EntityId = Annotated[str, Path(description="Id of the entity.", examples=["vladimir-putin"])]

ENTITY_RESPONSES: dict[int | str, dict[str, Any]] = {
    308: {"description": "The entity was merged into the one in `Location`, or has another id now"},
    **problems(404),
    **SPLIT_RESPONSE,
}
"""The responses of a route of one entity besides its own."""


@router.get("/entities", response_model=EntityList)
def list_entities(filters: Annotated[EntityPage, Query()], context: SearchDep, request: Request) -> Response:
    """List the entities that the articles of a search name, by number of these articles or by lift, then by id."""
    after = RANK_CURSORS.read(filters)
    result = search(context, filters)
    entities = count_entities(context.snapshot, result.positions, frozenset(filters.type), filters.name)
    page = count_page(entities.values_by(filters.sort), limit=filters.limit, after=after)
    next_cursor = RANK_CURSORS.write(filters, page.next)
    body = EntityList(
        **search_fields(result),
        total=len(entities.counts),
        items=[named_entity(entities, ordinal) for _, _, ordinal in page.values],
        next=next_cursor,
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=context.snapshot.version,
    )
    return list_response(
        request, body, next_cursor, previous_cursor=RANK_CURSORS.write_previous(filters, page.previous)
    )


@lookup_router.post("/entities/lookup", response_model=EntityLookupList)
def find_entities(lookup: EntityLookup, context: SearchDep) -> Response:
    """Find up to 1,000 entities by ids, Wikidata ids or names; each has its entity or an error with the nearest ones.

    The nearest are searched for the first 10 values that are unknown. The response is never cached.
    """
    response = json_response(entity_lookup_list(context.snapshot, look_up_entities(context, lookup)))
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/entities/{id}", response_model=EntityDetail, responses=ENTITY_RESPONSES)
def get_entity(
    id: EntityId,  # noqa: A002 - its name in the path
    context: SearchDep,
) -> Response:
    """Return one entity; a known entity that no article names has a count of 0.

    The id of an entity that was merged into another, or moved to another id, redirects to that one; that of an entity
    that is several now responds with 410 and their ids.
    """
    snapshot = context.snapshot
    entity = find_entity(context, id)
    if entity.label.id != id:
        return RedirectResponse(quote(entity.label.id, safe=""), status_code=308)
    return json_response(entity_detail(snapshot, entity, top_surfaces(context.session, snapshot, entity)))


@router.get(
    "/entities/{id}/related",
    response_model=RelatedList,
    responses=ENTITY_RESPONSES,
)
def list_related_entities(
    id: EntityId,  # noqa: A002 - its name in the path
    filters: Annotated[RelatedPage, Query()],
    context: SearchDep,
    request: Request,
) -> Response:
    """List the entities that articles of a search name together with this one, and how closely they are associated.

    The id of an entity that was merged into another, or moved to another id, redirects to that one; that of an entity
    that is several now responds with 410 and their ids.
    """
    entity = find_entity(context, id)
    if (current_id := entity.label.id) != id:
        way = "../../{}/related/search" if request.method == "POST" else "../{}/related"
        path, query = way.format(quote(current_id, safe="")), requested_query(request.scope).decode("ascii")
        return RedirectResponse("?".join(filter(None, (path, query))), status_code=308)
    after = RANK_CURSORS.read(filters, of=id)
    result = search(context, filters)
    entities = related_entities(result, entity, frozenset(filters.type), members=filters.members)
    page = count_page(entities.values_by(filters.sort), limit=filters.limit, after=after)
    next_cursor = RANK_CURSORS.write(filters, page.next, of=id)
    body = RelatedList(
        **search_fields(result),
        total=len(entities.counts),
        items=[related_entity(entities, ordinal) for _, _, ordinal in page.values],
        next=next_cursor,
        empty=explain_no_related_entities(entities),
        corpus_version=context.snapshot.version,
    )
    return list_response(
        request, body, next_cursor, previous_cursor=RANK_CURSORS.write_previous(filters, page.previous, of=id)
    )
