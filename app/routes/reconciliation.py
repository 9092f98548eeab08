"""The Reconciliation API 0.2, with which OpenRefine and other tools match the names in a table with entities.

As its specification says, and unlike the rest of the API, parameters that are not known are ignored, and a POST has a
form as its body.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from app.errors import InvalidRequestError, NotFoundError, ParameterProblem, SplitError, TooLargeError
from app.http.request_url import QueryPair, parse_pairs
from app.http.responses import api_url
from app.http.strict_params import MAX_SHOWN_LENGTH, Parameters, StrictRoute, read_body
from app.labels import EntityLabel
from app.models import EntityType
from app.routes.dependencies import SearchDep
from app.routes.entities import EntityId
from app.search.aggregations.suggest import Suggestions, suggest_people
from app.search.fulltext.hits import SearchContext
from app.search.names.reconciliation import Cell, reconcile
from app.search.query.entities_by_id import FoundEntity, find_entity
from app.search.query.parameters import Name, ParameterModel, PlainInteger, Text
from app.wire.reconciliation import (
    MAX_QUERIES,
    PROPERTIES,
    PROPERTIES_BY_ID,
    candidate_result,
    entity_type,
    extension,
    manifest,
    preview_html,
    property_reference,
    suggested_entity,
)

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
"""The number of candidates of a query, and the most that a client may ask for."""

MAX_NAME_LENGTH = 200
"""Length of the longest value that may be a name; a longer one has no candidates, and says nothing as a property."""

MAX_GIVEN = 10
"""Maximum number of values of a property in a query, and of its properties: each value is a name to resolve."""

SUGGESTIONS = 10
"""Maximum number of suggestions."""

FRAME_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
"""The preview is shown in a frame of the client's page; it has a style of its own, and runs nothing."""


class FormRoute(StrictRoute):
    """A route that takes its parameters from the URL or from a form, and ignores those that it does not know."""

    async def read_pairs(
        self, request: Request, parameters: Parameters
    ) -> tuple[list[QueryPair], list[ParameterProblem]]:
        """Return the last pair of each known parameter; raise TooLargeError for a body that is too large."""
        body = await read_body(request) if request.method == "POST" else b""
        pairs = [*parse_pairs(request.scope["query_string"]), *parse_pairs(body)]
        known = {pair.name: pair for pair in pairs if pair.name in parameters and pair.value.strip()}
        wrong = [ParameterProblem(pair.name, pair.value, pair.wanted) for pair in known.values() if pair.wanted]
        return list(known.values()), wrong


router = APIRouter(prefix="/v1/reconcile", include_in_schema=False, route_class=FormRoute)

Model = TypeVar("Model")

Kind = Literal["entity", "type", "property"]


