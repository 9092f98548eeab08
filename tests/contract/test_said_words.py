"""Statements by their own words, kind and subjects; their facets; and counts by speaker and by pair."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session
from starlette.testclient import TestClient

from app.errors import SearchTimeoutError
from app.search.query import said
from app.search.query.statement_filters import StatementCountPage
from app.search.sql.rows import StatementText, statement_texts
from app.stores import store_of
from app.wire.cursors import COUNT_CURSORS
from tests.conftest import app_for, seed
from tests.contract.shelf import SEARCH_FIELDS
from tests.contract.test_refusals import assert_problem
from tests.databases import url_of

RECORDS: list[dict[str, Any]] = [
    {
        "title": "Talks",
        "source": "Gazette",
        "published": "2019-05-01",
        "text": "Sergei Lavrov said that Turkey had closed the border. “We will answer Iran,” said John Kerry. "
        "Lavrov said that France would be invited.",
    },
    {
        "title": "The border",
        "source": "Herald",
        "published": "2019-05-02",
        "text": "The border is quiet. “No ground operation, no café,” Vladimir Putin said. “Turkey is a friend,” "
        "Barack Obama said. An official said that the ground is wet.",
    },
    {
        "title": "Ships",
        "source": "Herald",
        "text": "“Iran and Turkey closed the border,” Sergei Lavrov said. "
        "Vladimir Putin said that France “will answer”.",
    },
]


@pytest.fixture(scope="module")
def database(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of these records, read with the lexicon that ships."""
    folder = tmp_path_factory.mktemp("said")
    path, file = folder / "dateline.db", folder / "records.jsonl"
    path.write_bytes(migrated.read_bytes())
    file.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")
    seed(path, "load", str(file))
    return path


@pytest.fixture(scope="module")
def client(database: Path) -> TestClient:
    return TestClient(app_for(database))


@pytest.fixture(scope="module")
def statements(client: TestClient) -> list[dict[str, Any]]:
    """Return all statements, the oracle of what is filtered and counted."""
    return list(client.get("/v1/statements?limit=100").json()["items"])


def get(client: TestClient, query: str) -> dict[str, Any]:
    answer = client.get(f"/v1/statements?{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.unmeasured
def test_the_shelf_has_statements_of_all_kinds(statements: list[dict[str, Any]]) -> None:
    assert Counter(item["kind"] for item in statements) == {"quotation": 4, "paraphrase": 3, "partial": 1}
    assert len({item["speaker"] and item["speaker"]["id"] for item in statements}) == 5


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("border", ["border", "border"]),
        ("BORDER", ["border", "border"]),
        ("ground", ["No ground operation", "the ground is wet"]),
        ("ground operation", ["No ground operation"]),
        ('"ground operation"', ["No ground operation"]),
        ('"operation ground"', []),
        ('"no ground operation no cafe"', ["No ground operation"]),
        ("cafe", ["No ground operation"]),
        ("ground -operation", ["the ground is wet"]),
        ("ships", []),
        ("quiet", []),
        ("official", []),
        ("nowhere", []),
    ],
)
def test_words_are_looked_for_in_the_statement_alone(client: TestClient, said: str, expected: list[str]) -> None:
    """Not in the rest of its article, nor in the title."""
    body = get(client, f"said={said}")
    assert body["total"] == len(body["items"]) == len(expected)
    assert all(part in item["text"] for part, item in zip(expected, body["items"], strict=True))


def test_excluded_words_alone_leave_all_other_statements(client: TestClient, statements: list[dict[str, Any]]) -> None:
    without = [item for item in statements if "border" not in item["text"]]
    assert get(client, "said=-border")["items"] == without
    assert get(client, "said=-nowhere")["items"] == statements
    assert get(client, "said=-border -ground")["items"] == [i for i in without if "ground" not in i["text"]]


def test_words_and_filters_go_together(client: TestClient) -> None:
    assert [item["article"]["title"] for item in get(client, "speaker=lavrov&said=border")["items"]] == [
        "Talks",
        "Ships",
    ]
    assert get(client, "speaker=lavrov&said=border&source=herald")["total"] == 1
    assert get(client, "said=border&q=quiet")["total"] == 0


