"""The promise of /v1 says what the code does."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.http import middleware as cors
from app.http import problems
from app.http.middleware import URL_BYTES
from app.http.strict_params import BODY_BYTES
from tests.conftest import ROOT

PROMISE = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([0-9]{3}) \| ([^|]*) \|", PROMISE, re.MULTILINE)


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    """The document that describes the API."""
    described: dict[str, Any] = client.get("/openapi.json").json()
    return described


def test_every_kind_of_problem_is_listed_under_its_status() -> None:
    kinds = {*problems.KINDS.values(), *(kind for kind in vars(problems).values() if isinstance(kind, problems.Kind))}
    listed = {(int(status), slug) for status, slugs in ROWS for slug in re.findall("`([a-z-]+)`", slugs)}
    assert listed == {(kind.status, kind.slug) for kind in kinds}
    assert f"{cors.REFUSED.status}, `{cors.REFUSED.slug}`" in PROMISE


@pytest.mark.parametrize("names", [cors.REQUEST_HEADERS, cors.EXPOSED])
def test_the_headers_of_other_origins_are_named(names: tuple[str, ...]) -> None:
    *first, last = (f"`{name}`" for name in names)
    assert f"{', '.join(first)} and {last}" in PROMISE.replace("\n", " ")


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"at most {URL_BYTES:,} bytes" in PROMISE
    assert f"at most {BODY_BYTES // 1024} KiB" in PROMISE


def test_an_error_has_the_members_that_are_named(document: dict[str, Any]) -> None:
    for schema in ("Problem", "ProblemError"):
        assert [
            name for name in document["components"]["schemas"][schema]["properties"] if f"`{name}`" not in PROMISE
        ] == []


def test_every_list_that_has_pages_has_what_they_need(document: dict[str, Any]) -> None:
    """Where the next one begins and how many there are in all; every list says which publish was asked."""
    schemas = document["components"]["schemas"]
    lists = {name: schema["properties"] for name, schema in schemas.items() if "items" in schema.get("properties", {})}
    answers = [(path, one, answered(one)) for path, item in document["paths"].items() for one in item.values()]
    found = [(path, names(operation), lists[name].keys()) for path, operation, name in answers if name in lists]
    assert len(found) > 4
    for path, parameters, fields in found:
        assert "corpus_version" in fields, path
        assert ("cursor" in parameters) == ("next" in fields), path
        assert "cursor" not in parameters or "total" in fields, path


def names(operation: dict[str, Any]) -> set[str]:
    """Return the names of the parameters of an operation."""
    return {parameter["name"] for parameter in operation.get("parameters", [])}


def answered(operation: dict[str, Any]) -> str:
    """Return the name of the schema of a 200."""
    content = operation["responses"]["200"]["content"].get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


TOLD_OF_A_SEARCH = {"Match", "Highlight"}
"""Parts of articles that are null where nothing was searched for."""


def test_places_can_be_asked_in_utf16_wherever_they_go_out(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    def placed(name: str, seen: set[str]) -> bool:
        fields = schemas[name].get("properties", {})
        inner = set(re.findall(r"schemas/(\w+)", str(fields))) - seen
        return "start" in fields or any(placed(one, seen | inner) for one in inner)

    answers = [one for item in document["paths"].values() for one in item.values() if answered(one)]
    for operation in answers:
        null = set() if "explain" in names(operation) else TOLD_OF_A_SEARCH
        assert placed(answered(operation), null) == ("offsets" in names(operation)), operation["operationId"]


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/v1/articles"), ("GET", "/v1/nothing"), ("GET", "/v1/articles?limit=0")]
)
def test_whatever_is_not_answered_has_one_shape(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("name", ["Retry-After", "ETag", "Link", "Allow", "X-Request-ID", "If-None-Match", "Vary"])
def test_the_headers_that_clients_meet_are_explained(name: str) -> None:
    assert f"`{name}" in PROMISE
