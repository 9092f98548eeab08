"""What people type into a search box, and what they should find; and what each view says about it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.search.fulltext.hits import MAX_EXPANSIONS
from tests.conftest import app_for, load_jsonl

TEXTS = {
    "One": "Nutrition officers met.",
    "Two": "Shelling was reported.",
    "Three": "Nutrition and shelling were both raised.",
    "Four": "The vote on water or power was put off; nutrition and shelling too. It was not held near the port.",
    "Fleet report": "Fishing resumed.",
    "Second fleet report": "Fisheries closed.",
    "Third fleet report": "A fish was sold.",
    "Soybeans climb": "Prices rose at the exchange.",
    "Markets wrap": "Soybeans were mentioned in passing.",
    "Handles": "The account @harbourdesk posted #quayside. The C++ tool and the AT&T line failed; 50% of 100% was "
    "lost, said R2-D2's maker.",
    "Desk note": "IS claimed the attack. The US denied it. Officials at WHO spoke.",
    "Desk note two": "It is late, he told us. The man who spoke left.",
}

VIEWS = ("articles", "entities", "statements", "timeline", "compare", "network")


@pytest.fixture(scope="module")
def desk(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of these articles, one per day."""
    database = tmp_path_factory.mktemp("words") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    load_jsonl(
        database,
        [
            {"title": title, "text": text, "source": "Desk", "published": f"2019-05-{day:02}", "entities": []}
            for day, (title, text) in enumerate(TEXTS.items(), start=1)
        ],
    )
    with TestClient(app_for(database)) as client:
        yield client


def search(client: TestClient, q: str, **more: str) -> Any:  # noqa: ANN401 - JSON has any type
    response = client.get("/v1/articles", params={"q": q, "sort": "published", **more})
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    ("q", "titles", "notes"),
    [
        ("nutrition OR shelling", ["One", "Two", "Three", "Four"], []),
        ("nutrition | shelling", ["One", "Two", "Three", "Four"], []),
        ("nutrition NOT shelling", ["One"], []),
        ("nutrition AND shelling", ["Three", "Four"], []),
        ('"nutrition officers" OR shelling', ["One", "Two", "Three", "Four"], []),
        ("water or power", ["Four"], ["“or” was read as a word; the operator is OR, in capitals."]),
        ("not held", ["Four"], ["“not” was read as a word; the operator is NOT, in capitals."]),
        ("nutrition and shelling", ["Three", "Four"], ["“and” was read as a word; the operator is AND, in capitals."]),
        ('"NOT held" "OR power"', ["Four"], []),
        ("(nutrition -officers) OR fishing", ["Three", "Four", "Fleet report"], []),
        ("fish*", ["Fleet report", "Second fleet report", "Third fleet report"], []),
        ("fisher*", ["Second fleet report"], []),
        ("fish", ["Third fleet report"], []),
        ("title:soybeans", ["Soybeans climb"], []),
        ("soybeans", ["Soybeans climb", "Markets wrap"], []),
        ("soybeans -title:wrap", ["Soybeans climb"], []),
        ('title:"fleet report" -fish*', [], []),
        ("NEAR(nutrition raised, 4)", ["Three"], []),
        ("NEAR(raised nutrition, 3)", [], []),
        ('"shelling nutrition"~1', ["Three", "Four"], []),
        ("@harbourdesk #quayside C++ AT&T 50% R2-D2's", ["Handles"], []),
        ("IS", ["Desk note", "Desk note two"], [
            "“IS” also matches “is”, since case is ignored; actor=IS finds the name."
        ]),
        ("WHO", ["Desk note", "Desk note two"], [
            "“WHO” also matches “who”, since case is ignored; actor=WHO finds the name."
        ]),
        ("who", ["Desk note", "Desk note two"], []),
    ],
)  # fmt: skip
def test_people_find_what_they_mean_or_are_told(desk: TestClient, q: str, titles: list[str], notes: list[str]) -> None:
    body = search(desk, q)
    assert ([item["title"] for item in body["items"]], body["notes"]) == (titles, notes)


