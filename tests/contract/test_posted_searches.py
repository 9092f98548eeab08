"""Searches by POST: the parameters of a GET as a JSON body, for lists that no URL holds."""

import json
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from starlette.testclient import TestClient

from app.http.strict_params import MAX_BODY_BYTES, MAX_CAUSES, MAX_SHOWN_LENGTH
from tests.contract.shelf import World
from tests.contract.test_openapi import SEARCHED
from tests.contract.test_refusals import assert_problem

PATHS = {get.format(id="vellandia"): post.format(id="vellandia") for get, post in SEARCHED.items()}
URL = "/v1/articles/search"

FILTERS: list[dict[str, Any]] = [
    {},
    {"q": "ships", "actor": ["vellandia"]},
    {"any_actor": ["vellandia", "Otto Brandthal"], "exclude_source": ["dune-ledger"], "members": True},
    {"from": "2015-11", "to": 2015, "language": ["en", "fr"], "precision": "day"},
    {"place": "port-amsel", "author": ["ann lee"]},
    {"actor": ["vellandia", "vera-lindqvall", "otto-brandthal", "amsel-mirror"], "source": "alpha-courier"},
]


def query(body: dict[str, Any]) -> str:
    """Return the query that has the parameters of a body."""
    return urlencode({name: str(v).lower() if isinstance(v, bool) else v for name, v in body.items()}, doseq=True)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", FILTERS, ids=str)
def test_a_post_is_answered_like_the_get(reader: TestClient, path: str, body: dict[str, Any]) -> None:
    """The whole body, with another freshness: no cache may store it, and it has no validator and no link."""
    get, post = reader.get(f"{path}?{query(body)}"), reader.post(PATHS[path], json=body)
    assert (post.status_code, post.content) == (get.status_code, get.content)
    assert post.headers["content-type"] == get.headers["content-type"]
    assert post.headers["cache-control"] == "no-store"
    assert not {"etag", "link"} & post.headers.keys()


def test_options_of_a_page_are_fields(reader: TestClient) -> None:
    body = {"q": "ships", "facet": ["actor", "source"], "facet_size": 2, "explain": True, "sort": "relevance"}
    assert reader.post(URL, json=body).content == reader.get(f"/v1/articles?{query(body)}").content
    listed = reader.post(URL, json={"fields": ["title", "id"], "limit": 1}).json()["items"]
    assert [list(item) for item in listed] == [["id", "title"]]


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/entities", "/v1/compare", "/v1/entities/vellandia/related"])
def test_a_cursor_in_the_body_walks_through_the_whole_result(reader: TestClient, path: str) -> None:
    items: list[dict[str, Any]] = []
    cursor = None
    while cursor is not None or not items:
        page = reader.post(PATHS[path], json={"source": ["alpha-courier", "bay-gazette"], "limit": 2, "cursor": cursor})
        items += page.json()["items"]
        cursor = page.json()["next"]
    assert items == reader.get(f"{path}?source=alpha-courier&source=bay-gazette&limit=100").json()["items"]


def test_a_cursor_is_valid_for_the_same_search_in_a_url_and_in_a_body(reader: TestClient) -> None:
    posted = reader.post(URL, json={"actor": ["vellandia"], "limit": 1}).json()["next"]
    assert posted == reader.get("/v1/articles?actor=vellandia&limit=1").json()["next"]
    assert reader.get(f"/v1/articles?actor=vellandia&limit=1&cursor={posted}").status_code == 200
    other = reader.post(URL, json={"actor": ["vellandia"], "limit": 2, "cursor": posted})
    assert causes(other) == [("cursor", posted, "all other parameters as they were for the previous page")]


def causes(answer: httpx2.Response) -> list[tuple[str, str, str]]:
    return [(error["parameter"], error["value"], error["wanted"]) for error in assert_problem(answer, 422)["errors"]]


@pytest.mark.unmeasured
def test_5000_values_are_found_and_no_more(reader: TestClient) -> None:
    names = ["vellandia", *(f"Q99000000{number}" for number in (1, 2, 3, 4))] * 1000
    answer = reader.post(URL, json={"any_actor": names, "limit": 100})
    expected = reader.get("/v1/articles", params={"any_actor": names[:5], "limit": 100})
    assert answer.json()["items"] == expected.json()["items"]
    one = reader.get("/v1/articles?actor=vellandia&limit=100")
    assert reader.post(URL, json={"actor": names[:1] * 5_000, "limit": 100}).json()["items"] == one.json()["items"]
    refused = reader.post(URL, json={"any_actor": names, "source": ["alpha-courier"]})
    assert causes(refused) == [("body", "5,001 values", "lists of at most 5,000 values in all")]


