"""Strict parameters: refuse what FastAPI would accept silently, such as unknown parameters and repeated single ones."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, get_origin

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem, TooLargeError
from app.http.load.admission import admitted
from app.http.problems import problems
from app.http.request_url import MAX_PAIRS, QueryPair, parse_pairs
from app.http.validation import invalid_parameters
from app.text.fuzzy import nearest

Parameters = Mapping[str, bool]
"""The query parameters of a route; true for those that are repeatable."""

# Room for a hundred URLs of the maximum length that browsers send, however they are escaped.
MAX_BODY_BYTES = 256 * 1024
"""Maximum size of a request body, in bytes."""

# The same as for names: nobody reads more.
MAX_CAUSES = 10
"""Maximum number of causes that one refusal of a body lists."""

# Enough to recognize the value.
MAX_SHOWN_LENGTH = 200
"""Maximum number of characters of a value that a refusal of a body repeats."""


class ParsedRequest(Request):
    """A request whose query is parsed already, to pairs in its state.

    FastAPI would parse it again, for parameters outside models: no route has any.
    """

    query_params = QueryParams()


class StrictRoute(APIRoute):
    """A route that refuses every parameter that FastAPI would misread, with all causes, and parses a query once.

    FastAPI documents a model of the whole query, but the model is built here, from the pairs that are parsed already:
    FastAPI would go through all fields, present or not, which takes longer than most searches.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's own handler, preceded by the refusals, with our own readers for models and admission."""
        parameters = dict(query_parameters(self.dependant))
        route = copy(self)
        route.dependant = admitted(_with_model_readers(self.dependant, parameters), self.path_format)
        route.body_field = None
        handler = super(StrictRoute, route).get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            pairs = parse_pairs(request.scope["query_string"])
            if errors := [*_path_errors(request.path_params), *query_errors(pairs, parameters)]:
                raise InvalidRequestError(*errors)
            request.state.pairs = pairs
            return await handler(ParsedRequest(request.scope, request.receive))

        return handle_strictly


def v1_router(tag: str, *, is_post: bool = False) -> APIRouter:
    """Return a router of the API: its prefix, strict routes, and the statuses that all its routes share.

    A POST has a body, which may be too large, and is never answered with 304.
    """
    not_modified: dict[int | str, dict[str, Any]] = {304: {"description": "The client's copy is still current"}}
    specific = problems(413) if is_post else not_modified
    return APIRouter(
        prefix="/v1", tags=[tag], route_class=StrictRoute, responses={**specific, **problems(414, 422, 500, 503)}
    )


def query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Yield the query parameters of an endpoint as clients write them, and whether they are repeatable.

    Raise TypeError for a parameter that our reader of models would not read.
    """
    for _, model in _models(dependant.query_params):
        for name, info in model.model_fields.items():
            yield info.alias or name, _is_repeatable(info.annotation)
    if any(dependency.query_params for dependency in dependant.dependencies):
        raise TypeError("Dependencies of a route must have no query parameters")


def _models(fields: Iterable[Any]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the names and models of fields for a whole query or body; raise TypeError for any other field."""
    for field in fields:
        model = field.field_info.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise TypeError(f"{field.name} must be a field of a model, not a parameter of its own")
        yield field.name, model


def _with_model_readers(dependant: Dependant, parameters: Parameters) -> Dependant:
    """Return the dependant with our own readers for the models of whole queries and bodies."""
    queries = ((name, _query_reader(model, parameters)) for name, model in _models(dependant.query_params))
    bodies = ((name, _body_reader(model)) for name, model in _models(dependant.body_params))
    readers = [Dependant(call=read, name=name, request_param_name="request") for name, read in (*queries, *bodies)]
    return replace(dependant, query_params=[], body_params=[], dependencies=[*readers, *dependant.dependencies])


def _query_reader(
    model: type[BaseModel], parameters: Parameters
) -> Callable[[Request], Coroutine[Any, Any, BaseModel]]:
    async def read(request: Request) -> BaseModel:
        by_name = _values_by_name(request.state.pairs)
        try:
            return model.model_validate({n: values if parameters[n] else values[0] for n, values in by_name.items()})
        except ValidationError as error:
            details = [{**detail, "loc": ("query", *detail["loc"])} for detail in error.errors()]
            raise RequestValidationError(details) from error

    return read


def _body_reader(model: type[BaseModel]) -> Callable[[Request], Coroutine[Any, Any, BaseModel]]:
    async def read(request: Request) -> BaseModel:
        return parse_body(model, await read_body(request))

    return read


