"""Parameters that are refused before validation."""

from typing import Annotated

import pytest
from fastapi import Depends, Query
from fastapi.testclient import TestClient

from app.http.strict_params import v1_router
from tests.http.frame import Thing

BLANK = "a value that is not blank (or leave the parameter out)"
SINGLE = "one value: this parameter is not repeatable"
VALID_PATH = "valid UTF-8 that is not blank and has no NUL character"
PARAMETERS = (
    "a parameter of this path: limit, cursor, sample, seed, q, from, to, tz, date_field, source, actor, any_actor, "
    "place, weapon, exclude_source, exclude_actor, country, source_kind, source_group, exclude_source_group, members, "
    "language, precision, author, text_kind, bbox, near, km, sort, offsets, fields, facet, explain, highlight, "
    "facet_size"
)

Cause = tuple[str, str, str, list[str]]


def causes(client: TestClient, url: str) -> list[Cause]:
    """Return the causes of a refusal as parameter, value, wanted, nearest."""
    response = client.get(url)
    assert response.status_code == 422, response.text
    return [(e["parameter"], e["value"], e["wanted"], e["nearest"]) for e in response.json()["errors"]]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("soruce=rferl", ("soruce", "rferl", PARAMETERS, ["source"])),
        ("form=2015", ("form", "2015", PARAMETERS, ["from"])),
        ("from_=2015", ("from_", "2015", PARAMETERS, ["from"])),
        ("ACTOR=putin", ("ACTOR", "putin", PARAMETERS, ["actor", "author", "any_actor"])),
        ("xyz=", ("xyz", "", PARAMETERS, [])),
        ("=1", ("", "1", PARAMETERS, [])),
        ("q=", ("q", "", BLANK, [])),
        ("q", ("q", "", BLANK, [])),
        ("actor=+%C2%A0%09", ("actor", " \xa0\t", BLANK, [])),
        ("limit=1&limit=1", ("limit", "1, 1", SINGLE, [])),
        ("from=2014&to=2015&from=2016", ("from", "2014, 2016", SINGLE, [])),
        ("q=a%00b", ("q", "a\0b", "text without NUL characters", [])),
        ("q=%ED%A0%80", ("q", "%ED%A0%80", "text in percent-encoded UTF-8", [])),
    ],
)
def test_a_parameter_that_would_be_misread_is_refused(client: TestClient, query: str, cause: Cause) -> None:
    assert causes(client, f"/v1/things?{query}") == [cause]


def test_all_causes_are_listed_together(client: TestClient) -> None:
    listed = causes(client, "/v1/things?place=+&actors=x&limit=1&limit=2&q=%ff")
    assert [(parameter, value) for parameter, value, _, _ in listed] == [
        ("place", " "),
        ("actors", "x"),
        ("q", "%ff"),
        ("limit", "1, 2"),
    ]


def test_a_list_may_be_repeated_and_an_alias_is_known(client: TestClient) -> None:
    response = client.get("/v1/things?actor=a&actor=b&from=2015")
    assert response.json() == {"version": 0, "given": {"actor": ["a", "b"], "from": "2015"}}


def test_a_path_without_parameters_takes_none(client: TestClient) -> None:
    expected: Cause = ("limit", "1", "no parameters: this path takes none", [])
    assert causes(client, "/v1/counts?limit=1") == [expected]


def test_200_parameters_are_parsed_and_no_more(client: TestClient) -> None:
    assert len(causes(client, "/v1/things?" + "&".join(["x=1"] * 200))) == 200
    expected: Cause = ("query", "201 parameters", "at most 200 parameters", [])
    assert causes(client, "/v1/things?" + "&".join(["actor=a"] * 201)) == [expected]


@pytest.mark.parametrize(
    ("path", "value"), [("a%00b", "a\0b"), ("%ff", "\ufffd"), ("%ED%A0%80", "\ufffd\ufffd\ufffd"), ("%20", " ")]
)
def test_a_path_that_is_not_valid_text_is_refused(client: TestClient, path: str, value: str) -> None:
    assert causes(client, f"/v1/things/{path}") == [("thing_id", value, VALID_PATH, [])]


def test_parameters_that_nobody_would_read_are_refused_when_a_route_is_made() -> None:
    def since(since: Annotated[int, Query()] = 0) -> int:
        return since

    def plain(word: str = "") -> Thing:
        raise AssertionError(word)

    def dependent(since: Annotated[int, Depends(since)]) -> Thing:
        raise AssertionError(since)

    for handler, wanted in ((plain, "word must be a field of a model"), (dependent, "must have no query parameters")):
        with pytest.raises(TypeError, match=wanted):
            v1_router("mixed").get("/mixed")(handler)