def test_a_get_keeps_its_bound(reader: TestClient) -> None:
    answer = reader.get("/v1/articles", params={"any_actor": ["vellandia"] * 51})
    assert [cause[0::2] for cause in causes(answer)] == [("any_actor", "at most 50 values")]


@pytest.mark.parametrize("role", ["any_actor", "exclude_actor", "actor"])
def test_an_empty_result_drops_the_values_of_a_long_list_together(reader: TestClient, world: World, role: str) -> None:
    """One by one, thousands of them would take minutes and gigabytes."""
    names = ["vellandia", "vera-lindqvall"] * 26
    articles = reader.get("/v1/articles?source=alpha-courier").json()["total"]
    answer = reader.post(URL, json={role: names, "source": ["alpha-courier"], "from": "9999"}).json()
    assert [(one["parameter"], one["value"]) for one in answer["empty"]["without"]] == [
        (role, "52 values"),
        ("source", "alpha-courier"),
        ("from", "9999"),
    ]
    in_range = reader.post(URL, json={role: names, "source": ["alpha-courier"]}).json()["total"]
    assert answer["empty"]["without"][2]["total"] == in_range
    undropped = reader.post(URL, json={role: names, "q": "nowhere", "source": ["alpha-courier"]}).json()
    assert undropped["total"] == 0
    assert articles == len([record for record in world.records if record["source_id"] == "alpha-courier"])


def test_a_long_list_that_excludes_everything_says_so(reader: TestClient) -> None:
    sources = ["alpha-courier", "bay-gazette", "cliff-herald", "dune-ledger", "elm-monitor"] * 11
    answer = reader.post(URL, json={"exclude_source": sources}).json()
    assert answer["empty"]["without"] == [
        {"parameter": "exclude_source", "value": "55 values", "total": 12, "remaining": None}
    ]


@pytest.mark.parametrize(
    "path", ["/v1/entities/vellandia/related/search", "/v1/statements/search", "/v1/compare/search"]
)
def test_every_view_drops_a_long_list_as_one(reader: TestClient, path: str) -> None:
    answer = reader.post(path, json={"exclude_actor": ["vellandia"] * 51, "from": "9999"}).json()
    assert [(one["parameter"], one["value"]) for one in answer["empty"]["without"]] == [
        ("exclude_actor", "51 values"),
        ("from", "9999"),
    ]


def test_the_first_unknown_names_have_their_nearest_and_the_rest_is_counted(reader: TestClient) -> None:
    answer = reader.post(URL, json={"actor": ["vellandia"] + [f"Vera Lindqvist {n}" for n in range(4_999)]})
    errors = assert_problem(answer, 422)["errors"]
    assert [error["nearest"][:1] for error in errors[:-1]] == [["vera-lindqvall"]] * 10
    assert {key: errors[-1][key] for key in ("parameter", "value", "wanted")} == {
        "parameter": "body",
        "value": "4,989 more values",
        "wanted": "none after 10 errors: they were not checked",
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "body",
    [
        {f"field-{number}": 1 for number in range(12_000)},
        {"sorce": ["a"] * 5_000},
        {"facet": ["actr"] * 5_000},
        {"actor": ["x" * 201] * 1_000},
        {"limit": [1] * 5_000},
        {"actor": [" "] * 5_000},
        {"actor": [{}] * 5_000},
        {"x" * 200_000: "y"},
        {"q": "y" * 200_000},
        {"actor": ["y" * 20_000 + "," + "z" * 20_000] * 5},
        {"source": [","]},
    ],
    ids=lambda body: str(body)[:20],
)
def test_a_refusal_is_short_whatever_is_wrong(reader: TestClient, body: dict[str, Any]) -> None:
    answer = reader.post(URL, json=body)
    errors = assert_problem(answer, 422)["errors"]
    assert 1 <= len(errors) <= MAX_CAUSES + 1
    assert max(len(error[key]) for error in errors for key in ("parameter", "value")) <= MAX_SHOWN_LENGTH
    assert len(answer.content) < 40_000


def test_all_causes_are_counted(reader: TestClient) -> None:
    answer = reader.post(URL, json={"actor": [" "] * 5_000})
    assert causes(answer)[-1] == ("body", "4,990 more errors", "none: a refusal lists the first 10 errors")


