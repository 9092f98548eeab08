"""Places as GeoJSON (RFC 7946), and coordinates as response fields."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from app.coordinates import Coordinates
from app.labels import EntityLabel
from app.models import PlacePrecision
from app.search.aggregations.facets import TopValue
from app.search.query.search import Result
from app.wire.base import VERSION_FIELD, CoordinatesOut, EmptyExplanation, Out, SearchOut
from app.wire.facets import explain_no_articles, first_and_last_day, search_fields

GEOJSON_TYPE = "application/geo+json"

# A tenth of a metre; RFC 7946 (11.2) advises no more.
DECIMALS = 6
"""Maximum number of decimals of a degree."""


class PointOut(Out):
    """A point of GeoJSON."""

    type: Literal["Point"] = Field(description="Always `Point`.", examples=["Point"])
    coordinates: list[float] = Field(
        description="Longitude and latitude, in this order, in degrees of WGS 84.", examples=[[35.9487, 35.4011]]
    )


class PlaceProperties(Out):
    """What is known of a place, and of the articles of the result that name it."""

    id: str = Field(description="Id of the place, the value to filter by.", examples=["hmeimim-air-base"])
    name: str = Field(description="Name of the place.", examples=["Hmeimim Air Base"])
    wikidata: str | None = Field(description="Its Wikidata id, where certain.", examples=[None])
    articles: int = Field(description="Number of articles in the result that name it.", examples=[3])
    share: float = Field(description="Their share of the articles in the result.", examples=[0.6])
    first_day: str | None = Field(description="First printed day of these articles.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day of these articles.", examples=["2015-11-22"])
    precision: PlacePrecision | None = Field(
        description="What the point stands for: a `settlement`; a `point`, such as a base or a crossing; the middle of "
        "an `area`; or the settlement that the place is `near` or part of. Null without coordinates.",
        examples=["point"],
    )
    source: str | None = Field(
        description="Where the coordinates were read; null without coordinates.", examples=["airportsdata OSLK"]
    )
    url: str = Field(
        description="Address of the entity.", examples=["http://127.0.0.1:8000/v1/entities/hmeimim-air-base"]
    )


class PlaceFeature(Out):
    """A place as a feature of GeoJSON."""

    type: Literal["Feature"] = Field(description="Always `Feature`.", examples=["Feature"])
    id: str = Field(description="Id of the place.", examples=["hmeimim-air-base"])
    geometry: PointOut | None = Field(description="Where the place is; null if that is unknown.")
    properties: PlaceProperties = Field(description="What is known of the place.")


class PlaceCollection(SearchOut):
    """The places that the articles of a search name, as GeoJSON: by number of articles, then by id."""

    type: Literal["FeatureCollection"] = Field(
        description="Always `FeatureCollection`.", examples=["FeatureCollection"]
    )
    features: list[PlaceFeature] = Field(description="All places that the articles name, with or without coordinates.")
    articles: int = Field(description="Number of articles in the result.", examples=[5])
    places: int = Field(description="Number of places.", examples=[34])
    without_geometry: int = Field(description="Number of places without coordinates.", examples=[6])
    attribution: list[str] = Field(
        description="Whom to credit for the coordinates.",
        examples=[["GeoNames (https://www.geonames.org), CC BY 4.0"]],
    )
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def coordinates_out(at: Coordinates | None) -> CoordinatesOut | None:
    """Return coordinates as a field of an entity."""
    if at is None:
        return None
    return CoordinatesOut(lat=at.lat, lon=at.lon, precision=at.precision, source=at.source, credit=at.credit)


def place_collection(result: Result, places: Iterable[TopValue], api_url: str) -> PlaceCollection:
    """Return the places of a result, in their order."""
    counted = [(place, result.snapshot.names.entity(place.id)) for place in places]
    features = [_feature(result, place, label, api_url) for place, label in counted]
    located = [label.at for _, label in counted if label.at is not None]
    return PlaceCollection(
        **search_fields(result),
        type="FeatureCollection",
        features=features,
        articles=len(result.positions),
        places=len(features),
        without_geometry=len(features) - len(located),
        attribution=sorted({at.credit for at in located if at.credit is not None}),
        empty=None if result.positions else explain_no_articles(result),
        corpus_version=result.snapshot.version,
    )


def _feature(result: Result, place: TopValue, label: EntityLabel, api_url: str) -> PlaceFeature:
    at = label.at
    first, last = first_and_last_day(result.snapshot, result.positions & place.posting)
    point = at and PointOut(type="Point", coordinates=[round(at.lon, DECIMALS), round(at.lat, DECIMALS)])
    return PlaceFeature(
        type="Feature",
        id=place.id,
        geometry=point,
        properties=PlaceProperties(
            id=place.id,
            name=place.name,
            wikidata=label.wikidata,
            articles=place.count,
            share=place.count / len(result.positions),
            first_day=first,
            last_day=last,
            precision=at and at.precision,
            source=at and at.source,
            url=f"{api_url}/entities/{place.id}",
        ),
    )
