"""The OpenAPI document is valid and complete, so that clients can be generated from it."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from app.http.openapi.examples import EXAMPLES_FILE, SHARED
from app.http.openapi.formats import FORMAT_SCHEMAS
from app.http.openapi.words import TAGS
from tests.contract.openapi_examples import BINARY, collect
from tests.openapi import Document, dereferenced

pytestmark = pytest.mark.unmeasured

FORMATS = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
"""The formats of tables, and their media types."""

CITATION_TYPES = [
    "application/vnd.citationstyles.csl+json",
    "application/x-research-info-systems",
    "application/x-bibtex",
    "text/plain",
]
"""The media types of citations."""

VIEWS = ("articles", "statements", "entities", "sources", "timeline", "compare", "network")
TABLES = [f"/v1/{view}.{format_}" for view in VIEWS for format_ in FORMATS]
"""The paths of views as tables."""

SEARCHED = {
    **{path: path.replace(".", "/search.") for path in TABLES if "sources" not in path},
    "/v1/articles": "/v1/articles/search",
    "/v1/entities": "/v1/entities/search",
    "/v1/entities/{id}/related": "/v1/entities/{id}/related/search",
    "/v1/statements": "/v1/statements/search",
    "/v1/statements/counts": "/v1/statements/counts/search",
    "/v1/timeline": "/v1/timeline/search",
    "/v1/compare": "/v1/compare/search",
    "/v1/network": "/v1/network/search",
    "/v1/network.graphml": "/v1/network/search.graphml",
    "/v1/places.geojson": "/v1/places/search.geojson",
    "/v1/articles.ftm.ndjson": "/v1/articles/search.ftm.ndjson",
    "/v1/entities.ftm.ndjson": "/v1/entities/search.ftm.ndjson",
}
"""The paths of views that have a search by POST, and the path of that."""

POSTED = {"/v1/articles/lookup", "/v1/entities/lookup", *SEARCHED.values()}
TABLE_MODELS = ("Article", "Statement", "Entity", "Timeline", "Comparison", "Network")
REQUEST_SCHEMAS = {
    "ArticleLookup",
    "EntityLookup",
    "ArticlePage",
    *(f"{model}Table{format_.capitalize()}" for model in TABLE_MODELS for format_ in FORMATS),
    "ArticleExport",
    "EntityExport",
    "PlaceExport",
    "EntityPage",
    "RelatedPage",
    "StatementPage",
    "StatementCountPage",
    "TimelineFilters",
    "ComparisonPage",
    "NetworkFilters",
    "NetworkExport",
}
"""Schemas of request bodies, whose fields may be left out."""

SELECTIONS = {"ArticleFields"}
"""Schemas of what `fields` chose, whose other fields are missing."""

PROBLEM = {"application/problem+json": {"$ref": "#/components/schemas/Problem"}}
SPLIT_PROBLEM = {"application/problem+json": {"$ref": "#/components/schemas/SplitProblem"}}


@pytest.fixture(scope="module")
def served(reader: TestClient) -> Document:
    """Return the document that the application serves."""
    served: Document = reader.get("/openapi.json").json()
    return served


@pytest.fixture(scope="module")
def document(served: Document) -> Document:
    """Return the document with shared parameters and fields in their places."""
    return dereferenced(served)


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield path, method and each operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_the_document_is_valid_openapi_3_1(served: Document) -> None:
    """It is checked against the schema of the OpenAPI initiative."""
    assert served["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(served).iter_errors()] == []


def test_what_operations_share_is_in_the_document_once(served: Document, document: Document) -> None:
    """Most of the document would be repeated parameters."""
    text = json.dumps(served["paths"]) + json.dumps(served["components"]["schemas"])
    for section in ("parameters", "responses"):
        for name in served["components"][section]:
            assert text.count(f'"#/components/{section}/{name}"') > 1, name
    shared = served["components"]["schemas"].keys() - document["components"]["schemas"].keys()
    assert {name for name in shared if text.count(f'"#/components/schemas/{name}"') < 2} == set()
    lists = [operation.get("parameters", []) for _, _, operation in operations(served)]
    own = [parameter for parameters in lists for parameter in parameters if "$ref" not in parameter]
    own_texts = [json.dumps(parameter, sort_keys=True) for parameter in own]
    assert len(own_texts) == len(set(own_texts)) < 40
    assert len(json.dumps(served)) < len(json.dumps(document)) / 2


def test_only_get_is_offered(document: Document) -> None:
    """Dateline is read-only; POST is for requests that are too long for a URL."""
    assert {path for path, method, _ in operations(document) if method != "get"} == POSTED
    assert {method for _, method, _ in operations(document)} == {"get", "post"}


def test_the_paths_are_those_of_the_contract(document: Document) -> None:
    """Exactly these; a new view is added here together with its tests."""
    assert set(document["paths"]) - set(SEARCHED.values()) == {
        "/v1/source-groups",
        "/v1/articles",
        *TABLES,
        "/v1/articles.ftm.ndjson",
        "/v1/entities.ftm.ndjson",
        "/v1/articles/{id}.ftm.ndjson",
        "/v1/articles.atom",
        "/v1/articles.rss",
        "/v1/articles.jsonfeed",
        "/v1/articles/{id}",
        "/v1/articles/{id}.jsonld",
        "/v1/articles/{id}/annotations",
        "/v1/articles/citation",
        "/v1/articles/{id}/citation",
        "/v1/articles/{id}/similar",
        "/v1/articles/lookup",
        "/v1/articles/{id}/versions",
        "/v1/sources",
        "/v1/sources/{id}",
        "/v1/entities",
        "/v1/entities/lookup",
        "/v1/entities/{id}",
        "/v1/entities/{id}/related",
        "/v1/places.geojson",
        "/v1/entities/{id}/history",
        "/v1/statements",
        "/v1/statements/counts",
        "/v1/timeline",
        "/v1/compare",
        "/v1/network",
        "/v1/network.graphml",
        "/v1/suggest",
        "/v1/corpus",
        "/v1/corpus/versions",
        "/v1/changes",
        "/v1/corrections",
        "/livez",
        "/readyz",
    }


def test_operation_ids_are_method_names(document: Document) -> None:
    """They are unique, in snake case, and begin with a verb."""
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert [
        name for name in ids if not re.fullmatch(r"(list|get|find|export|check|is|read|show|search)(_[a-z0-9]+)+", name)
    ] == []


def test_every_operation_is_described(document: Document) -> None:
    """It has a summary, a description and a tag."""
    for path, _, operation in operations(document):
        assert operation["summary"].strip(), path
        assert operation["description"].strip(), path
        assert operation["tags"], path


def test_every_parameter_has_a_description_and_an_example(document: Document) -> None:
    """Requests can be tried on the docs page without further input."""
    lacking = [
        (path, parameter["name"])
        for path, _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not (_text(parameter, "description") and _example(parameter))
    ]
    assert lacking == []


def _text(part: Document, key: str) -> bool:
    return bool((part.get(key) or part.get("schema", {}).get(key) or "").strip())


def _example(part: Document) -> bool:
    places = (part, part.get("schema", {}))
    return any(place.get("examples") or "example" in place for place in places)


def test_every_field_has_a_description_and_an_example(document: Document) -> None:
    """A field that refers to a described schema needs no example of its own."""
    lacking = [
        (schema, name, key)
        for schema, body in document["components"]["schemas"].items()
        for name, field in body.get("properties", {}).items()
        for key in ("description", "examples")
        if not field.get(key) and not (key == "examples" and refers(field))
    ]
    assert lacking == []


def refers(field: Document) -> bool:
    """Return whether a field refers to another schema, directly, in a list, or as an alternative to null."""
    parts = [field, field.get("items", {}), *field.get("anyOf", [])]
    parts += [part.get("items", {}) for part in field.get("anyOf", [])]
    return any("$ref" in part for part in parts)


def test_every_field_is_required(document: Document) -> None:
    """Unknown values are null and never missing, so that clients need only one check."""
    for name, body in document["components"]["schemas"].items():
        if name not in REQUEST_SCHEMAS | SELECTIONS | FORMAT_SCHEMAS.keys():
            assert set(body.get("required", [])) == set(body.get("properties", {})), name


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/v1/articles", {"200", "304", "410", "414", "422", "500", "503"}),
        *((path, {"200", "304", "414", "422", "500", "503"}) for path in TABLES),
        ("/v1/articles.atom", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/articles.rss", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/articles.jsonfeed", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/articles/{id}", {"200", "304", "404", "410", "414", "422", "500", "503"}),
        ("/v1/articles/{id}.jsonld", {"200", "304", "404", "410", "414", "422", "500", "503"}),
        ("/v1/articles/{id}/annotations", {"200", "304", "404", "410", "414", "422", "500", "503"}),
        ("/v1/articles.ftm.ndjson", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/articles/citation", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/articles/{id}/citation", {"200", "304", "404", "410", "414", "422", "500", "503"}),
        ("/v1/articles/{id}/similar", {"200", "304", "404", "414", "422", "500", "503"}),
        ("/v1/articles/lookup", {"200", "413", "414", "422", "500", "503"}),
        ("/v1/articles/{id}/versions", {"200", "304", "404", "414", "422", "500", "503"}),
        ("/v1/sources", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/sources/{id}", {"200", "304", "404", "414", "422", "500", "503"}),
        ("/v1/entities", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/entities/lookup", {"200", "413", "414", "422", "500", "503"}),
        ("/v1/entities/{id}", {"200", "304", "404", "410", "414", "422", "500", "503"}),
        ("/v1/entities/{id}/related", {"200", "304", "308", "404", "410", "414", "422", "500", "503"}),
        ("/v1/entities/{id}/history", {"200", "304", "308", "404", "410", "414", "422", "500", "503"}),
        ("/v1/corrections", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/statements", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/statements/counts", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/timeline", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/compare", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/suggest", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/places.geojson", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/network", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/corpus", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/corpus/versions", {"200", "304", "414", "422", "500", "503"}),
        ("/v1/changes", {"200", "304", "414", "422", "500", "503"}),
        ("/readyz", {"200", "503"}),
        ("/livez", {"200"}),
    ],
)
def test_every_status_is_declared(document: Document, path: str, statuses: set[str]) -> None:
    """Errors have the shape and media type of a problem."""
    responses = document["paths"][path]["post" if path in POSTED else "get"]["responses"]
    assert statuses <= responses.keys()
    assert ("304" in responses) == ("304" in statuses)
    problems = {
        status: {media_type: content["schema"] for media_type, content in answer["content"].items()}
        for status, answer in responses.items()
        if int(status) >= 400
    }
    split = {"410": SPLIT_PROBLEM} if path.startswith("/v1/entities/{id}") else {}
    assert problems == dict.fromkeys(problems, PROBLEM) | split


def test_every_view_of_articles_has_a_search_by_post(document: Document) -> None:
    """Except feeds and citations, which are about a URL, and suggestions."""
    views = {
        path
        for path, method, operation in operations(document)
        if method == "get" and "exclude_actor" in {parameter["name"] for parameter in operation.get("parameters", [])}
    }
    feeds = {"/v1/articles.atom", "/v1/articles.rss", "/v1/articles.jsonfeed"}
    assert views == {*SEARCHED, *feeds, "/v1/articles/citation", "/v1/suggest"}


@pytest.mark.parametrize("path", SEARCHED)
def test_a_search_by_post_is_documented_as_its_get_is(document: Document, path: str) -> None:
    """Its fields are the parameters, all optional, with lists that are longer; its answer is the same."""
    get, post = document["paths"][path]["get"], document["paths"][SEARCHED[path]]["post"]
    in_path = [parameter for parameter in get["parameters"] if parameter["in"] == "path"]
    assert post.get("parameters", []) == in_path
    reference = post["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    in_query = {one["name"]: one["schema"] for one in get["parameters"] if one["in"] == "query"}
    assert list(schema["properties"]) == list(in_query)
    assert "required" not in schema
    for name, field in schema["properties"].items():
        longer = {"maxItems": 5000} if in_query[name].get("maxItems") == 50 else {}
        expected = {key: value for key, value in {**in_query[name], **longer}.items() if key != "default"}
        assert field == expected, name
    assert schemas_of(post) == schemas_of(get)
    assert set(post["responses"]) == {*get["responses"], "413"} - {"304"}
    assert set(post["tags"]) == set(get["tags"])


def schemas_of(operation: Document) -> Document:
    """Return the schemas of a 200, by media type."""
    content = operation["responses"]["200"]["content"]
    return {media_type: one["schema"] for media_type, one in content.items()}


def test_the_error_schemas_of_the_framework_are_removed(document: Document) -> None:
    """The application never sends them."""
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()


@pytest.mark.parametrize(
    ("path", "media_types"),
    [
        ("/v1/articles", ["application/json"]),
        *((path, [FORMATS[path.partition(".")[2]]]) for path in TABLES),
        ("/v1/articles.atom", ["application/atom+xml"]),
        ("/v1/articles.rss", ["application/rss+xml"]),
        ("/v1/articles.jsonfeed", ["application/feed+json"]),
        ("/v1/articles/{id}", ["application/json", "application/ld+json"]),
        ("/v1/articles/{id}.jsonld", ["application/ld+json"]),
        ("/v1/network.graphml", ["application/graphml+xml"]),
        ("/v1/places.geojson", ["application/geo+json"]),
        ("/v1/articles/{id}/annotations", ["application/ld+json"]),
        ("/v1/articles.ftm.ndjson", ["application/x-ndjson"]),
        ("/v1/articles/{id}.ftm.ndjson", ["application/x-ndjson"]),
        ("/v1/articles/citation", CITATION_TYPES),
        ("/v1/articles/{id}/citation", CITATION_TYPES),
    ],
)
def test_each_media_type_is_declared(document: Document, path: str, media_types: list[str]) -> None:
    """Each suffix declares its own media type and no other."""
    declared = document["paths"][path]["get"]["responses"]["200"]["content"]
    assert [name.split(";")[0] for name in declared] == media_types


def test_exports_take_every_filter_of_the_list(document: Document) -> None:
    """No export can ignore a filter."""

    def names(path: str) -> set[str]:
        return {parameter["name"] for parameter in document["paths"][path]["get"]["parameters"]}

    sample = {"sample", "seed"}
    shown = {"limit", "cursor", "facet", "facet_size", "explain", "highlight"}
    for path in TABLES:
        own = {"fields", "bom"} if path.endswith(".csv") else {"fields"}
        assert names(path) == names(path.partition(".")[0]) - shown | own
    paging = {*shown, "offsets", "fields"}
    for path in ("/v1/articles.atom", "/v1/articles.rss", "/v1/articles.jsonfeed"):
        assert names(path) == names("/v1/articles") - paging - {"sort", *sample} | {"limit", "cursor"}
    page_parameters = {"sort", "facet", "facet_size", "explain", "highlight", "offsets", "fields"}
    assert names("/v1/compare") == names("/v1/articles") - page_parameters - sample
    assert names("/v1/timeline") == names("/v1/compare") - paging | {"interval", "by", "top", "base", *sample}
    assert names("/v1/entities") == names("/v1/articles") - page_parameters | {"name", "type", "sort"}


def test_searching_comes_first(document: Document) -> None:
    """The document is in the order of its tags, each with a description, and the search of articles begins it."""
    tags = [tag for _, _, operation in operations(document) for tag in operation["tags"]]
    assert [tag["name"] for tag in document["tags"]] == list(dict.fromkeys(tags)) == list(TAGS)
    assert tags == sorted(tags, key=list(TAGS).index)
    assert all(tag["description"] for tag in document["tags"])
    assert next(iter(document["paths"])) == "/v1/articles"


def test_summaries_are_words_for_people(document: Document) -> None:
    """Each is different, and no name of a function in capitals."""
    summaries = [operation["summary"] for _, _, operation in operations(document)]
    assert len(summaries) == len(set(summaries))
    assert [one for one in summaries if one == one.title() or "_" in one or not one[0].isupper()] == []
    assert summaries[0] == "Search articles"


def test_lists_in_urls_state_how_they_are_written(document: Document) -> None:
    """Repeated, as in `actor=putin&actor=obama`."""
    lists = [
        (parameter.get("style"), parameter.get("explode"))
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if "array" in json.dumps(parameter["schema"])
    ]
    assert len(lists) > 100
    assert set(lists) == {("form", True)}


def test_postman_imports_lists(document: Document) -> None:
    """Its importer repeats a parameter only if the schema itself is an array, and takes the values from an example.

    It reads `style` and `explode` of the parameter, and no alternatives (`anyOf`) or lists of types.
    """
    lists = {
        (parameter["name"], json.dumps(parameter))
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if "array" in json.dumps(parameter["schema"])
    }
    assert len(lists) > 20
    for name, text in lists:
        parameter = json.loads(text)
        assert (parameter["in"], parameter["style"], parameter["explode"]) == ("query", "form", True), name
        assert (parameter["schema"]["type"], parameter.get("allowReserved", False)) == ("array", False), name
        assert {"type", "$ref"} & parameter["schema"]["items"].keys(), name
        assert all(isinstance(one, list) and one for one in parameter["schema"]["examples"]), name


def test_every_choice_has_a_name(document: Document) -> None:
    """Generated clients have one type for each list of choices; no value is named by its number."""
    schemas = document["components"]["schemas"]
    used = json.dumps([document["paths"], *(body.get("properties") for body in schemas.values())])
    assert '"enum"' not in used
    for name, body in schemas.items():
        if "enum" in body:
            names = body.get("x-enum-varnames") or body["enum"]
            assert all(re.fullmatch("[A-Za-z][A-Za-z_0-9-]*", one) for one in names), name
            assert len(names) == len(set(names)) == len(body["enum"])
            assert f'schemas/{name}"' in used


def test_every_response_has_a_schema(document: Document) -> None:
    """Those of exports, too: JSON of other standards, text, or bytes."""
    schemas = document["components"]["schemas"]
    for path, _, operation in operations(document):
        for media_type, schema in schemas_of(operation).items():
            lines = schema.get("contentSchema", {})
            names = re.findall(r"#/components/schemas/(\w+)", json.dumps(schema))
            assert set(names) <= schemas.keys()
            assert names or schema["type"] == "string", path
            assert ("json" in media_type) == bool(names), path
            assert ("ndjson" in media_type) == bool(lines), path


def test_chosen_fields_have_a_schema_of_their_own(document: Document) -> None:
    """Whatever `fields` chooses fits it, while the complete schema stays strict."""
    for path, name in (("/v1/articles", "ArticleList"), ("/v1/articles/{id}", "ArticleDetail")):
        (complete, chosen) = schemas_of(document["paths"][path]["get"])["application/json"]["anyOf"]
        assert complete == {"$ref": f"#/components/schemas/{name}"}
        assert "ArticleFields" in chosen["$ref"]
    schemas = document["components"]["schemas"]
    assert schemas["ArticleFields"]["properties"] == schemas["ArticleDetail"]["properties"]
    assert "required" not in schemas["ArticleFields"]
    assert schemas["ArticleFieldsList"]["required"] == schemas["ArticleList"]["required"]


def test_every_response_has_an_example(document: Document) -> None:
    """Except binary files and redirects, which have no body to show."""
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if response.get("content") and not (status == "200" and path.endswith(BINARY)):
                assert any("examples" in content for content in response["content"].values()), (method, path, status)
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["examples"], path


def closed(schema: Any) -> Any:  # noqa: ANN401 - a schema, or a part of one
    """Return a schema whose objects have no properties besides those that it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return (
        {"additionalProperties": False, **parts} if schema.get("type") == "object" and "properties" in schema else parts
    )


