"""Validation errors of Pydantic in our words."""

import pytest
from fastapi.testclient import TestClient

from app.http.validation import invalid_parameters


def cause(parameter: str, value: str, code: str, wanted: str, *nearest: str) -> dict[str, object]:
    """Return one entry of `errors`."""
    return {
        "parameter": parameter,
        "value": value,
        "code": code,
        "wanted": wanted,
        "nearest": list(nearest),
        "candidates": [],
    }


SORTS = "one of -published, published, -loaded, -updated or relevance"
FACETS = (
    "one of source, country, source_kind, source_group, actor, place, weapon, language, precision, author or text_kind"
)
PRECISIONS = "one of minute, day, month, year or none"


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", cause("limit", "0", "out-of-range", "a number of at least 1")),
        ("limit=101", cause("limit", "101", "out-of-range", "a number of at most 100")),
        ("limit=many", cause("limit", "many", "malformed", "a whole number")),
        ("limit=1.5", cause("limit", "1.5", "malformed", "a whole number")),
        ("limit=" + "9" * 5000, cause("limit", "9" * 5000, "out-of-range", "a whole number of at most 18 digits")),
        ("limit=9223372036854775808", cause("limit", "9223372036854775808", "out-of-range", "a number of at most 100")),
        ("sort=publish", cause("sort", "publish", "invalid-choice", SORTS, "published", "-published")),
        ("sort=up", cause("sort", "up", "invalid-choice", SORTS)),
        ("facet=actr", cause("facet", "actr", "invalid-choice", FACETS, "actor")),
        ("precision=days", cause("precision", "days", "invalid-choice", PRECISIONS, "day")),
        ("members=perhaps", cause("members", "perhaps", "malformed", "`true` or `false`")),
        (f"from={'2' * 65}", cause("from", "2" * 65, "too-long", "at most 64 characters")),
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
        "detail": f"{expected['parameter']} is “{expected['value']}”: expected {expected['wanted']}",
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
    assert error == cause("actor", ", ".join("a" * 51), "too-many", "at most 50 values")


def test_a_missing_parameter_has_no_value() -> None:
    (error,) = invalid_parameters(
        [{"type": "missing", "loc": ("query", "prefix"), "msg": "Field required", "input": {}}]
    )
    assert (error.parameter, error.value, error.code, error.wanted) == (
        "prefix",
        None,
        "missing",
        "a value: this parameter is required",
    )


def test_an_error_of_the_whole_request_keeps_pydantics_message() -> None:
    (error,) = invalid_parameters([{"type": "odd", "loc": ("query",), "msg": "Is {odd}", "input": "x"}])
    assert (error.parameter, error.value, error.code, error.wanted) == ("request", "x", "malformed", "Is {odd}")
