"""People whom only single articles know: none meets another of the name, and the name finds all of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.wire.exports.columns import ARTICLES
from tests.conftest import app_for, seed, write_jsonl

SAID = "“We will stay in the valley,” John Smithson said. Russia did not answer."
RECORDS = [
    {"title": "One", "source": "Alpha Courier", "published": "2015-11-01", "text": SAID},
    {"title": "Two", "source": "Alpha Courier", "published": "2015-11-02", "text": f"Putin came. {SAID}"},
    {"title": "Three", "source": "Bay Gazette", "published": "2015-11-03",
     "text": "Russian envoy John Smithson left. “John Smithson is late,” Putin said."},
    {"title": "Four", "source": "Bay Gazette", "published": "2015-11-04",
     "text": "“John Smithson lied,” Mary Ablett said. Sudan's defence ministry agreed with the Russian military."},
]  # fmt: skip


@pytest.fixture(scope="module")
def database(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with three bearers of one name, and one of the name who has a context."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("bearers")))
    seed(database, "load", str(write_jsonl(database, RECORDS)))
    return database


@pytest.fixture(scope="module")
def reader(database: Path) -> Iterator[TestClient]:
    """Yield a client of it."""
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        yield client


def get(reader: TestClient, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
    answer = reader.get(f"/v1/{path}", params=parameters or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def titles(answer: dict[str, Any]) -> list[str]:
    return [item["title"] for item in answer["items"]]


def bearers(reader: TestClient, title: str) -> list[str]:
    """Return the ids of the people of the article of this title whose ids hold the article."""
    (item,) = [item for item in get(reader, "articles")["items"] if item["title"] == title]
    return [entity["id"] for entity in item["entities"] if entity["id"].endswith(f"--{item['id']}")]


NOTE = (
    "“{}” is the name of 4 people, some of whom may be the same: the articles do not say enough to tell. The articles "
    "of all of them match."
)


@pytest.mark.parametrize("name", ["John Smithson", "john smithson", "Smithson, John", "Mr. John Smithson"])
def test_a_name_finds_the_articles_of_all_its_people(reader: TestClient, name: str) -> None:
    """Those with a context and those without; the note says how many."""
    answer = get(reader, "articles", actor=name, facet="actor")
    assert titles(answer) == ["Four", "Three", "Two", "One"]
    assert answer["notes"] == [NOTE.format(name)]
    chosen = [value for value in answer["facets"]["actor"] if value["chosen"]]
    assert chosen == [{"id": name, "name": name, "count": 4, "chosen": True}]


def test_each_role_takes_a_name(reader: TestClient) -> None:
    assert titles(get(reader, "articles", any_actor="John Smithson")) == ["Four", "Three", "Two", "One"]
    assert titles(get(reader, "articles", exclude_actor="John Smithson")) == []
    assert titles(get(reader, "articles", actor=["John Smithson", "vladimir-putin"])) == ["Three", "Two"]
    assert get(reader, "articles", actor=["John Smithson", "vladimir-putin"], members=True)["total"] == 2


def test_one_person_has_one_article(reader: TestClient) -> None:
    """Its id holds the article, and nothing else has it."""
    (one,), (two,) = bearers(reader, "One"), bearers(reader, "Two")
    assert one != two
    assert titles(get(reader, "articles", actor=one)) == ["One"]
    assert titles(get(reader, f"articles?actor=/v1/entities/{two}")) == ["Two"]
    detail = get(reader, f"entities/{one}")
    assert (detail["id"], detail["name"], detail["type"], detail["articles"]) == (one, "John Smithson", "person", 1)
    assert (detail["first_day"], detail["members"]) == ("2015-11-01", [])
    assert detail["surfaces"]["items"] == [{"text": "John Smithson", "mentions": 1, "articles": 1}]
    related = get(reader, f"entities/{one}/related", members=True)
    assert [item["id"] for item in related["items"]] == ["russia"]


def test_lookups_find_people_by_id(reader: TestClient) -> None:
    """Not by name, which several have, and only where people are wanted."""
    (one,), (two,) = bearers(reader, "One"), bearers(reader, "Two")
    ids = [one, "vladimir-putin", two, f"nobody--{one[-12:]}", "john-smithson--000000000000"]
    items = reader.post("/v1/entities/lookup", json={"ids": ids}).json()["items"]
    assert [item["entity"] and item["entity"]["id"] for item in items] == [*ids[:3], None, None]
    person = {"id": one, "name": "John Smithson", "type": "person", "wikidata": None, "articles": 1}
    assert items[0] == {"requested": one, "by": "id", "entity": person, "error": None}
    (item,) = reader.post("/v1/entities/lookup", json={"ids": [one], "type": ["state"]}).json()["items"]
    assert item["error"]["code"] == "unknown"


def test_one_person_of_a_name_is_noted_as_one(reader: TestClient) -> None:
    answer = get(reader, "articles", actor="Mary Ablett")
    assert titles(answer) == ["Four"]
    assert answer["notes"] == [
        "“Mary Ablett” is the name of 1 person, whom one article names without saying more about who it is."
    ]


@pytest.mark.parametrize(
    "id_",
    ["john-smithson--000000000000", "nobody-at-all--", "john-smithson--7h2k9m4p6q8", "mary-smithson--{one}"],
)
def test_an_id_of_nobody_is_unknown(reader: TestClient, id_: str) -> None:
    (one,) = bearers(reader, "One")
    id_ = id_.format(one=one[-12:])
    assert reader.get(f"/v1/entities/{id_}").status_code == 404
    answer = reader.get("/v1/articles", params={"actor": id_})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unknown"


def test_the_id_of_a_name_leads_to_its_bearers(reader: TestClient) -> None:
    """To the one that it has, or to all, of which none is meant."""
    ids = sorted(id_ for title in ("One", "Two", "Four") for id_ in bearers(reader, title) if "smithson" in id_)
    answer = reader.get("/v1/entities/john-smithson--")
    assert (answer.status_code, answer.json()["split_into"]) == (410, ids)
    assert answer.json()["detail"] == "The entity 'john-smithson--' is 3 entities now."
    assert get(reader, "articles", actor="john-smithson--")["total"] == 4
    moved = reader.get("/v1/entities/mary-ablett--", follow_redirects=False)
    (mary,) = (id_ for id_ in bearers(reader, "Four") if "mary" in id_)
    assert (moved.status_code, moved.headers["Location"]) == (308, mary)
    related = reader.get("/v1/entities/john-smithson--/related")
    assert related.status_code == 410


def test_statements_have_their_speakers(reader: TestClient) -> None:
    said = get(reader, "statements", speaker="John Smithson")
    assert [item["article"]["title"] for item in said["items"]] == ["Two", "One"]
    (one,) = bearers(reader, "One")
    (own,) = get(reader, "statements", speaker=one)["items"]
    assert own["speaker"] == {"id": one, "name": "John Smithson", "type": "person"}
    assert get(reader, "statements", about=one)["total"] == 0
    about = get(reader, "statements", about="John Smithson")
    assert {item["article"]["title"] for item in about["items"]} == {"Four", "Three"}
    four = next(item for item in about["items"] if item["article"]["title"] == "Four")
    assert [entity["name"] for entity in four["entities"]] == ["John Smithson"]


def test_an_article_shows_its_people(reader: TestClient) -> None:
    (one,) = bearers(reader, "One")
    article = get(reader, f"articles/{one[-12:]}")
    assert {mention["entity"] for mention in article["mentions"]} == {one, "russia"}
    assert [statement["speaker"] for statement in article["statements"]] == [one]
    mentions = get(reader, f"articles/{one[-12:]}.jsonld")["mentions"]
    (linked,) = (thing for thing in mentions if thing["@id"].endswith(one))
    assert (linked["@type"], linked["name"]) == ("Person", "John Smithson")
    annotations = get(reader, f"articles/{one[-12:]}/annotations")["items"]
    sources = [body["source"] for item in annotations for body in item["body"] if "source" in body]
    assert "John Smithson" in {source.get("label") for source in sources}


def test_matches_are_explained_and_highlighted(reader: TestClient) -> None:
    (one,) = bearers(reader, "One")
    answer = get(reader, "articles", actor="John Smithson", explain=True, highlight=True, sort="published", limit=1)
    (matched,) = answer["items"][0]["matched"]
    assert matched["entity"] == {"id": one, "name": "John Smithson", "type": "person"}
    assert [surface["text"] for surface in matched["surfaces"]] == ["John Smithson"]
    assert answer["items"][0]["highlights"][0]["spans"]
    both = get(reader, "articles", actor=["John Smithson", "russia"], explain=True, sort="published", limit=1)
    assert [match["entity"]["id"] for match in both["items"][0]["matched"]] == [one, "russia"]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Sudanese Ministry of Defence", "ministry-of-defence--sudan"),
        ("the defense ministry of the Republic of Sudan", "ministry-of-defence--sudan"),
        ("Russian military", "russian-armed-forces"),
        ("Russian armed forces", "russian-armed-forces"),
    ],
)
def test_bodies_are_found_by_pattern_and_by_description(reader: TestClient, name: str, id_: str) -> None:
    """The state is found as well, and the match says where the body is named."""
    answer = get(reader, "articles", actor=[name, "sudan", "russia"], explain=True)
    assert titles(answer) == ["Four"]
    matched = answer["items"][0]["matched"][0]
    assert (matched["entity"]["id"], matched["surfaces"][0]["kind"]) == (id_, "description")


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("government of Chad", "government--chad"),
        ("Chad's interior ministry", "ministry-of-interior--chad"),
        ("embassy of Chad in Paris", "embassy-in-paris--chad"),
        ("Chadian embassy in Nowhere City", "embassy-in-nowhere-city--chad"),
    ],
)
def test_a_body_that_no_article_names_is_known(reader: TestClient, name: str, id_: str) -> None:
    answer = get(reader, "articles", actor=name)
    assert (answer["total"], answer["notes"]) == (0, [f"“{name}” is a body of a state ({id_}) that no article names."])
    assert reader.get("/v1/articles", params={"weapon": name}).status_code == 422


def test_a_body_of_no_state_is_unknown(reader: TestClient) -> None:
    assert reader.get("/v1/articles", params={"actor": "government of Nowhere"}).status_code == 422


def test_statements_of_earlier_revisions_are_not_found(migrated: Path, tmp_path: Path) -> None:
    """Bearers are of revisions, and only some revisions are served."""
    own = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    seed(own, "load", str(write_jsonl(own, RECORDS)))
    changed = {**RECORDS[0], "text": f"Nobody else came. {SAID}"}
    seed(own, "load", str(write_jsonl(own, [changed])))
    with TestClient(app_for(own)) as client:
        said = get(client, "statements", speaker="John Smithson")
        assert [item["article"]["title"] for item in said["items"]] == ["Two", "One"]
        assert get(client, "articles", actor="John Smithson")["total"] == 4


def test_an_export_brings_its_people_along(reader: TestClient, migrated: Path, tmp_path: Path) -> None:
    """Each stays in its article, whose id may be another one there."""
    fields = ",".join((*ARTICLES.fields, *ARTICLES.extra_fields))
    lines = reader.get("/v1/articles.ndjson", params={"fields": fields})
    own = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    (tmp_path / "export.ndjson").write_bytes(lines.content)
    seed(own, "load", str(tmp_path / "export.ndjson"))
    with TestClient(app_for(own)) as client:
        assert get(client, "articles", actor="John Smithson")["total"] == 4
        (one,) = bearers(client, "One")
        assert titles(get(client, "articles", actor=one)) == ["One"]
        assert get(client, "statements", speaker="John Smithson")["total"] == 2
        four = get(client, "articles", actor="russian-armed-forces")
        assert titles(four) == ["Four"]


def test_people_of_two_contexts_are_found_together(migrated: Path, tmp_path: Path) -> None:
    own = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    records = [
        {"title": state, "source": "Alpha Courier", "text": f"{state} envoy John Smithson left."}
        for state in ("Russian", "French")
    ]
    seed(own, "load", str(write_jsonl(own, records)))
    with TestClient(app_for(own)) as client:
        answer = get(client, "articles", actor="John Smithson")
        assert sorted(titles(answer)) == ["French", "Russian"]
        assert answer["notes"] == [NOTE.format("John Smithson").replace("4", "2")]
