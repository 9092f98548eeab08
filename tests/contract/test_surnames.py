"""Surnames and initials of people whom the lexicon does not list under them: all people who have them are found."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, seed, write_jsonl

TEXTS = {
    "Pier": "The mayor, Anna Smithson, came to the harbour. “We will rebuild the pier,” Smithson said.",
    "School": "John Smithson, a teacher, left. “The school is closed,” Smithson said.",
    "Border": "Sudanese envoy Karim Smithson arrived. “The border is open,” Smithson said.",
    "Trade": "Xi Jinping met Vladimir Putin in Beijing. “We agree,” Xi said.",
    "Farm": "Xi Meiling, a farmer, sells apples. “The harvest was good,” Xi said.",
    "Lottery": "Oleg Putin, a baker from Tver, won the lottery. “I bought a boat,” Oleg Putin said.",
    "Road": "Mohammed al-Tarwani, a driver, came home. “The road is gone,” al-Tarwani said.",
    "Cows": "Ursula van der Quist, a vet, came home. “Cows are fine,” van der Quist said.",
    "Talks": "Sudanese Defence Minister Yassin Okoro resigned. Okoro said nothing.",
}
RECORDS = [
    {"title": title, "source": "Alpha Courier", "published": f"2024-03-{day:02}", "text": text}
    for day, (title, text) in enumerate(TEXTS.items(), start=1)
]
ALL_MATCH = "The articles of all of them match."
SMITHSONS = (
    "“{}” is the surname of 3 people, some of whom may be the same: the articles do not say enough to tell. "
    f"{ALL_MATCH}"
)


@pytest.fixture(scope="module")
def database(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with people of the lexicon, with a context and without one, some of them of one surname."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("surnames")))
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


def titles(answer: dict[str, Any]) -> set[str]:
    return {item["title"] for item in answer["items"]}


@pytest.mark.parametrize(
    "name", ["Smithson", "smithson", "SMITHSON", "Mr Smithson", "Mr. Smithson", "Mayor Smithson", "Smithson's"]
)
def test_a_surname_finds_all_people_who_have_it(reader: TestClient, name: str) -> None:
    """Those with a context and those without; the note says how many."""
    answer = get(reader, "articles", actor=name)
    assert titles(answer) == {"Pier", "School", "Border"}
    assert answer["notes"] == [SMITHSONS.format(name)]


@pytest.mark.parametrize("name", ["Xi", "xi", "Xi’s", "President Xi"])
def test_a_family_name_that_comes_first_is_a_surname(reader: TestClient, name: str) -> None:
    """The note names the people of the lexicon."""
    answer = get(reader, "articles", actor=name)
    assert titles(answer) == {"Trade", "Farm"}
    assert answer["notes"] == [
        f"“{name}” is the surname of 2 people: Xi Jinping (xi-jinping) and 1 whom only articles know. {ALL_MATCH}"
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("al-Tarwani", "Road"),
        ("Tarwani", "Road"),
        ("van der Quist", "Cows"),
        ("Quist", "Cows"),
        ("J. Smithson", "School"),
        ("Smithson, J.", "School"),
        ("Okoro", "Talks"),
        ("Y. Okoro", "Talks"),
    ],
)
def test_one_person_is_found_and_noted(reader: TestClient, name: str, found: str) -> None:
    answer = get(reader, "articles", actor=name)
    assert titles(answer) == {found}
    (note,) = answer["notes"]
    assert " 1 person" in note


def test_a_person_with_a_context_is_named_in_the_note(reader: TestClient) -> None:
    assert get(reader, "articles", actor="Okoro")["notes"] == [
        "“Okoro” is the surname of 1 person: Yassin Okoro (yassin-okoro--sudan)."
    ]
    assert get(reader, "articles", actor="Yassin Okoro")["notes"] == []


def test_a_listed_surname_means_its_person_and_says_whom_it_does_not_mean(reader: TestClient) -> None:
    answer = get(reader, "articles", actor="Putin", facet="actor")
    assert titles(answer) == {"Trade"}
    assert answer["notes"] == [
        "“Putin” means Vladimir Putin (vladimir-putin). 1 other person with this surname, whom only articles know, can "
        "be found by the full name: “Oleg Putin”."
    ]
    assert titles(get(reader, "articles", actor="Oleg Putin")) == {"Lottery"}
    assert get(reader, "articles", actor="Shoigu")["notes"] == []


def test_a_surname_works_in_every_role(reader: TestClient) -> None:
    assert get(reader, "articles", any_actor=["Smithson", "Xi"])["total"] == 5
    assert get(reader, "articles", exclude_actor="Smithson")["total"] == len(RECORDS) - 3
    assert get(reader, "articles", actor=["Xi", "Putin"])["total"] == 1
    said = get(reader, "statements", speaker="Smithson")
    assert {item["article"]["title"] for item in said["items"]} == {"Pier", "School", "Border"}
    assert said["notes"] == [SMITHSONS.format("Smithson")]
    assert {item["article"]["title"] for item in get(reader, "statements", speaker="Xi")["items"]} == {"Trade", "Farm"}


def test_who_is_in_the_lexicon_alone_is_found_though_no_article_names_them(reader: TestClient) -> None:
    """Several of one surname, too, and no more than three are listed."""
    many = get(reader, "articles", actor="Khan")
    assert many["total"] == 0
    assert re.fullmatch(
        r"“Khan” is the surname of (?:[4-9]|[1-9]\d) people: (?:[^,]+\), ){2}[^,]+\) and \d+ more of the lexicon\. "
        + re.escape(ALL_MATCH),
        many["notes"][0],
    )


@pytest.mark.parametrize("name", ["Smithsen", "Q. Smithson", "Anna", "Zzyzx"])
def test_what_is_no_surname_is_unknown(reader: TestClient, name: str) -> None:
    answer = reader.get("/v1/articles", params={"actor": name})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown")


def test_no_surname_is_a_place(reader: TestClient) -> None:
    assert reader.get("/v1/articles", params={"place": "Smithson"}).status_code == 422


def ids(reader: TestClient, name: str) -> list[str]:
    """Return the ids of the people of a name, as a search lists them."""
    items = get(reader, "articles", actor=name)["items"]
    surname = name.rsplit(maxsplit=1)[-1]
    return sorted(
        entity["id"] for item in items for entity in item["entities"] if entity["name"].split()[-1] == surname
    )


def test_a_lookup_lists_who_may_be_meant(reader: TestClient) -> None:
    names = ["Smithson", "John Smithson", "Xi", "Putin", "Oleg Putin", "Nepal's army"]
    items = reader.post("/v1/entities/lookup", json={"names": names}).json()["items"]
    assert [item["entity"] and item["entity"]["name"] for item in items] == [
        None,
        "John Smithson",
        None,
        "Vladimir Putin",
        "Oleg Putin",
        None,
    ]
    assert items[1]["entity"]["articles"] == 1
    error = items[0]["error"]
    assert (error["code"], error["wanted"]) == ("ambiguous", "the id of one of the 3 that “Smithson” names")
    assert sorted(candidate["id"] for candidate in error["candidates"]) == ids(reader, "Smithson")
    assert items[5]["error"]["code"] == "unknown"


def test_a_lookup_of_the_id_of_a_name_finds_its_one_person(reader: TestClient) -> None:
    (john,) = ids(reader, "John Smithson")
    body = {"ids": ["john-smithson--", "/v1/entities/john-smithson--", john, "nobody--"]}
    items = reader.post("/v1/entities/lookup", json=body).json()["items"]
    assert [item["entity"] and item["entity"]["id"] for item in items] == [john, john, john, None]


def reconcile(reader: TestClient, *values: str) -> list[list[dict[str, Any]]]:
    queries = {str(number): {"query": value} for number, value in enumerate(values)}
    answer = reader.post("/v1/reconcile", data={"queries": json.dumps(queries)}).json()
    return [answer[number]["result"] for number in queries]


def test_people_of_articles_are_candidates(reader: TestClient) -> None:
    """A whole name of one person is a match, a surname never is."""
    john, smithson, chinese = reconcile(reader, "John Smithson", "Smithson", "Xi")
    assert [(one["id"], one["match"], one["description"]) for one in john] == [
        (*ids(reader, "John Smithson"), True, "person, in 1 article")
    ]
    assert sorted(one["id"] for one in smithson) == ids(reader, "Smithson")
    assert {one["name"] for one in chinese} == {"Xi Jinping", "Xi Meiling"}
    assert not any(one["match"] for one in (*smithson, *chinese))


def suggested(reader: TestClient, prefix: str, **parameters: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - JSON
    items = get(reader, "suggest", prefix=prefix, **parameters)["items"]
    return [(item["name"], item["articles"]) for item in items if item["articles"]]


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("smiths", ["Karim Smithson", "Anna Smithson", "John Smithson"]),
        ("John Smi", ["John Smithson"]),
        ("Smithson, J", ["John Smithson"]),
        ("xi", ["Xi Jinping", "Xi Meiling"]),
        ("oleg p", ["Oleg Putin"]),
        ("’", None),
    ],
)
def test_people_of_articles_are_suggested(reader: TestClient, prefix: str, names: list[str] | None) -> None:
    if names is None:
        assert reader.get("/v1/suggest", params={"prefix": prefix}).status_code == 422
        return
    assert suggested(reader, prefix) == [(name, 1) for name in names]


def test_suggestions_are_within_the_search_and_of_the_requested_types(reader: TestClient) -> None:
    assert suggested(reader, "smithson", actor="sudan") == [("Karim Smithson", 1)]
    assert suggested(reader, "smithson", type="organization") == []
    answer = reader.get("/v1/reconcile/suggest/entity", params={"prefix": "john smithson"}).json()
    assert [item["id"] for item in answer["result"]] == ids(reader, "John Smithson")


def test_a_name_of_several_is_suggested_once(migrated: Path, tmp_path: Path) -> None:
    """With the id of the name, which means all of them."""
    own = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    seed(
        own, "load", str(write_jsonl(own, [RECORDS[1], {**RECORDS[1], "title": "Again", "text": "John Smithson ran."}]))
    )
    with TestClient(app_for(own)) as client:
        (item,) = get(client, "suggest", prefix="john smithson")["items"]
        assert (item["id"], item["name"], item["articles"]) == ("john-smithson--", "John Smithson", 2)
        assert get(client, "articles", actor=item["id"])["total"] == 2
        (found,) = reconcile(client, "John Smithson")
        assert [(one["score"], one["match"]) for one in found] == [(70.0, False)] * 2


def test_a_person_of_the_lexicon_hides_nobody_of_the_same_name(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever else has exactly this name is found as well."""
    own = Path(shutil.copy(migrated, tmp_path / "dateline.db"))
    lexicon = tmp_path / "lexicon"
    lexicon.mkdir()
    (lexicon / "people.yaml").write_text("- {id: john-smithson, name: John Smithson}\n", "utf-8")
    seed(own, "load", str(write_jsonl(own, RECORDS[:2])))
    listed = {**RECORDS[1], "title": "Listed", "text": "John Smithson ran."}
    monkeypatch.setenv("DATELINE_LEXICON", str(lexicon))
    seed(own, "load", str(write_jsonl(own, [listed])))
    with TestClient(app_for(own)) as client:
        answer = get(client, "articles", actor="John Smithson")
        assert titles(answer) == {"School", "Listed"}
        assert answer["notes"] == [
            "“John Smithson” is the name of 2 people: John Smithson (john-smithson) and 1 whom only articles know. "
            f"{ALL_MATCH}"
        ]
        assert titles(get(client, "articles", actor="john-smithson")) == {"Listed"}
