"""What is refused before anything is parsed: FastAPI would take the last of two values and ignore what it lacks."""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, get_origin

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from app.errors import InvalidParameter, InvalidRequestError, TooLargeError
from app.http.problems import problems
from app.http.query_string import MOST_PAIRS, Pair, read_pairs
from app.http.validation import translated
from app.text.fuzzy import nearest

Parameters = Mapping[str, bool]
"""The query parameters of a route; true for those that may be repeated."""

BODY_BYTES = 256 * 1024
"""A hundred URLs as long as any browser sends, in any escapes."""

MOST_CAUSES = 10
"""Causes that one refusal gives, as for names: nobody reads more."""

MOST_SHOWN = 200
"""Characters of a value that a refusal repeats: enough to know it by."""


class StrictRoute(APIRoute):
    """A route that refuses every parameter it would misread, all causes at once, and reads a query once.

    A model of the whole query is documented by FastAPI, but made here of the pairs that were looked at already:
    FastAPI would go through all fields, given or not, for longer than most searches take.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the refusals, and the reading of a model, before FastAPI's own handler."""
        parameters = dict(query_parameters(self.dependant))
        reading = copy(self)
        reading.dependant = _read_here(self.dependant, parameters)
        reading.body_field = None
        handler = super(StrictRoute, reading).get_route_handler()

        async def strict(request: Request) -> Response:
            pairs = read_pairs(request.scope["query_string"])
            if causes := [*_path_faults(request.path_params), *query_faults(pairs, parameters)]:
                raise InvalidRequestError(*causes)
            request.state.pairs = pairs
            return await handler(request)

        return strict


def v1_router(tag: str, *, posted: bool = False) -> APIRouter:
    """Make a router of the API: its prefix, its strictness, and the statuses that all its routes may answer.

    Questions that are `posted` have a body that may be too large, and no answer that a client may have already.
    """
    unmodified: dict[int | str, dict[str, Any]] = {304: {"description": "What the client has is still the answer"}}
    own = problems(413) if posted else unmodified
    return APIRouter(
        prefix="/v1", tags=[tag], route_class=StrictRoute, responses={**own, **problems(414, 422, 500, 503)}
    )


def query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Yield the query parameters of an endpoint as clients write them, and whether they may be repeated."""
    for field in dependant.query_params:
        if model := _model(field.field_info.annotation):
            for name, info in model.model_fields.items():
                yield info.alias or name, _is_repeatable(info.annotation)
        else:
            yield field.alias, _is_repeatable(field.field_info.annotation)
    for dependency in dependant.dependencies:
        yield from query_parameters(dependency)


def _model(annotation: object) -> type[BaseModel] | None:
    """Return the model of a parameter that is the whole query, None for any other."""
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _read_here(dependant: Dependant, parameters: Parameters) -> Dependant:
    """Return the same with readers of ours for the models of whole queries and bodies."""
    readers = [
        Dependant(call=_reader(model, parameters), name=field.name, request_param_name="request")
        for field in dependant.query_params
        if (model := _model(field.field_info.annotation))
    ]
    readers += [
        Dependant(call=_body_reader(model), name=field.name, request_param_name="request")
        for field in dependant.body_params
        if (model := _model(field.field_info.annotation))
    ]
    rest = [field for field in dependant.query_params if not _model(field.field_info.annotation)]
    dependencies = [*readers, *dependant.dependencies]
    return replace(dependant, query_params=rest, body_params=[], dependencies=dependencies)


def _reader(model: type[BaseModel], parameters: Parameters) -> Callable[[Request], Coroutine[Any, Any, BaseModel]]:
    async def read(request: Request) -> BaseModel:
        given: dict[str, list[str]] = {}
        for pair in request.state.pairs:
            given.setdefault(pair.name, []).append(pair.value)
        try:
            return model.model_validate({n: values if parameters[n] else values[0] for n, values in given.items()})
        except ValidationError as error:
            causes = [{**cause, "loc": ("query", *cause["loc"])} for cause in error.errors()]
            raise RequestValidationError(causes) from error

    return read


def _body_reader(model: type[BaseModel]) -> Callable[[Request], Coroutine[Any, Any, BaseModel]]:
    async def read(request: Request) -> BaseModel:
        return parsed(model, await read_body(request))

    return read


def _is_repeatable(annotation: object) -> bool:
    return get_origin(annotation) in {list, tuple, set}


def query_faults(pairs: Sequence[Pair], parameters: Parameters) -> list[InvalidParameter]:
    """Return all that is wrong with the form of a query."""
    if len(pairs) > MOST_PAIRS:
        return [InvalidParameter("query", f"{len(pairs)} parameters", f"at most {MOST_PAIRS} parameters")]
    faults = (_fault(pair, parameters) for pair in pairs)
    return [*(fault for fault in faults if fault), *_repetitions(pairs, parameters)]


def _fault(pair: Pair, parameters: Parameters) -> InvalidParameter | None:
    if pair.fault:
        return InvalidParameter(pair.name, pair.value, pair.fault)
    if pair.name not in parameters:
        return _unknown(pair, parameters)
    if not pair.value.strip():
        return InvalidParameter(pair.name, pair.value, "a value that is not blank, or the parameter left out")
    return None


def _unknown(pair: Pair, parameters: Parameters) -> InvalidParameter:
    if not parameters:
        return InvalidParameter(pair.name, pair.value, "no parameters: this path takes none")
    return InvalidParameter(
        pair.name, pair.value, "a parameter of this path: " + ", ".join(parameters), nearest(pair.name, parameters)
    )


def _repetitions(pairs: Iterable[Pair], parameters: Parameters) -> Iterator[InvalidParameter]:
    given: dict[str, list[str]] = {}
    for pair in pairs:
        given.setdefault(pair.name, []).append(pair.value)
    for name, values in given.items():
        if len(values) > 1 and parameters.get(name) is False:
            yield InvalidParameter(name, ", ".join(values), "one value: this parameter is not repeatable")


def _path_faults(values: Mapping[str, object]) -> Iterator[InvalidParameter]:
    for name, value in values.items():
        # The server has decoded the path already and put U+FFFD where it was no UTF-8; no id of ours holds one.
        if {"\0", "\ufffd"} & set(str(value)) or not str(value).strip():
            yield InvalidParameter(name, str(value), "valid UTF-8 that is not blank and has no NUL character")


async def read_body(request: Request) -> bytes:
    """Return the body of a request; raise TooLargeError at the first byte beyond BODY_BYTES."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise TooLargeError(f"The body has more than {BODY_BYTES} bytes, which are the most.")
    return bytes(body)


def parsed(model: type[BaseModel], body: bytes) -> BaseModel:
    """Return the question that a body holds, whatever type the client gave it; raise InvalidRequestError."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        whole = str(body, "utf-8", "replace")
        causes = [{**cause, "loc": ("body", *cause["loc"])} for cause in error.errors(include_url=False)[:MOST_CAUSES]]
        raise InvalidRequestError(*(_shown(cause, whole, model) for cause in translated(causes))) from error


def _shown(cause: InvalidParameter, whole: str, model: type[BaseModel]) -> InvalidParameter:
    """Return a cause with its value cut, and with the nearest fields where it is none."""
    value = (whole if cause.parameter == "body" else cause.value or "")[:MOST_SHOWN]
    if cause.parameter in {"body", *model.model_fields}:
        return InvalidParameter(cause.parameter, value, cause.wanted)
    wanted = "a field of this body: " + ", ".join(model.model_fields)
    return InvalidParameter(cause.parameter, value, wanted, nearest(cause.parameter, model.model_fields))
