"""Sources: the outlets of the articles that are served."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.errors import NotFoundError
from app.http.cache import SnapshotDep
from app.http.problems import problems
from app.http.responses import list_response
from app.http.strict_params import v1_router
from app.search.aggregations.facets import source_facets
from app.search.query.resource_filters import SourcePage
from app.search.query.search import count_page
from app.search.query.source_directory import find_sources
from app.wire.cursors import COUNT_CURSORS
from app.wire.facets import facets_out
from app.wire.sources import GroupList, SourceDetail, SourceFacets, SourceList, group_list, source_detail, source_item

router = v1_router("sources")


@router.get("/sources", response_model=SourceList)
def list_sources(paging: Annotated[SourcePage, Query()], snapshot: SnapshotDep, request: Request) -> Response:
    """List the sources that have articles, by number of articles and then id; facets count sources."""
    after = COUNT_CURSORS.read(paging)
    listing = find_sources(snapshot, paging)
    counts = listing.counts()
    page = count_page(counts, limit=paging.limit, after=after)
    next_cursor = COUNT_CURSORS.write(paging, page.next)
    body = SourceList(
        total=len(counts),
        items=[source_item(snapshot, ordinal, count) for count, _, ordinal in page.values],
        next=next_cursor,
        facets=facets_out(SourceFacets, source_facets(listing, paging)) if paging.facet else None,
        corpus_version=snapshot.version,
    )
    return list_response(
        request, body, next_cursor, previous_cursor=COUNT_CURSORS.write_previous(paging, page.previous)
    )


@router.get("/source-groups")
def list_source_groups(snapshot: SnapshotDep) -> GroupList:
    """List the groups of sources that the operator defined, with their sources."""
    return group_list(snapshot)


@router.get("/sources/{id}", responses=problems(404))
def get_source(
    id: Annotated[str, Path(description="Id of the source.", examples=["rferl"])],  # noqa: A002 - its name in the path
    snapshot: SnapshotDep,
) -> SourceDetail:
    """Return one source; a known source without articles has a count of 0."""
    ordinal = snapshot.names.source_ordinals.get(id)
    if ordinal is None:
        raise NotFoundError(f"No source with the id {id!r} is known.", snapshot.names.resolver.unknown_source_id(id))
    return source_detail(snapshot, ordinal)