def test_every_example_fits_its_schema(document: Document) -> None:
    """Lines of JSON fit the schema of a line; a schema names everything that an answer has."""
    shown, components = 0, closed(document["components"])
    for path, _, operation in operations(document):
        contents = [
            content for response in operation["responses"].values() for content in response.get("content", {}).values()
        ]
        for content in [*contents, *operation.get("requestBody", {}).get("content", {}).values()]:
            for example in content.get("examples", {}).values():
                name = example.get("$ref", "").rpartition("/")[2]
                value = (document["components"]["examples"][name] if name else example)["value"]
                schema = content["schema"]
                assert len(json.dumps(value)) < 5_000, "choose a request with a shorter answer"
                values = [value]
                if "contentSchema" in schema:
                    values, schema = [json.loads(line) for line in value.splitlines()], schema["contentSchema"]
                validator = OAS31Validator({**closed(schema), "components": components})
                assert [error.message for one in values for error in validator.iter_errors(one)] == [], path
                shown += 1
    assert shown > 200


@pytest.mark.sqlite
def test_the_examples_are_what_the_application_answers(initialized: Path, tmp_path: Path) -> None:
    """All but tokens, instants of publishes and the release; `make examples` writes them again."""
    database, changed = (Path(shutil.copy(initialized, tmp_path / name)) for name in ("dateline.db", "changed.db"))
    examples = collect(database, changed)
    shown = json.loads(EXAMPLES_FILE.read_bytes())
    assert list(shown) == list(examples)
    for operation, by_status in examples.items():
        assert shown[operation] == by_status, operation
        assert all(int(status) == one["status"] for status, one in by_status.items()), operation
    assert set(shown[SHARED]) == {"413", "414", "500", "503"}