def _is_repeatable(annotation: object) -> bool:
    return get_origin(annotation) in {list, tuple, set}


def query_errors(pairs: Sequence[QueryPair], parameters: Parameters) -> list[ParameterProblem]:
    """Return everything that is wrong with the form of a query."""
    if len(pairs) > MAX_PAIRS:
        wanted = f"at most {MAX_PAIRS} parameters"
        return [ParameterProblem("query", f"{len(pairs)} parameters", wanted, code=ErrorCode.TOO_MANY)]
    errors = (_pair_error(pair, parameters) for pair in pairs)
    return [*(error for error in errors if error), *_repetition_errors(pairs, parameters)]


def _pair_error(pair: QueryPair, parameters: Parameters) -> ParameterProblem | None:
    if pair.wanted:
        return ParameterProblem(pair.name, pair.value, pair.wanted)
    if pair.name not in parameters:
        return _unknown_parameter(pair, parameters)
    if not pair.value.strip():
        wanted = "a value that is not blank (or leave the parameter out)"
        return ParameterProblem(pair.name, pair.value, wanted, code=ErrorCode.BLANK)
    return None


def _unknown_parameter(pair: QueryPair, parameters: Parameters) -> ParameterProblem:
    base, bracket, _ = pair.name.partition("[")
    if bracket and parameters.get(base):
        wanted = f"`{base}` without brackets, repeated for each value: {base}=…&{base}=…"
        return ParameterProblem(pair.name, pair.value, wanted, (base,), code=ErrorCode.UNKNOWN_PARAMETER)
    known = ", ".join(parameters)
    wanted = f"a parameter of this path: {known}" if parameters else "no parameters: this path takes none"
    near = nearest(pair.name, parameters)
    return ParameterProblem(pair.name, pair.value, wanted, near, code=ErrorCode.UNKNOWN_PARAMETER)


def _repetition_errors(pairs: Sequence[QueryPair], parameters: Parameters) -> Iterator[ParameterProblem]:
    for name, count in Counter(pair.name for pair in pairs).items():
        if count > 1 and parameters.get(name) is False:
            values = ", ".join(pair.value for pair in pairs if pair.name == name)
            wanted = "one value: this parameter is not repeatable"
            yield ParameterProblem(name, values, wanted, code=ErrorCode.REPEATED)


def _values_by_name(pairs: Iterable[QueryPair]) -> dict[str, list[str]]:
    by_name: dict[str, list[str]] = {}
    for pair in pairs:
        by_name.setdefault(pair.name, []).append(pair.value)
    return by_name


def _path_errors(values: Mapping[str, object]) -> Iterator[ParameterProblem]:
    for name, value in values.items():
        # The server has decoded the path already, with U+FFFD for invalid UTF-8; none of our ids contains one.
        if {"\0", "\ufffd"} & set(str(value)) or not str(value).strip():
            yield ParameterProblem(name, str(value), "valid UTF-8 that is not blank and has no NUL character")


async def read_body(request: Request) -> bytes:
    """Return the body of a request; raise TooLargeError as soon as it exceeds MAX_BODY_BYTES."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLargeError(f"The request body exceeds the limit of {MAX_BODY_BYTES:,} bytes.")
    return bytes(body)


def parse_body(model: type[BaseModel], body: bytes) -> BaseModel:
    """Return a JSON body as this model, whatever its Content-Type; raise InvalidRequestError if it does not fit."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        text = str(body, "utf-8", "replace")
        details = error.errors(include_url=False)[:MAX_CAUSES]
        causes = invalid_parameters({**detail, "loc": ("body", *detail["loc"])} for detail in details)
        raise InvalidRequestError(*(_shortened(cause, text, model) for cause in causes)) from error


def _shortened(cause: ParameterProblem, text: str, model: type[BaseModel]) -> ParameterProblem:
    """Return a cause with its value shortened, and with the nearest fields if its parameter is not a field."""
    value = (text if cause.parameter == "body" else cause.value or "")[:MAX_SHOWN_LENGTH]
    if cause.parameter in {"body", *model.model_fields}:
        return replace(cause, value=value)
    wanted = "a field of this body: " + ", ".join(model.model_fields)
    near = nearest(cause.parameter, model.model_fields)
    return ParameterProblem(cause.parameter, value, wanted, near, code=ErrorCode.UNKNOWN_PARAMETER)
