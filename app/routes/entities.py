"""Entities: what the articles of a search name."""

from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.errors import NotFoundError
from app.http.answer import answer
from app.http.problems import problems
from app.http.strict import v1_router
from app.http.validators import SnapshotDep
from app.routes.searching import TextDep, link_next, worked
from app.search.facets import named_entities
from app.search.filters import EntityPage
from app.search.fulltext import TextSearch
from app.search.ranking import count_page
from app.search.result import search
from app.wire import views
from app.wire.cursors import COUNT_CURSORS
from app.wire.entities import EntityDetail, EntityList, entity_detail, entity_item

router = v1_router("entities")

MERGED = {"description": "The entity was merged into the one that `Location` names"}


@router.get("/entities", response_model=EntityList)
async def list_entities(asked: Annotated[EntityPage, Query()], text: TextDep, request: Request) -> Response:
    """List the entities that the articles of a search name, by number of these articles and then id."""
    return await worked(partial(_page, asked, request), text)


def _page(asked: EntityPage, request: Request, text: TextSearch) -> Response:
    after = COUNT_CURSORS.read(asked)
    result = search(text, asked)
    counted = named_entities(text.snapshot, result.positions, frozenset(asked.type), asked.name)
    shown = count_page(counted, limit=asked.limit, after=after)
    following = COUNT_CURSORS.write(asked, shown.next)
    body = EntityList(
        total=len(counted),
        items=[entity_item(text.snapshot, slot, count) for count, _, slot in shown.values],
        next=following,
        empty=views.empty(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session), following)


@router.get("/entities/{id}", response_model=EntityDetail, responses={308: MERGED, **problems(404)})
def get_entity(
    id: Annotated[str, Path(description="Id of the entity.", examples=["vladimir-putin"])],  # noqa: A002 - its name in the path
    snapshot: SnapshotDep,
) -> EntityDetail | RedirectResponse:
    """Return one entity; one that is known but not named in any article has 0 of them.

    The id of an entity that was merged into another leads to that one.
    """
    slot = snapshot.entity_slots.get(id)
    if slot is None:
        raise NotFoundError(f"No entity with the id {id!r} is known.")
    survivor = snapshot.labels.entity[slot].id
    if survivor != id:
        return RedirectResponse(quote(survivor, safe=""), status_code=308)
    return entity_detail(snapshot, slot)
