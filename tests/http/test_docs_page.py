"""The OpenAPI document and the page that shows it."""

import re

from fastapi import APIRouter
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

from app import __version__
from app.errors import ErrorCode
from tests.http.frame import client_of, frame


def test_the_document_is_valid_openapi_3_1(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == __version__


def test_operation_ids_are_the_names_of_the_functions(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {path: operations["get"]["operationId"] for path, operations in paths.items()} == {
        "/v1/things": "list_things",
        "/v1/things/{thing_id}": "get_thing",
        "/v1/counts": "count_things",
        "/v1/things.ndjson": "export_things",
        "/v1/large": "get_large",
    }


def test_every_operation_declares_its_problems(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/things"]["get"]["responses"]) == {"200", "304", "410", "414", "422", "500", "503"}
    assert set(paths["/v1/things/{thing_id}"]["get"]["responses"]) == {"200", "304", "404", "414", "422", "500", "503"}
    assert paths["/v1/things/{thing_id}"]["get"]["responses"]["404"] == {
        "description": "Nothing is published under this id",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def test_all_errors_have_our_schema(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert "HTTPValidationError" not in text
    assert set(schemas["Problem"]["properties"]) == {"type", "title", "status", "detail", "errors"}
    members = {"parameter", "value", "code", "wanted", "nearest", "candidates"}
    assert set(schemas["ProblemError"]["required"]) == members
    assert schemas["ErrorCode"]["enum"] == list(ErrorCode)


def test_the_page_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/docs").text
    assert re.findall(r"https?://", page) == []
    for path in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert client.get(path).status_code == 200


def test_the_page_works_below_a_root_path() -> None:
    page = TestClient(frame()[0], root_path="/dateline").get("/dateline/docs").text
    assert "/dateline/openapi.json" in page
    assert "/dateline/docs/swagger-ui.css" in page


def test_the_files_of_the_page_may_be_cached(client: TestClient) -> None:
    response = client.get("/docs/swagger-ui-bundle.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_no_other_file_is_served(client: TestClient) -> None:
    for name in ("redoc.standalone.js", "..%2Fcore.py", "..", "core.py"):
        assert client.get(f"/docs/{name}").status_code == 404


def test_an_app_without_parameters_has_a_document() -> None:
    assert client_of(frame(APIRouter())[0]).get("/openapi.json").status_code == 200
