"""Requests drawn from the application's own OpenAPI document: none fails, and every response is documented.

The cases of an operation are drawn first and then sent in one event loop. Half of them keep to the schema and half
break it; every other one has names that the corpus knows, so that searches get past the names.
"""

import copy
import re
from collections import Counter
from functools import cache
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case, CheckFunction, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.shelf import Reader, World, read
from tests.contract.strategies import bounded

CASES_PER_MODE = 190
"""Number of cases of each operation and mode; about 3,600 requests in all."""

KNOWN = {
    "actor": ["vera-lindqvall", "Q990000003"],
    "any_actor": ["Vellandia", "amsel-mirror"],
    "exclude_actor": ["otto-brandthal"],
    "place": ["port-amsel"],
    "weapon": ["kestrelle-9"],
    "source": ["alpha-courier", "Bay Gazette"],
    "exclude_source": ["elm-monitor"],
    "from": "2015",
    "to": "9999-12-31",
    "prefix": "Amsl",
}

PAGING = {"limit", "cursor", "facet", "facet_size", "explain", "highlight", "offsets", "fields"}
FEEDS = ("atom", "rss", "jsonfeed")
EXPORT = re.compile(rf"\.(csv|ndjson|{'|'.join(FEEDS)})$")

EXPECTED: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def with_known_names(case: Case[Any], known: bool, article: str) -> Case[Any]:
    """Replace the drawn names by names that the corpus knows."""
    ids = {"articles": article, "sources": "alpha-courier", "entities": "vellandia"}
    if known:
        case.query = {name: KNOWN.get(name, value) for name, value in case.query.items() if name != "cursor"}
        if case.path_parameters:
            case.path_parameters = {"id": ids[case.operation.path.split("/")[2]]}
    return case


@cache
def draw_cases(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, article: str) -> list[Case[Any]]:
    """Draw the cases of one operation, which are the same in every run."""
    cases: list[Case[Any]] = []
    strategy = st.builds(with_known_names, operation.as_strategy(generation_mode=mode), st.booleans(), st.just(article))

    @settings(bounded, max_examples=CASES_PER_MODE)
    @given(case=strategy)
    def draw(case: Case[Any]) -> None:
        cases.append(case)

    draw()
    return cases


def operations(world: World) -> list[APIOperation[Any, Any, Any, Any]]:
    """Return the operations of the application's document, with lists and texts short enough to draw quickly."""
    document = copy.deepcopy(world.app.openapi())
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                shorten(parameter["schema"])
    for field in document["components"]["schemas"]["ArticleLookup"]["properties"].values():
        shorten(field)
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig(seed=1))
    return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


def shorten(schema: dict[str, Any]) -> None:
    """Lower the maximum lengths of a parameter; other tests show that longer values are refused."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", [])):
        for bound, maximum in (("maxItems", 3), ("maxLength", 40)):
            if bound in part:
                part[bound] = min(part[bound], maximum)


async def send(reader: Reader, case: Case[Any]) -> httpx2.Response:
    """Send a case."""
    request = case.as_transport_kwargs()
    body = {name: request[name] for name in ("json", "content") if request.get(name) is not None}
    return await reader.client.request(request["method"], request["url"], params=request["params"], **body)


def cases_of(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, article: str) -> list[Case[Any]]:
    """Return the cases of an operation; an export has those of the list, because it takes the same filters."""
    suffix = EXPORT.search(operation.path)
    if suffix is None:
        return draw_cases(operation, mode, article)
    list_operation = operation.schema[operation.path.removesuffix(suffix[0])]["GET"]
    cases = draw_cases(list_operation, mode, article)
    queries = [{k: v for k, v in case.query.items() if k not in PAGING} for case in cases]
    if suffix[1] in FEEDS:
        # Feeds differ only in their format, so each has its share of the cases.
        queries = queries[FEEDS.index(suffix[1]) :: len(FEEDS)]
    return [operation.Case(query=query) for query in queries]


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_fails_or_gets_an_undocumented_response(world: World, mode: GenerationMode) -> None:
    """The document declares every status, media type and body; no response is a 5xx."""
    statuses: Counter[int] = Counter()
    # An operation whose only parameter is an id, which may be any text, has no request that breaks the schema.
    tested = [operation for operation in operations(world) if operation.query or operation.body or mode.is_positive]
    article = world.records[0]["public_id"]
    cases = [case for operation in tested for case in cases_of(operation, mode, article)]

    async def check(reader: Reader) -> None:
        for case in cases:
            response = await send(reader, case)
            statuses[response.status_code] += 1
            # The schema is that of the whole response; the selection of fields is documented in prose.
            has_selected_fields = response.status_code == 200 and "fields" in case.query
            case.validate_response(response, checks=EXPECTED[:-1] if has_selected_fields else EXPECTED)
            assert response.status_code < 500

    read(world.app, check)
    assert statuses[200] > 50, "many requests are valid"
    assert statuses[422] > 50, "many requests are refused"
