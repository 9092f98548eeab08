"""Places: GeoJSON that agrees with the facet, and filters by box and by distance that agree with brute force."""

import json
import math
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.coordinates import BOX_WANTED, CREDITS, POINT_WANTED
from app.models import Entity
from app.stores import store_of
from tests.conftest import SOAK, app_for, load_jsonl
from tests.databases import url_of

ARTICLES = 90
"""Number of articles that are drawn: a page holds all of them."""

REGIONS = 150 * SOAK
"""Number of boxes, and of circles, that are drawn."""

VIEWS = ("articles", "entities", "statements", "timeline", "compare", "network", "places.geojson")

Point = tuple[float, float]


@pytest.fixture(scope="module")
def database(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the lexicon that ships and drawn articles, each of which names some places."""
    path = Path(shutil.copy(initialized, tmp_path_factory.mktemp("places") / "dateline.db"))
    chance = random.Random(15)
    places = places_of(path)
    located, others = (
        sorted(id_ for id_, at in places.items() if at),
        sorted(id_ for id_, at in places.items() if not at),
    )
    # Half of them lie close to each other, so that small regions have some.
    dense = [id_ for id_ in located if 32 < (places[id_] or (0, 0))[0] < 38 and 35 < (places[id_] or (0, 0))[1] < 45]
    records = [
        record(number, [*chance.sample(dense, 2), *chance.sample(located, chance.randrange(3)), chance.choice(others)])
        for number in range(ARTICLES)
    ]
    load_jsonl(path, records)
    return path


def record(number: int, ids: list[str]) -> dict[str, Any]:
    """Return an article of a source of its own that names these places, each once."""
    ids = list(dict.fromkeys(ids))
    text, entities = "", []
    for id_ in ids:
        entities.append({"id": id_, "name": id_, "type": "place", "mentions": [[len(text), len(text) + len(id_)]]})
        text += f"{id_} burns. "
    published = {"published": f"2016-0{1 + number % 9}"} if number % 10 else {}
    return {
        "id": str(number),
        "source": "Atlas",
        "title": f"Report {number}",
        "text": text,
        "entities": entities,
        **published,
    }


def places_of(database: Path) -> dict[str, Point | None]:
    """Return where each place of a database is."""
    engine = store_of(url_of(database)).writer_engine()
    with Session(engine) as session:
        rows = session.exec(select(Entity).where(Entity.type == "place")).all()
        places = {row.id: (row.at["lat"], row.at["lon"]) if row.at else None for row in rows}
    engine.dispose()
    return places


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[TestClient]:
    """Yield a client of that database."""
    with TestClient(app_for(database)) as one:
        yield one


@pytest.fixture(scope="module")
def named(client: TestClient) -> dict[str, set[str]]:
    """Return the places that each article names."""
    listed: dict[str, set[str]] = {}
    for line in client.get("/v1/articles.ndjson?fields=id,mentions").text.splitlines():
        article = json.loads(line)
        mentioned = {mention["entity"] for mention in article["mentions"] if mention["type"] == "place"}
        listed[article["id"]] = {id_ for id_ in mentioned if id_ is not None}
    return listed


def get(client: TestClient, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - any parameters, any JSON
    answer = client.get(f"/v1/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def arc(one: Point, other: Point) -> float:
    """Return the distance of two points by the angle between their vectors: not the formula of the service."""
    vectors = []
    for lat, lon in (one, other):
        phi, theta = math.radians(lat), math.radians(lon)
        vectors.append((math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)))
    (x, y, z), (u, v, w) = vectors
    across = math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
    return 6371.0088 * math.atan2(across, x * u + y * v + z * w)


def check_region(client: TestClient, named: dict[str, set[str]], within: set[str], **region: str) -> int:
    """Check that a region finds exactly the articles that name a place within it; return their number."""
    expected = {article for article, places in named.items() if places & within}
    found = get(client, "articles", **region, limit=100, fields="id")
    assert ({item["id"] for item in found["items"]}, found["total"]) == (expected, len(expected)), region
    return len(expected)


@pytest.mark.unmeasured
def test_boxes_agree_with_brute_force(client: TestClient, database: Path, named: dict[str, set[str]]) -> None:
    places = {id_: at for id_, at in places_of(database).items() if at}
    chance, totals = random.Random(16), set()
    for number in range(REGIONS):
        middle = chance.choice(sorted(places.values()))
        half = chance.choice([0.05, 0.5, 3, 20, 80])
        south, north = max(-90, middle[0] - half * chance.random()), min(90, middle[0] + half * chance.random())
        west, east = middle[1] - half * chance.random(), middle[1] + half * chance.random()
        if number % 5 == 0:  # Such boxes are as wide as the others are not.
            west, east = east, west
        west, east = ((lon + 180) % 360 - 180 for lon in (west, east))
        sides = [round(side, 6) for side in (west, south, east, north)]
        west, south, east, north = sides
        within = {
            id_
            for id_, (lat, lon) in places.items()
            if south <= lat <= north and (west <= lon <= east if west <= east else lon >= west or lon <= east)
        }
        totals.add(check_region(client, named, within, bbox=",".join(f"{side:.6f}" for side in sides)))
    assert len(totals) > 10


@pytest.mark.unmeasured
def test_circles_agree_with_brute_force(client: TestClient, database: Path, named: dict[str, set[str]]) -> None:
    places = {id_: at for id_, at in places_of(database).items() if at}
    chance, totals = random.Random(17), set()
    for _ in range(REGIONS):
        lat, lon = chance.choice(sorted(places.values()))
        middle = (round(max(-90, min(90, lat + chance.uniform(-1, 1))), 4), round(lon + chance.uniform(-1, 1), 4))
        kilometres = round(chance.choice([5, 40, 200, 3_000, 15_000]) * chance.random(), 3)
        within = {id_ for id_, at in places.items() if arc(middle, at) <= kilometres}
        near = f"{middle[0]:.4f},{middle[1]:.4f}"
        totals.add(check_region(client, named, within, near=near, km=f"{kilometres:.3f}"))
    assert len(totals) > 10


def test_without_a_distance_it_is_fifty_kilometres(client: TestClient) -> None:
    totals = {
        km: get(client, "articles", near="36.2,37.16", **({"km": km} if km else {}))["total"] for km in ("", "50")
    }
    assert totals[""] == totals["50"] > 0


SEARCHES: list[dict[str, Any]] = [
    {},
    {"members": "true"},
    {"bbox": "35,32,43,38"},
    {"near": "36.2,37.16", "km": "30", "members": "true"},
    {"from": "2016-02", "to": "2016-04"},
    {"sample": "30", "seed": "a"},
    {"place": "raqqa"},
    {"source": "Atlas", "q": "burns"},
]


@pytest.mark.parametrize("search", SEARCHES, ids=str)
def test_every_count_of_the_places_is_that_of_the_facet(client: TestClient, search: dict[str, Any]) -> None:
    collection = get(client, "places.geojson", **search)
    page = get(client, "articles", **search, facet="place", facet_size=100, limit=1)
    counts = [(feature["id"], feature["properties"]["articles"]) for feature in collection["features"]]
    facet = [(value["id"], value["count"]) for value in page["facets"]["place"]]
    assert counts[: len(facet)] == facet
    assert len(counts) == collection["places"] == page["distinct"]["place"]
    assert collection["articles"] == (collection["sampled"]["size"] if "sample" in search else page["total"])
    for feature in collection["features"][100:]:
        assert feature["properties"]["articles"] <= facet[-1][1]


def test_places_are_geojson(client: TestClient, database: Path) -> None:
    answer = client.get("/v1/places.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    assert collection["type"] == "FeatureCollection"
    # RFC 7946, 4 and 7.1: no other reference system, and no members of other objects.
    assert not {"crs", "geometry", "properties", "coordinates"} & collection.keys()
    places = places_of(database)
    for feature in collection["features"]:
        assert feature.keys() == {"type", "id", "geometry", "properties"}
        at = places[feature["id"]]
        point = at and {"type": "Point", "coordinates": [at[1], at[0]]}
        assert (feature["type"], feature["geometry"]) == ("Feature", point)
    unknown = [feature for feature in collection["features"] if feature["geometry"] is None]
    assert 0 < len(unknown) == collection["without_geometry"] < collection["places"]
    assert all(feature["properties"]["precision"] is None for feature in unknown)
    assert set(collection["attribution"]) <= set(CREDITS.values())
    assert CREDITS["geonames"] in collection["attribution"]
    decimals = [part.partition(".")[2].rstrip("]}, ") for part in answer.text.split('"coordinates":[')[1:]]
    assert max(len(part.partition("]")[0].split(",")[0]) for part in decimals) <= 6


def test_a_place_says_when_and_how_often_it_is_named(client: TestClient, named: dict[str, set[str]]) -> None:
    collection = get(client, "places.geojson", source="Atlas")
    feature = collection["features"][0]
    properties = feature["properties"]
    found = get(client, "articles", source="Atlas", place=properties["id"], limit=100)
    days = sorted(item["published"]["on"] for item in found["items"] if item["published"]["on"])
    assert properties["articles"] == found["total"] == sum(properties["id"] in places for places in named.values())
    assert properties["share"] == found["total"] / ARTICLES
    assert (properties["first_day"][:7], properties["last_day"][:7]) == (days[0], days[-1])
    entity = get(client, f"entities/{properties['id']}")
    assert properties["url"] == f"{client.base_url}/v1/entities/{properties['id']}"
    assert (entity["name"], entity["wikidata"]) == (properties["name"], properties["wikidata"])
    assert (entity["at"]["precision"], entity["at"]["source"]) == (properties["precision"], properties["source"])
    assert feature["geometry"]["coordinates"] == [entity["at"]["lon"], entity["at"]["lat"]]


def test_the_places_of_no_article_are_explained(client: TestClient) -> None:
    collection = get(client, "places.geojson", near="0,-140", km="10.5", source="Atlas")
    assert (collection["features"], collection["places"], collection["attribution"]) == ([], 0, [])
    assert collection["notes"] == ["No place with known coordinates is within `near+km`."]
    assert collection["empty"]["without"] == [
        {"parameter": "source", "value": "Atlas", "total": 0, "remaining": None},
        {"parameter": "near+km", "value": "0,-140/10.5", "total": ARTICLES, "remaining": None},
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_takes_regions(client: TestClient, view: str) -> None:
    whole, part = (
        get(client, view, **region) for region in ({}, {"bbox": "35,32,43,38", "near": "36.2,37.16", "km": 9})
    )
    assert whole != part
    answer = client.post(
        f"/v1/{view.replace('.', '/search.') if '.' in view else f'{view}/search'}",
        json={"near": "36.2,37.16", "km": 9, "bbox": "35,32,43,38"},
    )
    assert (answer.status_code, answer.json()) == (200, part)


@pytest.mark.parametrize(
    ("parameters", "errors"),
    [
        ({"bbox": "35,38,43,32"}, [("bbox", "35,38,43,32", "malformed", BOX_WANTED)]),
        ({"bbox": "35,32,43"}, [("bbox", "35,32,43", "malformed", BOX_WANTED)]),
        ({"near": "136.2,37"}, [("near", "136.2,37", "malformed", POINT_WANTED)]),
        (
            {"near": "Aleppo", "bbox": "x"},
            [("bbox", "x", "malformed", BOX_WANTED), ("near", "Aleppo", "malformed", POINT_WANTED)],
        ),
        ({"km": "5"}, [("km", "5", "conflict", "`near`, the point to measure from, next to it")]),
        ({"near": "36,37", "km": "-1"}, [("km", "-1", "out-of-range", "a number of at least 0")]),
        ({"near": "36,37", "km": "20039"}, [("km", "20039", "out-of-range", "a number of at most 20038")]),
        ({"near": "36,37", "km": "1e3"}, [("km", "1e3", "malformed", "a number such as 25 or 2.5")]),
        ({"near": "36,37", "km": "nan"}, [("km", "nan", "malformed", "a number such as 25 or 2.5")]),
    ],
)
def test_what_is_no_region_is_refused(
    client: TestClient, parameters: dict[str, str], errors: list[tuple[str, str, str, str]]
) -> None:
    for view in ("articles", "places.geojson"):
        answer = client.get(f"/v1/{view}", params=parameters)
        assert answer.status_code == 422
        found = [(one["parameter"], one["value"], one["code"], one["wanted"]) for one in answer.json()["errors"]]
        assert found == errors


def test_an_article_says_through_which_place_it_matches(client: TestClient) -> None:
    found = get(client, "articles", near="35.9528,39.0079", km=1, explain="true", highlight="true", limit=100)
    assert found["total"] > 0
    for item in found["items"]:
        assert [(match["parameter"], match["entity"]["id"]) for match in item["matched"]] == [("near+km", "raqqa")]
        spans = [span for snippet in item["highlights"] for span in snippet["spans"]]
        assert {(span["parameter"], span["value"]) for span in spans} == {("near+km", "35.9528,39.0079/1")}


def test_states_have_coordinates_and_are_in_no_region(client: TestClient) -> None:
    at = get(client, "entities/syria")["at"]
    assert (at["precision"], at["source"], at["credit"]) == ("country", "natural-earth SY", CREDITS["natural-earth"])
    region = {"near": f"{at['lat']},{at['lon']}", "km": 0.5}
    assert get(client, "articles", **region)["total"] == 0 < get(client, "articles", actor="syria")["total"]


def test_tables_of_entities_have_coordinates(client: TestClient) -> None:
    rows = client.get("/v1/entities.csv", params={"place": "aleppo", "name": "aleppo"}).text.splitlines()
    assert rows[0].endswith(",lift,lat,lon")
    assert next(row for row in rows if row.startswith("aleppo,")).endswith(",36.2012,37.1612")
    caspian = client.get("/v1/entities.csv", params={"name": "caspian"}).text.splitlines()[1]
    assert caspian.endswith(",,")
    (line,) = client.get("/v1/entities.ndjson", params={"name": "caspian", "fields": "id,at"}).text.splitlines()
    assert json.loads(line) == {"id": "caspian-sea", "at": None}


def test_linked_data_and_reconciliation_have_coordinates(client: TestClient) -> None:
    (item,) = get(client, "articles", place="aleppo", source="cnsnews")["items"]
    article = get(client, f"articles/{item['id']}.jsonld")
    things = {thing["name"]: thing for thing in (*article.get("about", ()), *article["mentions"])}
    geo = {"@type": "GeoCoordinates", "latitude": 36.2012, "longitude": 37.1612}
    assert (things["Aleppo"]["@type"], things["Aleppo"]["geo"]) == ("Place", geo)
    assert things["Syria"]["geo"]["@type"] == "GeoCoordinates"
    assert "geo" not in things["Vladimir Putin"]
    wanted = {"ids": ["aleppo", "vladimir-putin"], "properties": [{"id": "coordinates"}]}
    answer = client.post("/v1/reconcile", data={"extend": json.dumps(wanted)}).json()
    assert answer["rows"]["aleppo"] == {"coordinates": [{"str": "36.2012,37.1612"}]}
    assert answer["rows"]["vladimir-putin"] == {"coordinates": []}


def test_a_corpus_without_places_has_none(migrated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    load_jsonl(path, [{"title": "A", "source": "Gazette", "text": "Nothing is here."}])
    with TestClient(app_for(path)) as one:
        collection = get(one, "places.geojson")
        assert (collection["articles"], collection["features"], collection["empty"]) == (1, [], None)
        assert get(one, "articles", bbox="-180,-90,180,90")["total"] == 0
