"""Entities: what the articles of a search name."""

from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.errors import NotFoundError
from app.http.caching.middleware import SnapshotDep
from app.http.problems import problems
from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import SessionDep, TextDep, link_next, worked
from app.search.aggregations.entities import named, related
from app.search.fulltext.hits import TextSearch
from app.search.index.snapshot import Snapshot
from app.search.query.aggregation_filters import EntityPage, RelatedPage
from app.search.query.pagination import count_page
from app.search.query.search import search
from app.wire import facets
from app.wire.cursors import RANK_CURSORS
from app.wire.entities import (
    EntityDetail,
    EntityList,
    RelatedList,
    entity_detail,
    named_entity,
    related_entity,
    why_unrelated,
)

router = v1_router("entities")

EntityId = Annotated[str, Path(description="Id of the entity.", examples=["vladimir-putin"])]

MERGED = {"description": "The entity was merged into the one that `Location` names"}


@router.get("/entities", response_model=EntityList)
async def list_entities(asked: Annotated[EntityPage, Query()], text: TextDep, request: Request) -> Response:
    """List the entities that the articles of a search name, by number of these articles or by lift, and then id."""
    return await worked(partial(_page, asked, request), text)


def _page(asked: EntityPage, request: Request, text: TextSearch) -> Response:
    after = RANK_CURSORS.read(asked)
    result = search(text, asked)
    found = named(text.snapshot, result.positions, frozenset(asked.type), asked.name)
    shown = count_page(found.ranked(asked.sort), limit=asked.limit, after=after)
    following = RANK_CURSORS.write(asked, shown.next)
    body = EntityList(
        total=len(found.counts),
        items=[named_entity(found, ordinal) for _, _, ordinal in shown.values],
        next=following,
        empty=facets.empty(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session), following)


@router.get("/entities/{id}", response_model=EntityDetail, responses={308: MERGED, **problems(404)})
def get_entity(
    id: EntityId,  # noqa: A002 - its name in the path
    session: SessionDep,
    snapshot: SnapshotDep,
) -> Response:
    """Return one entity; one that is known but not named in any article has 0 of them.

    The id of an entity that was merged into another leads to that one.
    """
    ordinal, survivor = _known(snapshot, id)
    if survivor != id:
        return RedirectResponse(quote(survivor, safe=""), status_code=308)
    return answer(entity_detail(session, snapshot, ordinal), session)


@router.get("/entities/{id}/related", response_model=RelatedList, responses={308: MERGED, **problems(404)})
async def list_related_entities(
    id: EntityId,  # noqa: A002 - its name in the path
    asked: Annotated[RelatedPage, Query()],
    text: TextDep,
    request: Request,
) -> Response:
    """List the other entities that the articles of a search name which name this one, and how much they belong to it.

    The id of an entity that was merged into another leads to that one.
    """
    ordinal, survivor = _known(text.snapshot, id)
    if survivor != id:
        path = f"../{quote(survivor, safe='')}/related"
        return RedirectResponse("?".join(filter(None, (path, request.url.query))), status_code=308)
    return await worked(partial(_related, ordinal, survivor, asked, request), text)


def _related(ordinal: int, id_: str, asked: RelatedPage, request: Request, text: TextSearch) -> Response:
    after = RANK_CURSORS.read(asked, of=id_)
    result = search(text, asked)
    found = related(result, ordinal, frozenset(asked.type), members=asked.members)
    shown = count_page(found.ranked(asked.sort), limit=asked.limit, after=after)
    following = RANK_CURSORS.write(asked, shown.next, of=id_)
    body = RelatedList(
        total=len(found.counts),
        items=[related_entity(found, ordinal) for _, _, ordinal in shown.values],
        next=following,
        empty=why_unrelated(found),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session), following)


def _known(snapshot: Snapshot, id_: str) -> tuple[int, str]:
    """Return the index of an entity, and the id that it has now."""
    ordinal = snapshot.entity_ordinals.get(id_)
    if ordinal is None:
        raise NotFoundError(f"No entity with the id {id_!r} is known.")
    return ordinal, snapshot.labels.entity[ordinal].id
