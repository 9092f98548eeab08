"""Lists of statements; the texts say who spoke, so that a list in plain Python is the oracle."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from tests.conftest import app_for, seed

STATEMENTS = (
    # day, id of the speaker, text with one quotation, ids of the entities that it names
    ("2015-10-01", "vladimir-putin", "“Aleppo is quiet,” Vladimir Putin said.", {"aleppo"}),
    ("2015-10-02", "sergei-shoigu", "“Raqqa and Aleppo are not,” Sergei Shoigu said.", {"raqqa", "aleppo"}),
    ("2015-10-02", "barack-obama", "“We asked Russia about Raqqa,” Barack Obama said.", {"russia", "raqqa"}),
    (None, "sergei-lavrov", "“We answered the United States,” Sergei Lavrov said.", {"united-states"}),
    (None, "vladimir-putin", "“Nobody asked about Raqqa,” Vladimir Putin said.", {"raqqa"}),
)


@pytest.fixture(scope="module")
def client(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return a client of one article per statement above and one of two statements; the first is published last."""
    folder = tmp_path_factory.mktemp("said")
    database = folder / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    records = [
        {"title": f"Report {number}", "source": "Gazette", "text": text, **({"published": day} if day else {})}
        for number, (day, _, text, _) in enumerate(STATEMENTS)
    ]
    two = "“Homs is quiet,” Vladimir Putin said. “Hama is not,” Sergei Shoigu said."
    records.append({"title": "Two", "source": "Herald", "text": two, "published": "2015-09-30"})
    for name, part in (("new", records[1:]), ("old", records[:1])):
        file = folder / f"{name}.jsonl"
        file.write_text("".join(json.dumps(record) + "\n" for record in part), encoding="utf-8")
        seed(database, "load", str(file))
    return TestClient(app_for(database))


def texts(client: TestClient, query: str = "") -> list[str]:
    body = client.get(f"/v1/statements?{query}").json()
    assert body["total"] >= len(body["items"])
    return [item["text"] for item in body["items"]]


NEWEST = ["Raqqa and Aleppo are not,", "We asked Russia about Raqqa,"]
UNDATED = ["Nobody asked about Raqqa,", "We answered the United States,"]


@pytest.mark.unmeasured
def test_newest_article_first_undated_last_each_in_its_own_order(client: TestClient) -> None:
    found = texts(client)
    assert set(found[:2]) == set(NEWEST)
    assert found[2:5] == ["Aleppo is quiet,", "Homs is quiet,", "Hama is not,"]
    assert set(found[5:]) == set(UNDATED)


def test_oldest_article_first_undated_last_each_in_its_own_order(client: TestClient) -> None:
    found = texts(client, "sort=published")
    assert found[:3] == ["Homs is quiet,", "Hama is not,", "Aleppo is quiet,"]
    assert set(found[3:5]) == set(NEWEST)
    assert set(found[5:]) == set(UNDATED)


