"""`members=true` also matches the members of an entity; `explain=true` shows where each is named."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, seed
from tests.workbooks import read_workbook


def record(day: str | None, name: str, **entity: str) -> dict[str, Any]:
    """Return a record whose text begins with the name of one entity."""
    given = {"name": name, "mentions": [[0, len(name)]], **entity}
    return {
        "title": f"{name} on {day}",
        "source": "Gazette",
        "text": f"{name} spoke.",
        "entities": [given],
        **({"published": day} if day else {}),
    }


@pytest.fixture(scope="module")
def client(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of articles on Russia, its president in office and before, its ministry, and France."""
    records = [
        record("2015-11-20", "Russia", type="state", wikidata="Q159"),
        record("2015-11-21", "Putin", type="person", wikidata="Q7747"),
        record("1995-01-01", "Putin", type="person", wikidata="Q7747"),
        record("2015-11-22", "Ministry", type="organization", id="russian-ministry-of-defence"),
        record("2015-11-23", "France", type="state", wikidata="Q142"),
    ]
    folder = tmp_path_factory.mktemp("members")
    database = Path(shutil.copy(migrated, folder / "dateline.db"))
    file = folder / "records.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in records), encoding="utf-8")
    seed(database, "load", str(file))  # with the shipped lexicon, which knows memberships
    with TestClient(app_for(database)) as client:
        yield client


def titles(client: TestClient, query: str) -> list[str]:
    return [item["title"] for item in client.get(f"/v1/articles?{query}").json()["items"]]


@pytest.mark.unmeasured
def test_without_members_only_the_entity_itself_counts(client: TestClient) -> None:
    assert titles(client, "actor=russia") == ["Russia on 2015-11-20"]


def test_members_count_while_they_are_members(client: TestClient) -> None:
    assert titles(client, "actor=russia&members=true") == [
        "Ministry on 2015-11-22",
        "Putin on 2015-11-21",
        "Russia on 2015-11-20",
    ]


def test_members_are_also_excluded(client: TestClient) -> None:
    assert titles(client, "exclude_actor=russia&members=true") == ["France on 2015-11-23", "Putin on 1995-01-01"]


def test_a_facet_counts_what_filtering_by_it_would_find(client: TestClient) -> None:
    facet = client.get("/v1/articles?facet=actor&members=true").json()["facets"]["actor"]
    for value in facet:
        assert client.get(f"/v1/articles?actor={value['id']}&members=true").json()["total"] == value["count"]
    assert facet[0]["id"] == "russia"
    again = client.get("/v1/articles?facet=actor&members=true&limit=1").json()["facets"]["actor"]
    assert again == facet


def test_a_series_counts_what_filtering_by_it_would_find(client: TestClient) -> None:
    body = client.get("/v1/timeline?by=actor&members=true&interval=year").json()
    for series in body["series"]:
        assert client.get(f"/v1/articles?actor={series['id']}&members=true").json()["total"] == series["count"]
    years = [bucket["from"] for bucket in body["buckets"]]
    russia = body["series"][0]
    assert (russia["id"], russia["count"], russia["counts"][years.index("2015-01-01")]) == ("russia", 3, 3)


def test_an_entity_lists_its_memberships(client: TestClient) -> None:
    russia = {"id": "russia", "name": "Russia", "type": "state"}
    president = {**russia, "role": "President", "from": "2012-05-07", "to": None}
    assert president in client.get("/v1/entities/vladimir-putin").json()["member_of"]


def test_an_entity_lists_its_members(client: TestClient) -> None:
    """They are listed as in the lexicon, by id, whether articles name them or not."""
    russia = client.get("/v1/entities/russia").json()["members"]
    president = {"role": "President", "from": "2012-05-07", "to": None}
    assert {"id": "vladimir-putin", "name": "Vladimir Putin", "type": "person", **president} in russia
    assert [member["id"] for member in russia] == sorted(member["id"] for member in russia)
    known = client.get("/v1/entities/dmitry-medvedev").json()
    assert [known[name] for name in ("articles", "sources", "members", "timeline")] == [0, [], [], []]
    assert known["surfaces"] == {"articles_examined": 0, "items": []}


def test_an_article_names_the_entity_that_matched(client: TestClient) -> None:
    item = client.get("/v1/articles?actor=russia&members=true&from=2015-11-21&to=2015-11-21").json()["items"][0]
    putin = {"id": "vladimir-putin", "name": "Vladimir Putin", "type": "person"}
    assert item["matched"] == [{"parameter": "actor", "value": "russia", "entity": putin, "surfaces": None}]


def test_explain_adds_the_surfaces(client: TestClient) -> None:
    body = client.get("/v1/articles?any_actor=putin&any_actor=france&explain=true").json()
    france = body["items"][0]["matched"]
    assert [match["entity"]["id"] for match in france] == ["france"]
    assert france[0]["surfaces"] == [{"field": "text", "start": 0, "end": 6, "text": "France", "kind": "name"}]


def test_exports_explain_too(client: TestClient) -> None:
    lines = client.get("/v1/articles.ndjson?actor=russia&members=true").text.splitlines()
    assert len(lines) == 3
    assert all('"matched":[{"parameter":"actor"' in line for line in lines)


def test_tables_show_the_entities_that_matched(client: TestClient) -> None:
    """Only with `members`, or if `fields` chooses them, which are unknown without it."""

    def rows(query: str) -> list[dict[str, str]]:
        answer = client.get(f"/v1/articles.csv?{query}")
        name = f"dateline-articles-v1-actor-russia{'-members-true' if 'members' in query else ''}.csv"
        assert f'filename="{name}"' in answer.headers["Content-Disposition"]
        return list(csv.DictReader(io.StringIO(answer.text)))

    lines = client.get("/v1/articles.ndjson?actor=russia&members=true").text.splitlines()
    matched = [json.loads(line)["matched"] for line in lines]
    assert [json.loads(row["matched"]) for row in rows("actor=russia&members=true")] == matched
    assert [list(row) for row in rows("actor=russia&members=on&fields=id,matched")] == [["id", "matched"]] * 3
    assert [row.get("matched") for row in rows("actor=russia")] == [None]
    assert [row["matched"] for row in rows("actor=russia&fields=id,matched")] == [""]
    (sheet,) = read_workbook(client.get("/v1/articles.xlsx?actor=russia&members=true").content).values()
    assert [json.loads(str(row["R"])) for row in sheet[1:]] == matched


def test_nothing_is_explained_by_default(client: TestClient) -> None:
    assert client.get("/v1/articles?actor=france").json()["items"][0]["matched"] is None