@pytest.mark.parametrize(
    ("body", "parameter", "wanted"),
    [
        ('{"sorce": "a"}', "sorce", "a parameter of this path: limit, "),
        ('{"limit": 101}', "limit", "a number of at most 100"),
        ('{"limit": 1.5}', "limit", "a whole number"),
        ('{"limit": [1, 2]}', "limit", "one value: this parameter is not repeatable"),
        ('{"limit": 1, "limit": 2}', "limit", "one value: this parameter is not repeatable"),
        ('{"members": 2}', "members", "`true` or `false`"),
        ('{"q": ""}', "q", "a value that is not blank (or leave the parameter out)"),
        ('{"q": {"words": "a"}}', "q", "a string, a number, `true` or `false`, or a list of them"),
        ('{"actor[]": ["a"]}', "actor[]", '`actor` without brackets; several values are written `"actor": ["a", "b"]`'),
        ('{"limit[0]": 1}', "limit[0]", "`limit` without brackets"),
        ('{"source": "alpha-courier, bay-gazette"}', "source",
            "the id, name or domain of a source; several values are written "
            '`"source": ["alpha-courier", "bay-gazette"]`'),
        ('{"facet": "actor,source"}', "facet",
            "one of source, country, source_kind, source_group, actor, place, weapon, language, precision, author or "
            'text_kind; several values are written `"facet": ["actor", "source"]`'),
        ("[]", "body", "a JSON object"),
        ("q=a", "body", "valid JSON (expecting value at line 1 column 1)"),
    ],
)  # fmt: skip
def test_an_error_names_its_field(reader: TestClient, body: str, parameter: str, wanted: str) -> None:
    (cause,) = causes(reader.post(URL, content=body))
    assert cause[0] == parameter
    assert cause[2].startswith(wanted)


@pytest.mark.parametrize(
    ("query", "parameter", "wanted"),
    [
        ("actor[]=a&actor[]=b", "actor[]", "`actor` without brackets; several values are written `actor=a&actor=b`"),
        ("source[0]=a", "source[0]", "`source` without brackets; several values are written `source=a&source=b`"),
        ("limit[]=1", "limit[]", "`limit` without brackets"),
        ("source=alpha-courier,bay-gazette", "source", "the id, name or domain of a source; several values are written "
            "`source=alpha-courier&source=bay-gazette`"),
        ("actor=vellandia,%20Vera%20Lindqvall", "actor", "the id, Wikidata id or name of an actor; several values are "
            "written `actor=vellandia&actor=Vera Lindqvall`"),
        ("fields=id&fields=title", "fields", "one value, with its names separated by commas: this parameter is not "
            "repeatable"),
        ("source=nowhere,", "source", "the id, name or domain of a source"),
        ("precision=day,month", "precision", "one of minute, day, month, year or none; several values are written "
            "`precision=day&precision=month`"),
    ],
)  # fmt: skip
def test_lists_in_a_url_are_refused_with_the_right_notation(
    reader: TestClient, query: str, parameter: str, wanted: str
) -> None:
    assert {(cause[0], cause[2]) for cause in causes(reader.get(f"/v1/articles?{query}"))} == {(parameter, wanted)}


def test_a_name_with_a_comma_is_one_value(reader: TestClient) -> None:
    """A parameter that has one value only gets no hint."""
    assert "several" not in causes(reader.get("/v1/articles?from=2015,2016"))[0][2]


def test_parameters_in_the_url_are_refused(reader: TestClient) -> None:
    answer = reader.post(f"{URL}?limit=1", json={"q": "ships"})
    assert causes(answer) == [("limit", "1", "no parameters in the URL: here they are fields of the body")]


def test_an_id_in_the_path_is_checked(reader: TestClient) -> None:
    assert causes(reader.post("/v1/entities/%00/related/search", json={}))[0][0] == "id"
    assert_problem(reader.post("/v1/entities/nobody/related/search", json={}), 404)


def test_a_body_that_is_too_large_is_refused(reader: TestClient) -> None:
    assert_problem(reader.post(URL, content=b'{"q": "a"}' + b" " * MAX_BODY_BYTES), 413)


IDS_OF_ENTITIES = {path for path in PATHS.values() if path.partition(".")[0] == "/v1/entities/search"}
"""Paths that are those of entities, too: an entity may have the id `search` or `search.csv`."""


@pytest.mark.unmeasured
@pytest.mark.parametrize("path", sorted({*PATHS.values(), "/v1/articles/lookup"} - IDS_OF_ENTITIES))
def test_only_post_is_allowed(reader: TestClient, path: str) -> None:
    for method in ("PUT", "DELETE", "PATCH", "GET", "HEAD"):
        answer = reader.request(method, f"{path}?q=ships")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "OPTIONS, POST"
    assert reader.options(path).headers["allow"] == "OPTIONS, POST"


def test_a_page_of_another_origin_may_post_json(reader: TestClient) -> None:
    origin = {"Origin": "https://pages.example"}
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert reader.options(URL, headers={**origin, **preflight}).status_code == 200
    assert reader.post(URL, json={}, headers=origin).headers["access-control-allow-origin"] == "*"


def test_thousands_of_ids_fit_into_a_body() -> None:
    assert len(json.dumps({"any_actor": ["x" * 45] * 5_000})) < MAX_BODY_BYTES