def test_about_any_of_several(client: TestClient) -> None:
    assert get(client, "speaker=lavrov&any_about=turkey&any_about=france")["total"] == 3
    assert get(client, "speaker=lavrov&about=turkey&about=iran")["total"] == 1
    assert get(client, "any_about=turkey&any_about=france&about=iran")["total"] == 1


KINDS = ("quotation", "partial", "paraphrase")


@pytest.mark.parametrize("kinds", [kinds for size in (1, 2, 3) for kinds in product(KINDS, repeat=size)][:20], ids=str)
def test_a_statement_has_any_of_the_kinds(
    client: TestClient, statements: list[dict[str, Any]], kinds: tuple[str, ...]
) -> None:
    query = "&".join(f"kind={kind}" for kind in kinds)
    assert get(client, query)["items"] == [item for item in statements if item["kind"] in kinds]


def test_an_empty_result_drops_each_new_parameter(client: TestClient) -> None:
    query = "speaker=obama&any_about=iran&any_about=france&kind=paraphrase&said=friend -ground&source=herald"
    assert [(one["parameter"], one["value"], one["total"]) for one in get(client, query)["empty"]["without"]] == [
        ("speaker", "obama", 0),
        ("any_about", "iran", 0),
        ("any_about", "france", 0),
        ("kind", "paraphrase", 0),
        ("said", "friend -ground", 0),
        ("source", "herald", 0),
    ]
    totals = [
        (one["parameter"], one["total"])
        for one in get(client, "speaker=obama&said=border&any_about=turkey")["empty"]["without"]
    ]
    assert totals == [("speaker", 2), ("any_about", 0), ("said", 1)]
    totals = [(one["parameter"], one["total"]) for one in get(client, "said=friend&source=gazette")["empty"]["without"]]
    assert totals == [("said", 2 + 1), ("source", 1)]


