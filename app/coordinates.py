"""Where places are: points in degrees of WGS 84, and the boxes and circles that a search may ask for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterProblem
from app.models import PlacePrecision

FloatArray = NDArray[np.float64]

BOX_WANTED = (
    "`west,south,east,north` in degrees: longitudes from -180 to 180 and latitudes from -90 to 90, south not above "
    "north; a west above the east crosses the 180th meridian"
)
POINT_WANTED = "`latitude,longitude` in degrees: a latitude from -90 to 90 and a longitude from -180 to 180"

EARTH_RADIUS = 6371.0088
"""The mean radius of the earth, in kilometres (IUGG)."""

# No two points are farther apart.
MAX_KILOMETRES = 20_038
"""Half of the circumference of the earth, in kilometres."""

DEFAULT_KILOMETRES = 50.0
"""The radius of a circle that has none, in kilometres."""

CREDITS = {
    "geonames": "GeoNames (https://www.geonames.org), CC BY 4.0",
    "natural-earth": "Natural Earth (https://www.naturalearthdata.com), public domain",
    "airportsdata": "airportsdata (https://github.com/mborsetti/airportsdata), MIT",
}
"""What to credit for coordinates, by the first word of their source."""

_NUMBER = r"\s*([+-]?(?:\d{1,3}(?:\.\d{0,15})?|\.\d{1,15}))\s*"
_POINT = re.compile(f"{_NUMBER},{_NUMBER}", re.ASCII)
_BOX = re.compile(",".join([_NUMBER] * 4), re.ASCII)


class Coordinates(NamedTuple):
    """Where an entity is: degrees of WGS 84, what the point stands for, and where that was read."""

    lat: float
    lon: float
    precision: PlacePrecision
    source: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return the coordinates as the database has them."""
        return {**self._asdict(), "precision": self.precision.value}

    @property
    def credit(self) -> str | None:
        """Whom to credit for the coordinates; None for those that somebody entered."""
        return CREDITS.get((self.source or "").partition(" ")[0])


def coordinates(fields: Mapping[str, Any]) -> Coordinates:
    """Return the coordinates that the database has in these fields."""
    return Coordinates(fields["lat"], fields["lon"], PlacePrecision(fields["precision"]), fields["source"])


@dataclass(frozen=True, slots=True)
class Box:
    """The points between two meridians and two parallels, borders included; `west` may be above `east`."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lats: FloatArray, lons: FloatArray) -> NDArray[np.bool_]:
        """Return which of the points are within the box."""
        # Eastward from the western border, so that the 180th meridian needs no case of its own.
        width = 360.0 if self.east - self.west == 360 else (self.east - self.west) % 360
        is_between = (lons - self.west) % 360 <= width
        return is_between & (lats >= self.south) & (lats <= self.north)


@dataclass(frozen=True, slots=True)
class Circle:
    """The points at most some kilometres from one point, along great circles of a sphere."""

    lat: float
    lon: float
    kilometres: float

    def contains(self, lats: FloatArray, lons: FloatArray) -> NDArray[np.bool_]:
        """Return which of the points are within the circle."""
        within: NDArray[np.bool_] = self.distances(lats, lons) <= self.kilometres
        return within

    def distances(self, lats: FloatArray, lons: FloatArray) -> FloatArray:
        """Return the distance of each point from the middle, in kilometres (the haversine formula)."""
        lat, other = np.radians(self.lat), np.radians(lats)
        across = np.sin(np.radians(lons - self.lon) / 2) ** 2
        squared = np.sin((other - lat) / 2) ** 2 + np.cos(lat) * np.cos(other) * across
        distances: FloatArray = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(squared, 0, 1)))
        return distances


Region = Box | Circle


def read_box(parameter: str, value: str) -> Box | ParameterProblem:
    """Return the box of a text, or what is wrong with it."""
    if match := _BOX.fullmatch(value):
        west, south, east, north = map(float, match.groups())
        if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90 and south <= north:
            return Box(west, south, east, north)
    return ParameterProblem(parameter, value, BOX_WANTED)


def read_circle(parameter: str, value: str, kilometres: float) -> Circle | ParameterProblem:
    """Return the circle around the point of a text, or what is wrong with it."""
    if match := _POINT.fullmatch(value):
        lat, lon = map(float, match.groups())
        if abs(lat) <= 90 and abs(lon) <= 180:
            return Circle(lat, lon, kilometres)
    return ParameterProblem(parameter, value, POINT_WANTED)
