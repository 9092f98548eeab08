"""Pydantic's findings in our words."""

import pytest
from fastapi.testclient import TestClient

from app.http.validation import translated


def fault(parameter: str, value: str, wanted: str, *nearest: str) -> dict[str, object]:
    """Return one entry of `errors`."""
    return {"parameter": parameter, "value": value, "wanted": wanted, "nearest": list(nearest)}


SORTS = "one of -published, published or relevance"
FACETS = "one of source, actor, place, weapon, language or precision"
PRECISIONS = "one of minute, day, month, year or none"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", fault("limit", "0", "a number of at least 1")),
        ("limit=101", fault("limit", "101", "a number of at most 100")),
        ("limit=many", fault("limit", "many", "a whole number")),
        ("limit=1.5", fault("limit", "1.5", "a whole number")),
        ("limit=" + "9" * 5000, fault("limit", "9" * 5000, "a whole number of at most 18 digits")),
        ("limit=9223372036854775808", fault("limit", "9223372036854775808", "a number of at most 100")),
        ("sort=publish", fault("sort", "publish", SORTS, "published", "-published")),
        ("sort=up", fault("sort", "up", SORTS)),
        ("facet=actr", fault("facet", "actr", FACETS, "actor")),
        ("precision=days", fault("precision", "days", PRECISIONS, "day")),
        ("members=perhaps", fault("members", "perhaps", "`true` or `false`")),
        ("from=2015-11-020", fault("from", "2015-11-020", "at most 10 characters")),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_was_wanted(
    client: TestClient, query: str, expected: dict[str, object]
) -> None:
    response = client.get(f"/v1/things?{query}")
    assert response.status_code == 422
    assert response.json() == {
        "type": "urn:dateline:problem:invalid-request",
        "title": "The request cannot be understood",
        "status": 422,
        "detail": f"{expected['parameter']} is “{expected['value']}”, wanted is {expected['wanted']}",
        "errors": [expected],
    }


def test_all_values_that_do_not_fit_are_named(client: TestClient) -> None:
    errors = client.get("/v1/things?limit=0&sort=up&facet=actor&facet=x&facet_size=0").json()["errors"]
    assert [(e["parameter"], e["value"]) for e in errors] == [
        ("limit", "0"),
        ("sort", "up"),
        ("facet", "x"),
        ("facet_size", "0"),
    ]


def test_too_many_values_are_all_shown(client: TestClient) -> None:
    (error,) = client.get("/v1/things?" + "&".join(["actor=a"] * 51)).json()["errors"]
    assert error == fault("actor", ", ".join("a" * 51), "at most 50 values")


def test_a_missing_parameter_has_no_value() -> None:
    (found,) = translated([{"type": "missing", "loc": ("query", "prefix"), "msg": "Field required", "input": {}}])
    assert (found.parameter, found.value, found.wanted) == (
        "prefix",
        None,
        "a value: this parameter is required",
    )


def test_a_finding_about_the_whole_request_keeps_pydantics_words() -> None:
    (found,) = translated([{"type": "odd", "loc": ("query",), "msg": "Is {odd}", "input": "x"}])
    assert (found.parameter, found.value, found.wanted) == ("request", "x", "Is {odd}")
