"""Boxes and circles on the earth: borders, poles, the 180th meridian, and values that are neither."""

import numpy as np
import pytest

from app.coordinates import (
    BOX_WANTED,
    CREDITS,
    MAX_KILOMETRES,
    POINT_WANTED,
    Box,
    Circle,
    Coordinates,
    coordinates,
    read_box,
    read_circle,
)
from app.errors import ParameterProblem
from app.models import PlacePrecision


def is_within(region: Box | Circle, lat: float, lon: float) -> bool:
    return bool(region.contains(np.array([lat]), np.array([lon]))[0])


@pytest.mark.parametrize(
    ("box", "lat", "lon", "expected"),
    [
        (Box(35, 32, 43, 38), 35.95, 39.0, True),
        (Box(35, 32, 43, 38), 39.0, 35.95, False),
        (Box(35, 32, 43, 38), 32.0, 43.0, True),
        (Box(35, 32, 43, 38), 31.99, 43.0, False),
        (Box(35, 32, 43, 38), 33.0, 43.01, False),
        (Box(35, 32, 43, 38), 33.0, 34.99, False),
        (Box(39, 35.9, 39, 36), 35.95, 39.0, True),
        (Box(39, 35.9, 39, 36), 35.95, 39.1, False),
        (Box(170, -20, -170, 20), 0.0, 175.0, True),
        (Box(170, -20, -170, 20), 0.0, -175.0, True),
        (Box(170, -20, -170, 20), 0.0, 180.0, True),
        (Box(170, -20, -170, 20), 0.0, -180.0, True),
        (Box(170, -20, -170, 20), 0.0, 169.0, False),
        (Box(170, -20, -170, 20), 0.0, 0.0, False),
        (Box(170, -20, 180, 20), 0.0, -180.0, True),
        (Box(-180, -20, -170, 20), 0.0, 180.0, True),
        (Box(-180, -90, 180, 90), -90.0, 77.0, True),
        (Box(-180, -90, 180, 90), 12.0, -180.0, True),
        (Box(180, -90, -180, 90), 12.0, 180.0, True),
        (Box(180, -90, -180, 90), 12.0, 0.0, False),
    ],
)
def test_a_box_contains_its_borders_and_may_cross_the_180th_meridian(
    box: Box, lat: float, lon: float, expected: bool
) -> None:
    assert is_within(box, lat, lon) is expected


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        # Great-circle distances between airports, as route tables print them, to about one in two hundred.
        ((51.4775, -0.4614), (40.6398, -73.7789), 5_540),
        ((-33.9461, 151.1772), (-33.3930, -70.7858), 11_340),
        ((35.4011, 35.9487), (55.9726, 37.4146), 2_290),
    ],
)
def test_a_distance_is_that_of_the_great_circle(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    distance = float(Circle(*one, 0).distances(np.array([other[0]]), np.array([other[1]]))[0])
    assert distance == pytest.approx(kilometres, rel=0.005)


@pytest.mark.parametrize(
    ("circle", "lat", "lon", "expected"),
    [
        (Circle(36.2, 37.16, 0), 36.2, 37.16, True),
        (Circle(36.2, 37.16, 0), 36.2001, 37.16, False),
        (Circle(0, 179.9, 30), 0.0, -179.9, True),
        (Circle(0, 179.9, 20), 0.0, -179.9, False),
        (Circle(89.9, 0, 23), 89.9, 180.0, True),
        (Circle(10, 20, MAX_KILOMETRES), -10.0, -160.0, True),
        (Circle(36.0, 37.0, 111), 37.0, 37.0, False),
        (Circle(36.0, 37.0, 112), 37.0, 37.0, True),
    ],
)
def test_a_circle_knows_neither_the_180th_meridian_nor_the_poles(
    circle: Circle, lat: float, lon: float, expected: bool
) -> None:
    assert is_within(circle, lat, lon) is expected


@pytest.mark.parametrize("value", ["35,32,43,38", " 35.0, 32 ,+43,38.", "35,32.00,43,38.0"])
def test_a_box_is_four_decimals(value: str) -> None:
    assert read_box("bbox", value) == Box(35, 32, 43, 38)


@pytest.mark.parametrize(
    "value",
    [
        *("", "35", "35,32,43", "35,32,43,38,1", "35;32;43;38", "a,b,c,d", "35,38,43,32", "35,32,181,38", "-181,0,0,1"),
        *(
            "0,-91,1,0",
            "0,0,1,90.5",
            "nan,0,1,1",
            "inf,0,1,1",
            "1e1,0,20,1",
            "0,0,1,1\n2",
            "٣,0,5,1",
            "1_0,0,20,1",
            "--1,0,1,1",
        ),
    ],
)
def test_anything_else_is_no_box(value: str) -> None:
    assert read_box("bbox", value) == ParameterProblem("bbox", value, BOX_WANTED)


def test_a_point_is_two_decimals() -> None:
    assert read_circle("near", "-36.2, .5", 7.5) == Circle(-36.2, 0.5, 7.5)


@pytest.mark.parametrize(
    "value",
    ["", "36.2", "36.2,37,50", "90.1,0", "-91,0", "0,180.5", "0,-181", "36,2 37,1", "nan,0", "1e1,2", "36.2;37"],
)
def test_anything_else_is_no_point(value: str) -> None:
    assert read_circle("near", value, 50) == ParameterProblem("near", value, POINT_WANTED)


def test_coordinates_survive_the_database() -> None:
    at = Coordinates(36.2, 37.16, PlacePrecision.NEAR, None)
    assert at.as_dict() == {"lat": 36.2, "lon": 37.16, "precision": "near", "source": None}
    assert coordinates(at.as_dict()) == at


@pytest.mark.parametrize(
    ("source", "credit"),
    [("geonames 170063", CREDITS["geonames"]), ("our own measurement", None), (None, None)],
)
def test_the_source_says_whom_to_credit(source: str | None, credit: str | None) -> None:
    assert Coordinates(1, 2, PlacePrecision.POINT, source).credit == credit
