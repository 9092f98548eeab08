"""Requests drawn from the application's own OpenAPI document: none fails, none is answered undocumented.

The cases of an operation are drawn first and then sent in one event loop. Half of them keep to the schema and half
break it; in every other one the names are such as the corpus knows, so that searches get past the names.
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

CASES = 190
"""Of each operation and mode; together some 3,600 requests."""

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


def steered(case: Case[Any], known: bool, article: str) -> Case[Any]:
    """Put names that the corpus knows in place of those that were drawn."""
    ids = {"articles": article, "sources": "alpha-courier", "entities": "vellandia"}
    if known:
        case.query = {name: KNOWN.get(name, value) for name, value in case.query.items() if name != "cursor"}
        if case.path_parameters:
            case.path_parameters = {"id": ids[case.operation.path.split("/")[2]]}
    return case


@cache
def drawn(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, article: str) -> list[Case[Any]]:
    """Draw the cases of one operation; always the same ones."""
    cases: list[Case[Any]] = []
    strategy = st.builds(steered, operation.as_strategy(generation_mode=mode), st.booleans(), st.just(article))

    @settings(bounded, max_examples=CASES)
    @given(case=strategy)
    def draw(case: Case[Any]) -> None:
        cases.append(case)

    draw()
    return cases


def operations(world: World) -> list[APIOperation[Any, Any, Any, Any]]:
    """Return the operations of the application's document, whose lists and texts are cut to what is drawn quickly."""
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
    """Lower the bounds of a parameter; beyond them a request is refused alike, which other tests show."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", [])):
        for bound, most in (("maxItems", 3), ("maxLength", 40)):
            if bound in part:
                part[bound] = min(part[bound], most)


async def answer(reader: Reader, case: Case[Any]) -> httpx2.Response:
    """Send a case."""
    sent = case.as_transport_kwargs()
    body = {name: sent[name] for name in ("json", "content") if sent.get(name) is not None}
    return await reader.client.request(sent["method"], sent["url"], params=sent["params"], **body)


def cases_of(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, article: str) -> list[Case[Any]]:
    """Return the cases of an operation; an export has those of the list, for it takes the same filters."""
    suffix = EXPORT.search(operation.path)
    if suffix is None:
        return drawn(operation, mode, article)
    listed = operation.schema[operation.path.removesuffix(suffix[0])]["GET"]
    queries = [{k: v for k, v in case.query.items() if k not in PAGING} for case in drawn(listed, mode, article)]
    if suffix[1] in FEEDS:
        # They differ in their form alone: each has its share of the cases.
        queries = queries[FEEDS.index(suffix[1]) :: len(FEEDS)]
    return [operation.Case(query=query) for query in queries]


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_fails_or_gets_an_undocumented_answer(world: World, mode: GenerationMode) -> None:
    """Every status, media type and body is one that the document declares; nothing is a 5xx."""
    statuses: Counter[int] = Counter()
    # Where there are no parameters but an id, which may be any text, no request can break the schema.
    breakable = [one for one in operations(world) if one.query or one.body or mode.is_positive]
    article = world.records[0]["public_id"]
    cases = [case for operation in breakable for case in cases_of(operation, mode, article)]

    async def check(reader: Reader) -> None:
        for case in cases:
            response = await answer(reader, case)
            statuses[response.status_code] += 1
            # A sparse answer is documented in prose; the schema is that of the whole one.
            sparse = response.status_code == 200 and "fields" in case.query
            case.validate_response(response, checks=EXPECTED[:-1] if sparse else EXPECTED)
            assert response.status_code < 500

    read(world.app, check)
    assert statuses[200] > 50, "requests get past the door"
    assert statuses[422] > 50, "and are refused at it"
