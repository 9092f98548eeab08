"""docs/reference/api.md states what the code does."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.http import middleware, problems
from app.http.middleware import MAX_URL_BYTES
from app.http.strict_params import MAX_BODY_BYTES
from app.server import http_request, protocol
from tests.conftest import ROOT

pytestmark = pytest.mark.unmeasured

PROMISE = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([0-9]{3}) \| ([^|]*) \|", PROMISE, re.MULTILINE)


def test_every_problem_type_is_listed_under_its_status() -> None:
    modules = (problems, http_request, protocol)
    constants = (value for module in modules for value in vars(module).values())
    types = {
        *problems.PROBLEM_TYPES.values(),
        *(value for value in constants if isinstance(value, problems.ProblemType)),
    }
    listed = {(int(status), slug) for status, slugs in ROWS for slug in re.findall("`([a-z-]+)`", slugs)}
    assert listed == {(type_.status, type_.slug) for type_ in types}
    assert f"{middleware.PREFLIGHT_REFUSED.status}, `{middleware.PREFLIGHT_REFUSED.slug}`" in PROMISE


@pytest.mark.parametrize("names", [middleware.ALLOWED_HEADERS, middleware.EXPOSED_HEADERS])
def test_the_headers_for_other_origins_are_named(names: tuple[str, ...]) -> None:
    *first, last = (f"`{name}`" for name in names)
    assert f"{', '.join(first)} and {last}" in PROMISE.replace("\n", " ")


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"at most {MAX_URL_BYTES:,} bytes" in PROMISE
    assert f"at most {MAX_BODY_BYTES // 1024} KiB" in PROMISE


def test_an_error_has_the_members_that_are_named(openapi_document: dict[str, Any]) -> None:
    for schema in ("Problem", "ProblemError"):
        assert [
            name
            for name in openapi_document["components"]["schemas"][schema]["properties"]
            if f"`{name}`" not in PROMISE
        ] == []


def test_every_list_with_pages_has_what_they_need(openapi_document: dict[str, Any]) -> None:
    """The cursor of the next page and the total; every list also names its corpus version."""
    schemas = openapi_document["components"]["schemas"]
    lists = {name: schema["properties"] for name, schema in schemas.items() if "items" in schema.get("properties", {})}
    operations = [(path, operation) for path, item in openapi_document["paths"].items() for operation in item.values()]
    schema_names = [(path, operation, response_schema(operation)) for path, operation in operations]
    listing = [
        (path, names(operation, schemas), lists[name].keys()) for path, operation, name in schema_names if name in lists
    ]
    assert len(listing) > 4
    for path, parameters, fields in listing:
        assert "corpus_version" in fields, path
        assert ("cursor" in parameters) == ("next" in fields), path
        assert "cursor" not in parameters or "total" in fields, path


def names(operation: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """Return the names of the parameters of an operation, and of the fields of its body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = schemas.get(str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2], {})
    return {*(parameter["name"] for parameter in operation.get("parameters", [])), *body.get("properties", {})}


def response_schema(operation: dict[str, Any]) -> str:
    """Return the name of the schema of a 200."""
    schema = operation["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
    # The first of several is the complete one; the others have some of its fields.
    complete = schema.get("anyOf", [schema])[0]
    return str(complete.get("$ref", "")).rpartition("/")[2]


SEARCH_SCHEMAS = {"Match", "Highlight"}
"""Parts of articles that are null outside a search."""


def test_every_operation_with_places_offers_utf16_offsets(openapi_document: dict[str, Any]) -> None:
    schemas = openapi_document["components"]["schemas"]

    def has_places(name: str, seen: set[str]) -> bool:
        fields = schemas[name].get("properties", {})
        inner = set(re.findall(r"schemas/(\w+)", str(fields))) - seen
        return "start" in fields or any(has_places(schema, seen | inner) for schema in inner)

    operations = [one for item in openapi_document["paths"].values() for one in item.values() if response_schema(one)]
    for operation in operations:
        null = set() if "explain" in names(operation, schemas) else SEARCH_SCHEMAS
        has_offsets = "offsets" in names(operation, schemas)
        assert has_places(response_schema(operation), null) == has_offsets, operation["operationId"]


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/v1/articles"), ("GET", "/v1/nothing"), ("GET", "/v1/articles?limit=0")]
)
def test_every_refusal_is_a_problem(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"]


@pytest.mark.parametrize("name", ["Retry-After", "ETag", "Link", "Allow", "X-Request-ID", "If-None-Match", "Vary"])
def test_the_headers_for_clients_are_explained(name: str) -> None:
    assert f"`{name}" in PROMISE
