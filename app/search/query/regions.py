"""The filters by region: boxes and circles on the earth, and the places of a snapshot that are within one."""

from collections.abc import Iterator

from app.coordinates import DEFAULT_KILOMETRES, Region, read_box, read_circle
from app.errors import ErrorCode, ParameterProblem
from app.search.index.memberships import MemberPosting
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleFilters

REGION_PARAMETERS = ("bbox", "near", "km")
"""The parameters that ask for a region."""

RequestedRegion = tuple[str, str, Region | ParameterProblem]
"""The parameters that ask for a region, joined by `+`, their values, joined by `/`, and the region or an error."""


def requested_regions(filters: ArticleFilters) -> Iterator[RequestedRegion]:
    """Yield each region that a search asks for, or what is wrong with it."""
    if filters.bbox is not None:
        yield "bbox", filters.bbox, read_box("bbox", filters.bbox)
    if filters.near is not None:
        if filters.km is None:
            yield "near", filters.near, read_circle("near", filters.near, DEFAULT_KILOMETRES)
        else:
            yield "near+km", f"{filters.near}/{filters.km:.12g}", read_circle("near", filters.near, filters.km)
    elif filters.km is not None:
        wanted = "`near`, the point to measure from, next to it"
        problem = ParameterProblem("km", f"{filters.km:.12g}", wanted, code=ErrorCode.CONFLICT)
        yield "km", f"{filters.km:.12g}", problem


def places_within(snapshot: Snapshot, region: Region) -> tuple[MemberPosting, ...]:
    """Return the places whose point is within a region, in order, each with its articles."""
    places, postings = snapshot.located_places, snapshot.postings["entity"]
    is_within = region.contains(places.lats, places.lons)
    return tuple(MemberPosting(ordinal, postings[ordinal]) for ordinal in places.ordinals[is_within].tolist())