QUERIES = (
    "",
    "speaker=lavrov",
    "speaker=lavrov&speaker=putin",
    "source=herald",
    "kind=quotation&about=turkey",
    "said=border",
    "any_about=france&any_about=turkey&said=-friend",
    "speaker=lavrov&said=border&kind=quotation",
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("facet", ["speaker", "about", "kind", "source"])
def test_a_facet_counts_what_its_filter_finds(client: TestClient, query: str, facet: str) -> None:
    """Filters of which any value may match are ignored by their own facet; `about` counts within the result."""
    values = get(client, f"{query}&facet={facet}&facet_size=100")["facets"][facet]
    parameters = [pair for pair in query.split("&") if pair]
    others = [pair for pair in parameters if facet == "about" or not pair.startswith(f"{facet}=")]
    assert [value["count"] for value in values] == [
        get(client, "&".join([*others, f"{facet}={value['id']}"]))["total"] for value in values
    ]
    assert values == sorted(values, key=lambda value: (-value["count"], value["id"]))
    chosen = {pair.partition("=")[2] for pair in parameters if pair.partition("=")[0] in {facet, f"any_{facet}"}}
    assert {value["id"] for value in values if value["chosen"]} == {
        value["id"] for value in values if any(one in value["id"] for one in chosen)
    }


def test_facets_have_every_value_of_the_result(client: TestClient, statements: list[dict[str, Any]]) -> None:
    facets = get(client, "facet=speaker&facet=about&facet=kind&facet=source")["facets"]
    speakers = Counter(item["speaker"]["id"] for item in statements if item["speaker"])
    about = Counter(entity["id"] for item in statements for entity in item["entities"])
    assert {value["id"]: value["count"] for value in facets["speaker"]} == speakers
    assert {value["id"]: value["count"] for value in facets["about"]} == about
    assert [(value["id"], value["name"]) for value in facets["source"]] == [
        ("herald", "Herald"),
        ("gazette", "Gazette"),
    ]
    assert [value["name"] for value in facets["kind"]] == ["quotation", "paraphrase", "partial"]


def test_a_facet_lists_the_chosen_values_beyond_its_size(client: TestClient) -> None:
    values = get(client, "speaker=obama&speaker=kerry&facet=speaker&facet_size=1")["facets"]["speaker"]
    assert [(value["id"], value["chosen"]) for value in values] == [
        ("sergei-lavrov", False),
        ("barack-obama", True),
        ("john-kerry", True),
    ]
    assert get(client, "")["facets"] is None
    only = get(client, "facet=kind")["facets"]
    assert (only["speaker"], only["about"], only["source"]) == (None, None, None)


def test_a_state_counts_what_its_members_say(client: TestClient) -> None:
    for limit in (1, 2):  # The second time, the counts of the groups are cached.
        facets = get(client, f"members=true&from=2015&facet=speaker&facet=about&limit={limit}")["facets"]
        for name, values in facets.items():
            for value in values or ():
                assert get(client, f"members=true&from=2015&{name}={value['id']}")["total"] == value["count"], value
    assert "russia" in {value["id"] for value in facets["speaker"]}
    assert "russia" not in {value["id"] for value in get(client, "from=2015&facet=speaker")["facets"]["speaker"]}


def walk(client: TestClient, query: str, limit: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    url: str | None = f"/v1/statements/counts?{query}&limit={limit}"
    while url is not None:
        answer = client.get(url)
        items += answer.json()["items"]
        url = answer.links.get("next", {}).get("url")
    return items


@pytest.mark.unmeasured
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("filters", ["", "&source=herald", "&said=border", "&kind=quotation"])
def test_pairs_are_counted(client: TestClient, statements: list[dict[str, Any]], limit: int, filters: str) -> None:
    """Each as often as the list of statements has it, in order of count and ids."""
    listed = {json.dumps(item) for item in get(client, f"limit=100{filters}")["items"]}
    pairs = Counter(
        (item["speaker"]["id"], entity["id"])
        for item in statements
        if json.dumps(item) in listed and item["speaker"]
        for entity in item["entities"]
    )
    counted = [
        (item["speaker"]["id"], item["about"]["id"], item["statements"])
        for item in walk(client, f"by=pair{filters}", limit)
    ]
    assert counted == sorted(((*pair, n) for pair, n in pairs.items()), key=lambda one: (-one[2], one[0], one[1]))
    assert client.get(f"/v1/statements/counts?by=pair{filters}").json()["total"] == len(pairs)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_speakers_are_counted(client: TestClient, statements: list[dict[str, Any]], limit: int) -> None:
    speakers = Counter(item["speaker"]["id"] for item in statements if item["speaker"])
    items = walk(client, "by=speaker", limit)
    assert {item["about"] and 1 for item in items} == {None}
    assert [(item["speaker"]["id"], item["statements"]) for item in items] == sorted(
        speakers.items(), key=lambda one: (-one[1], one[0])
    )
    assert client.get("/v1/statements/counts").json()["items"] == items[:20] or limit == 100


def test_titles_have_no_statements(client: TestClient) -> None:
    (error,) = assert_problem(client.get("/v1/statements?said=border+title:talks"), 422)["errors"]
    assert (error["parameter"], error["code"]) == ("said", "conflict")


def test_a_whole_count(client: TestClient) -> None:
    body = client.get("/v1/statements/counts?by=pair&speaker=obama").json()
    assert body == {
        **SEARCH_FIELDS,
        "total": 1,
        "items": [
            {
                "speaker": {"id": "barack-obama", "name": "Barack Obama", "type": "person"},
                "about": {"id": "turkey", "name": "Turkey", "type": "state"},
                "statements": 1,
            }
        ],
        "next": None,
        "empty": None,
        "corpus_version": 1,
    }
    empty = client.get("/v1/statements/counts?said=nowhere").json()
    assert (empty["total"], empty["items"]) == (0, [])
    assert empty["empty"]["without"] == [{"parameter": "said", "value": "nowhere", "total": 8, "remaining": None}]


def test_a_cursor_continues_after_an_entity_that_is_gone(client: TestClient) -> None:
    def after(by: str, count: int, ids: str) -> list[str]:
        page = StatementCountPage.model_validate({"by": by})
        cursor = COUNT_CURSORS.write(page, (count, ids))
        items = client.get(f"/v1/statements/counts?by={by}&cursor={cursor}").json()["items"]
        return [" ".join(one["id"] for one in (item["speaker"], item["about"]) if one) for item in items]

    pairs, speakers = after("pair", 10**30, ""), after("speaker", 10**30, "")
    assert after("pair", 1, "sergei-lavrov france-before") == [
        pair for pair in pairs[1:] if pair > "sergei-lavrov france-before"
    ]
    assert after("pair", 1, "nobody x") == [pair for pair in pairs[1:] if pair > "nobody x"]
    assert after("speaker", 1, "john-kerry") == [one for one in speakers[2:] if one > "john-kerry"]
    assert after("speaker", 1, "zz") == after("pair", -(10**30), "a") == []


@pytest.mark.unmeasured
def test_words_are_read_once_for_all_pages(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In small batches here."""
    client = TestClient(app_for(database))
    monkeypatch.setattr(said, "STATEMENTS_PER_READ", 2)
    reads: list[Sequence[int]] = []

    def counted(session: Session, ids: Sequence[int]) -> list[StatementText]:
        reads.append(ids)
        return statement_texts(session, ids)

    monkeypatch.setattr(said, "statement_texts", counted)
    first = get(client, "said=border&limit=1")
    assert len(reads) > 1
    count = len(reads)
    assert get(client, f"said=border&limit=1&cursor={first['next']}")["items"]
    assert get(client, "said=border&speaker=lavrov")["total"] == 2
    assert len(reads) == count


def test_a_search_that_ran_out_of_time_continues_where_it_stopped(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(app_for(database))
    monkeypatch.setattr(said, "STATEMENTS_PER_READ", 1)
    reads: list[Sequence[int]] = []

    def slow(session: Session, ids: Sequence[int]) -> list[StatementText]:
        reads.append(ids)
        if len(reads) == 3:
            raise SearchTimeoutError("The search took longer than 5 seconds.")
        return statement_texts(session, ids)

    monkeypatch.setattr(said, "statement_texts", slow)
    assert_problem(client.get("/v1/statements?said=border"), 503)
    assert get(client, "said=border")["total"] == 2
    assert len(reads) == 8 + 1  # One of the eight statements was read twice.


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("said=", "said"),
        ("said=---", "said"),
        ("said=" + "+".join("abcdefghijklmnopqrstuvwxyz"[at % 26] for at in range(40)), "said"),
        ("said=a&said=b", "said"),
        ("kind=question", "kind"),
        ("any_about=Nobodyatall", "any_about"),
        ("facet=actor", "facet"),
        ("facet_size=0", "facet_size"),
        ("words=border", "words"),
    ],
)
def test_a_wrong_value_is_refused_by_name(client: TestClient, query: str, parameter: str) -> None:
    errors = assert_problem(client.get(f"/v1/statements?{query}"), 422)["errors"]
    assert [error["parameter"] for error in errors] == [parameter]


def test_all_that_is_wrong_is_refused_together(client: TestClient) -> None:
    errors = assert_problem(client.get("/v1/statements?said=---&any_about=xyzzyx&actor=xyzzyx"), 422)["errors"]
    assert [error["parameter"] for error in errors] == ["any_about", "said", "actor"]


def test_a_list_for_the_statements_of_thousands(client: TestClient) -> None:
    body = {"any_about": ["turkey", "france", "Q159"] * 1_600, "said": "border", "facet": ["kind"]}
    answer = client.post("/v1/statements/search", json=body)
    query = "any_about=turkey&any_about=france&any_about=Q159&said=border&facet=kind"
    assert answer.content == client.get(f"/v1/statements?{query}").content
    pairs = client.post("/v1/statements/counts/search", json={"by": "pair", "said": "border"})
    assert pairs.content == client.get("/v1/statements/counts?by=pair&said=border").content


def test_a_statement_that_is_gone_from_the_tables_is_damage(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "dateline.db"
    copy.write_bytes(database.read_bytes())
    engine = store_of(url_of(copy)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM statement WHERE start > 40"))
    engine.dispose()
    with TestClient(app_for(copy), raise_server_exceptions=False) as client:
        assert_problem(client.get("/v1/statements?said=border"), 503)
