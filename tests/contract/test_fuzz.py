"""Requests drawn from the application's own OpenAPI document: none fails, and every response is documented.

Drawing takes much longer than sending. So the filters, which 13 operations share, are drawn once and combined with the
other parameters of each operation, and operations whose other parameters are equal share their cases. All cases are
drawn first and then sent in one event loop. Some keep to the schema and some break it; each is sent as it was drawn
and with names that the corpus knows, so that searches get past the names.
"""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import given, settings
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

from tests.conftest import SOAK
from tests.contract.shelf import Reader, World, read
from tests.contract.strategies import PARAMETERS, bounded
from tests.openapi import dereferenced

Operation = APIOperation[Any, Any, Any, Any]

CASES = 5 * SOAK
"""Number of cases of each mode that are drawn for an operation without its filters."""

FILTER_CASES = 50 * SOAK
"""Number of combinations of filters that are drawn for each mode."""

FILTERS = {
    *(*PARAMETERS, "members", "tz", "date_field"),
    *("country", "source_kind", "source_group", "exclude_source_group"),
}
FILTERS_PATH = "/filters"
"""Path of an operation that has only the filters; it exists to draw them and gets no request."""

HAS_FILTERS = "x-has-filters"
"""Key that marks, in the document of this test, the operations whose filters were separated."""

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
    "tz": "Europe/Berlin",
    "country": ["de"],
    "prefix": "Amsl",
    "fields": "id",
    "speaker": ["vera-lindqvall"],
    "about": ["Vellandia"],
    "any_about": ["port-amsel", "Vellandia"],
}
UNKNOWN = {"cursor", "source_group", "exclude_source_group", "seed"}
"""Parameters that have no value here that is valid by itself."""

KNOWN_IDS = {"sources": "alpha-courier", "entities": "vellandia"}

# Without pyarrow, which the tests do not need, Parquet is always answered with a 501.
LIKE_CSV = (".ndjson", ".parquet", ".xlsx")
"""The formats of tables that have the parameters of the CSV."""

EXPECTED: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


class Cases:
    """The cases of an application's operations, which are the same in every run."""

    def __init__(self, world: World) -> None:
        self._article = world.records[0]["public_id"]
        document = separate_filters(dereferenced(world.app.openapi()))
        schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig(seed=1))
        self._operations = {
            operation.path: operation
            for operation in (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))
            if not operation.path.endswith(LIKE_CSV)
        }
        self._drawn: dict[str, list[Case[Any]]] = {}
        filters = self._operations.pop(FILTERS_PATH)
        self._filters = {mode: cycle(self._draw(filters, mode, FILTER_CASES)) for mode in GenerationMode}

    def __call__(self, mode: GenerationMode) -> Iterator[Case[Any]]:
        """Yield cases of all operations that keep to the schema, or that break it in the filters or elsewhere."""
        positive = GenerationMode.POSITIVE
        for operation in self._operations.values():
            if operation.definition.raw[HAS_FILTERS]:
                for own_mode, filter_mode in dict.fromkeys([(mode, positive), (positive, mode)]):
                    for case in self._draw(operation, own_mode):
                        for known in (False, True):
                            yield self._compose(operation, case, next(self._filters[filter_mode]).query, known)
                if mode.is_positive:
                    # All filters that are drawn may contradict each other.
                    yield self._compose(operation, self._draw(operation, mode)[0], {}, known=True)
            # An operation whose only parameter is an id, which may be any text, has no request that breaks the schema.
            elif operation.query or operation.body or mode.is_positive:
                for case in self._draw(operation, mode):
                    for known in (False, True):
                        yield self._compose(operation, case, {}, known)

    def _draw(self, operation: Operation, mode: GenerationMode, number: int = CASES) -> list[Case[Any]]:
        """Return cases of an operation, the same ones for operations with the same parameters."""
        raw = operation.definition.raw
        key = json.dumps([mode.value, raw.get("parameters"), raw.get("requestBody")])
        if key not in self._drawn:
            cases = self._drawn[key] = []

            @settings(bounded, max_examples=number)
            @given(case=operation.as_strategy(generation_mode=mode))
            def draw(case: Case[Any]) -> None:
                cases.append(case)

            draw()
        return self._drawn[key]

    def _compose(self, operation: Operation, own: Case[Any], filters: dict[str, Any], known: bool) -> Case[Any]:
        """Return a case with the filters of another one, and with names that the corpus knows instead of drawn ones."""
        query, path, body = {**filters, **own.query}, own.path_parameters, own.body
        if known:
            query = with_known_values(query)
            body = with_known_values(body) if isinstance(body, dict) else body
            path = path and {"id": {**KNOWN_IDS, "articles": self._article}[operation.path.split("/")[2]]}
        return operation.Case(path_parameters=path, query=query, body=body, media_type=own.media_type)


def with_known_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with names that the corpus knows."""
    return {name: KNOWN.get(name, value) for name, value in values.items() if name not in UNKNOWN}


def separate_filters(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a document in which the filters are those of one path, and short enough to draw quickly."""
    document = copy.deepcopy(document)
    filters = {}
    for path in document["paths"].values():
        for operation in path.values():
            parameters = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
            for parameter in parameters.values():
                shorten(parameter["schema"])
            operation[HAS_FILTERS] = parameters.keys() >= FILTERS
            if operation[HAS_FILTERS]:
                filters = {name: parameters.pop(name) for name in sorted(FILTERS)}
            operation["parameters"] = list(parameters.values())
    document["paths"][FILTERS_PATH] = {"get": {"parameters": list(filters.values()), "responses": {}}}
    for schema in document["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            shorten(field)
    return document


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


@pytest.fixture(scope="module")
def cases(world: World) -> Cases:
    return Cases(world)


@pytest.mark.hypothesis
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_fails_or_gets_an_undocumented_response(world: World, cases: Cases, mode: GenerationMode) -> None:
    """The document declares every status, media type and body; no response is a 5xx."""
    statuses: Counter[int] = Counter()
    reached: set[str] = set()
    drawn = list(cases(mode))

    async def check(reader: Reader) -> None:
        for case in drawn:
            response = await send(reader, case)
            statuses[response.status_code] += 1
            if response.status_code == (200 if mode.is_positive else 422):
                reached.add(case.operation.path)
            # The schema is that of the whole response; the selection of fields is documented in prose.
            has_selected_fields = response.status_code == 200 and (
                "fields" in case.query or (isinstance(case.body, dict) and bool(case.body.get("fields")))
            )
            case.validate_response(response, checks=EXPECTED[:-1] if has_selected_fields else EXPECTED)
            assert response.status_code < 500

    read(world.app, check)
    assert statuses[200] > 50, "many requests are valid"
    assert statuses[422] > 50, "many requests are refused"
    assert reached == {case.operation.path for case in drawn}, "each operation accepts or refuses some requests"
