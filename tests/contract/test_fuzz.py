"""Thousands of requests drawn from the application's own OpenAPI document: none fails, none is answered undocumented.

The cases of an operation are drawn first and then sent in one event loop. Half of them keep to the schema and half
break it; in every other one the names are such as the corpus knows, so that searches get past the names.
"""

from collections import Counter
from contextlib import suppress
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
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

CASES = 120
"""Of each operation and mode; eleven operations in two modes make over two thousand."""

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
    "id": "vellandia",
}

EXPECTED: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def steered(case: Case[Any], known: bool) -> Case[Any]:
    """Put names that the corpus knows in place of those that were drawn."""
    for values in (case.query, case.path_parameters) if known else ():
        for name in values.keys() & KNOWN.keys():
            values[name] = KNOWN[name]
    if known and isinstance(case.query, dict):
        case.query.pop("cursor", None)
    return case


def drawn(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> list[Case[Any]]:
    """Draw the cases of one operation; always the same ones."""
    cases: list[Case[Any]] = []

    @settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=st.builds(steered, operation.as_strategy(generation_mode=mode), st.booleans()))
    def draw(case: Case[Any]) -> None:
        cases.append(case)

    with suppress(Unsatisfiable):  # An id in a path takes any text: nothing breaks that schema.
        draw()
    return cases


def operations(world: World) -> list[APIOperation[Any, Any, Any, Any]]:
    """Return the operations of the document that the application serves."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", world.app, config=SchemathesisConfig(seed=1))
    return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


async def answer(reader: Reader, case: Case[Any]) -> httpx2.Response:
    """Send a case."""
    sent = case.as_transport_kwargs()
    return await reader.client.request(sent["method"], sent["url"], params=sent["params"])


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_fails_or_gets_an_undocumented_answer(world: World, mode: GenerationMode) -> None:
    """Every status, media type and body is one that the document declares; nothing is a 5xx."""
    statuses: Counter[int] = Counter()

    async def check(reader: Reader) -> None:
        for case in (case for operation in operations(world) for case in drawn(operation, mode)):
            response = await answer(reader, case)
            statuses[response.status_code] += 1
            case.validate_response(response, checks=EXPECTED)
            assert response.status_code < 500

    read(world.app, check)
    assert statuses[200] > 100, "the requests get past the door"
    assert statuses[422] > 100, "and are refused at it"