class _Sent(BaseModel):
    """JSON as clients send it: they add members that the specification does not have."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_text(value: object) -> object:
    """Return the value of a property as text: it may be a number, or an entity that is matched already."""
    if isinstance(value, dict):
        value = value.get("id", value.get("name"))
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


class SentProperty(_Sent):
    """A property that the client gives with a query, with one value or several."""

    pid: str
    v: Annotated[
        list[Annotated[str, BeforeValidator(_as_text)]], BeforeValidator(_as_list), Field(max_length=MAX_GIVEN)
    ]


class SentQuery(_Sent):
    """A query of a batch."""

    query: Annotated[str, BeforeValidator(_as_text)]
    type: Annotated[list[str], BeforeValidator(_as_list), Field(max_length=50)] = []
    limit: int = Field(DEFAULT_LIMIT, ge=1)
    properties: list[SentProperty] = Field([], max_length=MAX_GIVEN)


class SentExtension(_Sent):
    """The entities and the properties of a data extension."""

    class SentPropertyId(_Sent):
        """A property whose values are wanted."""

        id: str

    ids: list[Name]
    properties: list[SentPropertyId] = Field(max_length=50)


_QUERIES = TypeAdapter(dict[str, SentQuery])
_EXTENSION = TypeAdapter(SentExtension)


class ReconciliationParameters(ParameterModel):
    """A batch of queries or a data extension, as JSON; without both, what the service offers."""

    queries: str | None = None
    extend: str | None = None


class PrefixParameters(ParameterModel):
    """The beginning of a name, and how many suggestions to leave out."""

    prefix: Text = ""
    cursor: PlainInteger = Field(0, ge=0, le=1000)


class IdParameters(ParameterModel):
    """An id."""

    id: Name = ""


class TypeParameters(ParameterModel):
    """A type of entity, and the number of properties to propose."""

    type: Name = ""
    limit: PlainInteger = Field(len(PROPERTIES), ge=0)


@router.api_route("", methods=["GET", "POST"])
def reconcile_entities(
    parameters: Annotated[ReconciliationParameters, Query()], context: SearchDep, request: Request
) -> Response:
    """Match the values of a batch, return properties of entities, or say what the service offers."""
    if parameters.queries is not None:
        queries = _sent("queries", parameters.queries, _QUERIES, 'an object of queries: `{"q0": {"query": "Putin"}}`')
        _require_room("queries", len(queries))
        return _json({key: {"result": _results(context, query)} for key, query in queries.items()})
    if parameters.extend is not None:
        wanted = '`{"ids": […], "properties": [{"id": "wikidata"}]}`'
        extended = _sent("extend", parameters.extend, _EXTENSION, wanted)
        _require_room("ids", len(extended.ids))
        unknown = [one.id for one in extended.properties if one.id not in PROPERTIES_BY_ID]
        if unknown:
            wanted = "properties of this service: " + ", ".join(PROPERTIES_BY_ID)
            raise InvalidRequestError(ParameterProblem("extend", ", ".join(unknown)[:MAX_SHOWN_LENGTH], wanted))
        properties = [PROPERTIES_BY_ID[one.id] for one in extended.properties]
        entities = {id_: _known_entity(context, id_) for id_ in extended.ids}
        return _json(extension(context.snapshot, entities, properties))
    return _json(manifest(api_url(request)))


def _sent(parameter: str, value: str, adapter: TypeAdapter[Model], wanted: str) -> Model:
    try:
        return adapter.validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        detail = f"{first['msg'].lower()} at {place}" if place else first["msg"].lower()
        raise InvalidRequestError(
            ParameterProblem(parameter, value[:MAX_SHOWN_LENGTH], f"{wanted} ({detail})")
        ) from None


def _require_room(what: str, count: int) -> None:
    if count > MAX_QUERIES:
        raise TooLargeError(f"The batch has {count:,} {what}; the limit is {MAX_QUERIES}.")


def _results(context: SearchContext, query: SentQuery) -> list[dict[str, Any]]:
    if len(query.query) > MAX_NAME_LENGTH:
        return []
    types = frozenset(type_ for type_ in EntityType if type_ in query.type) if query.type else None
    properties = {
        sent.pid: [value for value in sent.v if 0 < len(value) <= MAX_NAME_LENGTH] for sent in query.properties
    }
    cell = Cell(query.query, types, properties)
    candidates = reconcile(context, cell, min(query.limit, MAX_LIMIT))
    return [candidate_result(candidate) for candidate in candidates]


def _known_entity(context: SearchContext, id_: str) -> FoundEntity | None:
    with suppress(NotFoundError, SplitError):
        return find_entity(context, id_)
    return None


@router.get("/suggest/{kind}")
def suggest(kind: Kind, parameters: Annotated[PrefixParameters, Query()], context: SearchDep) -> Response:
    """Complete the name of an entity, a type or a property."""
    if kind == "entity":
        return _json({"result": _suggested(context, parameters)})
    items = map(entity_type, EntityType) if kind == "type" else map(property_reference, PROPERTIES)
    prefix = parameters.prefix.strip().lower()
    fitting = [item for item in items if any(str(item[name]).lower().startswith(prefix) for name in ("id", "name"))]
    return _json({"result": fitting[parameters.cursor :][:SUGGESTIONS]})


def _suggested(context: SearchContext, parameters: PrefixParameters) -> list[dict[str, Any]]:
    if not any(map(str.isalnum, parameters.prefix)):
        return []
    snapshot = context.snapshot
    kinds = [type_.value for type_ in EntityType]
    people = suggest_people(context, snapshot.all_positions, parameters.prefix, kinds)
    suggestions = Suggestions(snapshot, snapshot.all_positions, kinds)
    found = suggestions.of(parameters.prefix, parameters.cursor + SUGGESTIONS, people)[parameters.cursor :]
    return [suggested_entity(one, one.label) for one in found if isinstance(one.label, EntityLabel)]


@router.get("/flyout/{kind}")
def show_flyout(kind: Kind, parameters: Annotated[IdParameters, Query()], context: SearchDep) -> Response:
    """Return a line of HTML about an entity, a type or a property, for a tooltip."""
    if kind == "entity":
        entity = find_entity(context, parameters.id)
        return _json({"id": parameters.id, "html": preview_html(context.snapshot, entity)})
    items: Iterable[dict[str, Any]] = (
        map(entity_type, EntityType) if kind == "type" else map(property_reference, PROPERTIES)
    )
    names = {item["id"]: item["name"] for item in items}
    if parameters.id not in names:
        raise NotFoundError(f"No {kind} with the id {parameters.id!r} is known.")
    return _json({"id": parameters.id, "html": f"<p>{names[parameters.id]}</p>"})


@router.get("/properties")
def propose_properties(parameters: Annotated[TypeParameters, Query()]) -> Response:
    """Return the properties that entities of a type may have: all types have the same."""
    proposed = [property_reference(property_) for property_ in PROPERTIES][: parameters.limit]
    return _json({"type": parameters.type, "limit": parameters.limit, "properties": proposed})


@router.get("/preview/{id}")
def show_preview(id: EntityId, context: SearchDep) -> Response:  # noqa: A002 - its name in the path
    """Return a small page about an entity."""
    html = preview_html(context.snapshot, find_entity(context, id))
    return Response(html, media_type="text/html; charset=utf-8", headers=FRAME_HEADERS)


def _json(body: dict[str, Any]) -> Response:
    return Response(to_json(body), media_type="application/json")