@pytest.mark.parametrize("sort", ["-published", "published"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_paging_visits_every_statement_once_in_order(client: TestClient, sort: str, limit: int) -> None:
    walked: list[str] = []
    url: str | None = f"/v1/statements?sort={sort}&limit={limit}"
    while url is not None:
        answer = client.get(url)
        walked += [item["text"] for item in answer.json()["items"]]
        url = answer.links.get("next", {}).get("url")
        assert (url is None) == (answer.json()["next"] is None)
    assert walked == texts(client, f"sort={sort}")
    assert len(walked) == 7


SPEAKERS = sorted({speaker for _, speaker, _, _ in STATEMENTS})
TOPICS = sorted(set().union(*(named for _, _, _, named in STATEMENTS)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("speaker", SPEAKERS)
@pytest.mark.parametrize("about", [*map(list, combinations(TOPICS, 1)), *map(list, combinations(TOPICS, 2))], ids=str)
def test_speaker_and_topics_agree_with_the_list(client: TestClient, speaker: str, about: list[str]) -> None:
    body = client.get("/v1/statements", params={"speaker": speaker, "about": about, "source": "gazette"}).json()
    expected = sorted(day or "" for day, who, _, named in STATEMENTS if who == speaker and named >= set(about))
    assert sorted(item["article"]["published"]["on"] or "" for item in body["items"]) == expected
    assert body["total"] == len(expected)
    assert (body["empty"] is None) == bool(expected)


def test_a_whole_item(client: TestClient) -> None:
    (item,) = client.get("/v1/statements?speaker=obama").json()["items"]
    article = client.get(f"/v1/articles/{item['article']['id']}").json()
    assert article["text"][item["start"] : item["end"]] == item["text"] == "We asked Russia about Raqqa,"
    assert item["article"]["title"] == "Report 2"
    assert item["kind"] == "quotation"
    assert item["speaker"] == {"id": "barack-obama", "name": "Barack Obama", "type": "person"}
    assert (item["speaker_name"], item["cue"]) == ("Barack Obama", "said")
    assert [entity["id"] for entity in item["entities"]] == ["russia", "raqqa"]


def test_repeated_speakers_mean_any_of_them(client: TestClient) -> None:
    assert client.get("/v1/statements?speaker=obama&speaker=lavrov").json()["total"] == 2


def test_the_filters_of_articles_apply_to_statements(client: TestClient) -> None:
    assert texts(client, "source=herald") == ["Homs is quiet,", "Hama is not,"]
    assert texts(client, "from=2015-10-01&to=2015-10-01") == ["Aleppo is quiet,"]
    assert texts(client, "q=homs") == ["Homs is quiet,", "Hama is not,"]


def test_members_speak_for_their_state(client: TestClient) -> None:
    assert client.get("/v1/statements?speaker=russia").json()["total"] == 0
    dated = client.get("/v1/statements?speaker=russia&members=true&from=2015").json()
    assert {item["speaker"]["id"] for item in dated["items"]} == {"vladimir-putin", "sergei-shoigu"}
    assert dated["total"] == 4


def test_an_empty_result_is_explained(client: TestClient) -> None:
    body = client.get("/v1/statements?speaker=obama&about=aleppo").json()
    assert body["empty"] == {
        "without": [
            {"parameter": "speaker", "value": "obama", "total": 2, "remaining": None},
            {"parameter": "about", "value": "aleppo", "total": 1, "remaining": None},
        ],
        "first_day": "2015-09-30",
        "last_day": "2015-10-02",
    }


def test_all_wrong_names_are_reported_together(client: TestClient) -> None:
    answer = client.get("/v1/statements?speaker=Obema&about=xyzzyx&actor=raqqa")
    assert answer.status_code == 422
    errors: list[dict[str, Any]] = answer.json()["errors"]
    assert [error["parameter"] for error in errors] == ["speaker", "about", "actor"]


def test_statements_of_a_withheld_text_have_no_text(client: TestClient) -> None:
    settings = client.app.state.settings  # type: ignore[attr-defined] # it is an application of ours
    withholding_app = create_app(settings.model_copy(update={"serve_text": "none"}))
    with TestClient(withholding_app) as withholding_client:
        assert {item["text"] for item in withholding_client.get("/v1/statements").json()["items"]} == {None}


def test_a_cursor_of_another_search_is_refused(client: TestClient) -> None:
    cursor = client.get("/v1/statements?limit=1").json()["next"]
    answer = client.get(f"/v1/statements?limit=2&cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("query", "undated"),
    [("", None), ("speaker=vladimir-putin", None), ("from=2015", 2), ("to=2014&speaker=vladimir-putin", 1)],
)
def test_statements_of_articles_that_a_range_leaves_out_are_counted(
    client: TestClient, query: str, undated: int | None
) -> None:
    body = client.get(f"/v1/statements?{query}").json()
    assert (body["undated"], body["coarser"]) == (undated, None if undated is None else 0)