@pytest.mark.parametrize("q", ["*", "?", '"', "()", "-"])
def test_signs_alone_are_refused(desk: TestClient, q: str) -> None:
    (error,) = desk.get("/v1/articles", params={"q": q}).json()["errors"]
    assert (error["parameter"], error["wanted"]) == ("q", "at least one word of letters or digits")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_how_it_understood(desk: TestClient, view: str) -> None:
    body = desk.get(f"/v1/{view}?q=nutrition+|+fish*+|").json()
    assert body["understood"] == "nutrition OR fish*"
    assert body["notes"] == ["“|” was ignored: nothing follows that it could refer to."]
    without = desk.get(f"/v1/{view}").json()
    assert (without["understood"], without["notes"]) == (None, [])


def test_suggestions_say_how_they_understood(desk: TestClient) -> None:
    body = desk.get("/v1/suggest?prefix=de&q=nutrition+OR+fish*").json()
    assert (body["understood"], body["notes"], body["items"][0]["articles"]) == ("nutrition OR fish*", [], 6)


def test_an_empty_result_has_the_total_without_each_term(desk: TestClient) -> None:
    """Each remaining query finds that many."""
    body = search(desk, "zeppelin (nutrition OR airship) -officers", source="desk")
    assert [(entry["value"], entry["total"], entry["remaining"]) for entry in body["empty"]["without"]] == [
        ("desk", 0, None),
        ("zeppelin (nutrition OR airship) -officers", 12, None),
        ("zeppelin", 2, "(nutrition OR airship) AND NOT officers"),
        ("nutrition", 0, "zeppelin AND airship AND NOT officers"),
        ("airship", 0, "zeppelin AND nutrition AND NOT officers"),
        ("officers", 0, "zeppelin AND (nutrition OR airship)"),
    ]
    assert search(desk, "(nutrition OR airship) AND NOT officers")["total"] == 2


def test_each_article_says_which_terms_it_contains(desk: TestClient) -> None:
    items = search(desk, 'title:three OR "nutrition officers" OR NOT the', explain="true")["items"]
    assert [[term["occurs"] for term in item["terms"]] for item in items[:3]] == [
        [False, True, False],
        [False, False, False],
        [True, False, False],
    ]
    assert [term["value"] for term in items[0]["terms"]] == ["title:three", "nutrition officers", "the"]
    assert search(desk, "fish")["items"][0]["terms"] is None
    assert desk.get("/v1/articles?explain=true").json()["items"][0]["terms"] is None


def test_articles_without_any_wanted_term_rank_last(desk: TestClient) -> None:
    """Newest first; each article is visited once, page by page."""
    body = search(desk, "fish OR -shelling", sort="relevance", limit="100")
    titles = [item["title"] for item in body["items"]]
    others = [title for title in reversed(TEXTS) if "helling" not in TEXTS[title] and title != "Third fleet report"]
    assert titles == ["Third fleet report", *others]
    page = search(desk, "fish OR -shelling", sort="relevance", limit="4")
    pages = [item["title"] for item in page["items"]]
    while page["next"]:
        page = search(desk, "fish OR -shelling", sort="relevance", limit="4", cursor=page["next"])
        pages += [item["title"] for item in page["items"]]
    assert pages == titles
    refused = desk.get("/v1/articles?q=-fish&sort=relevance")
    assert refused.json()["errors"][0]["wanted"] == (
        "`q` with at least one word that it does not exclude, or another order"
    )


def test_a_cursor_belongs_to_one_query(desk: TestClient) -> None:
    other = {"q": "nutrition|shelling", "limit": "1", "sort": "published"}
    cursor = search(desk, "nutrition OR shelling", limit="1")["next"]
    assert desk.get("/v1/articles", params={**other, "cursor": cursor}).status_code == 422


def test_a_prefix_of_too_many_words_is_refused(database: Path, client: TestClient) -> None:
    """Also within NEAR; one of fewer words is cached and stays valid."""
    words = [f"abc{number}" for number in range(MAX_EXPANSIONS + 1)]
    record = {"title": "List", "source": "Desk", "entities": []}
    load_jsonl(database, [{**record, "text": " ".join(words)}])
    for q in ("abc*", "list NEAR(list abc*, 5)", "x-abc*"):
        (error,) = client.get("/v1/articles", params={"q": q}).json()["errors"]
        prefix = "x-abc*" if q == "x-abc*" else "abc*"
        wanted = f"a longer prefix than “{prefix}”, which stands for more than 2,000 words"
        assert (error["parameter"], error["value"], error["wanted"]) == ("q", q, wanted)
    assert [search(client, "abc1*")["total"] for _ in range(2)] == [1, 1]
