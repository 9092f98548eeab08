"""The places that the articles of a search name, as GeoJSON for maps."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from app.http.responses import api_url
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.search.aggregations.facets import FacetCounts
from app.search.query.aggregation_filters import PlaceExport
from app.search.query.search import search
from app.wire.places import GEOJSON_TYPE, PlaceCollection, place_collection

router = v1_router("places")


class GeoJsonResponse(JSONResponse):
    """The class that declares the media type."""

    media_type = GEOJSON_TYPE


@router.get("/places.geojson", response_model=PlaceCollection, response_class=GeoJsonResponse)
def list_places(filters: Annotated[PlaceExport, Query()], context: SearchDep, request: Request) -> Response:
    """Return the places that the articles of a search name as GeoJSON (RFC 7946), by number of articles, then by id."""
    result = search(context, filters)
    places = FacetCounts(result, members=filters.members).top_values("place", None)
    body = place_collection(result, places, api_url(request))
    return Response(body.model_dump_json(by_alias=True), media_type=GEOJSON_TYPE)
