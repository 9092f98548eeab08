"""Strict parameters: refuse what FastAPI would accept silently, such as unknown parameters and repeated single ones."""

import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import islice
from typing import Any, get_origin

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams
from starlette.routing import Match
from starlette.types import Scope

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

COMMA_SEPARATED = frozenset(("fields",))
"""Parameters that are one string of names, separated by commas."""

MAX_HINT_LENGTH = 50
"""Maximum number of characters of a value in a hint."""

ARTICLES_PREFIX = "/v1/articles/"
"""The beginning of the paths of single articles, and of some others."""

# PHP and Rails write lists like this, and so do some HTTP clients.
_BRACKETED = re.compile(r"(\w+)\[[^\]]*\]")
"""A name with brackets, such as `actor[]` or `actor[0]`."""


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
        dependant = self.query_dependant()
        parameters = dict(query_parameters(dependant))
        route = copy(self)
        route.dependant = admitted(_with_model_readers(dependant, parameters), self.path_format)
        route.body_field = None
        handler = super(StrictRoute, route).get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            pairs, errors = await self.read_pairs(request, parameters)
            if errors := [*_path_errors(request.path_params), *errors]:
                raise self.refusal(InvalidRequestError(*errors), pairs, parameters)
            request.state.pairs = pairs
            try:
                response = await handler(ParsedRequest(request.scope, request.receive))
            except InvalidRequestError as error:
                raise self.refusal(error, pairs, parameters) from error
            if request.method == "POST":
                response.headers["Cache-Control"] = "no-store"
            return response

        return handle_strictly

    def query_dependant(self) -> Dependant:
        """Return the dependant whose query parameters are those of the pairs."""
        return self.dependant

    async def read_pairs(
        self, request: Request, parameters: Parameters
    ) -> tuple[list[QueryPair], list[ParameterProblem]]:
        """Return the pairs of the query, and everything that is wrong with their form."""
        pairs = parse_pairs(request.scope["query_string"])
        return pairs, query_errors(pairs, parameters)

    def refusal(
        self, error: InvalidRequestError, pairs: Sequence[QueryPair], parameters: Parameters
    ) -> InvalidRequestError:
        """Return a refusal of these pairs with a hint where one value looks like several."""
        return InvalidRequestError(*(with_list_hint(cause, pairs, parameters, _repeated) for cause in error.errors))


class PostRoute(StrictRoute):
    """A strict route for a body."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether this route answers a request; one below articles answers all other methods, too, with 405.

        No article has an id like the name of such a path, and a 404 for the article would mislead.
        """
        match, child_scope = super().matches(scope)
        is_own = self.path.startswith(ARTICLES_PREFIX) and not self.param_convertors
        return Match.FULL if is_own and match is Match.PARTIAL else match, child_scope


def v1_router(tag: str, *, is_post: bool = False) -> APIRouter:
    """Return a router of the API: its prefix, strict routes, and the statuses that all its routes share.

    A POST has a body, which may be too large, and is never answered with 304.
    """
    not_modified: dict[int | str, dict[str, Any]] = {304: {"description": "The client's copy is still current"}}
    specific = problems(413) if is_post else not_modified
    return APIRouter(
        prefix="/v1",
        tags=[tag],
        route_class=PostRoute if is_post else StrictRoute,
        responses={**specific, **problems(414, 422, 500, 503)},
        generate_unique_id_function=operation_id,
    )


def operation_id(route: APIRoute) -> str:
    """Return the name of the handler, which generated clients use as the name of a method."""
    return route.name


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
            details = ({**detail, "loc": ("query", *detail["loc"])} for detail in error.errors())
            raise InvalidRequestError(*invalid_parameters(details)) from error

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
    errors = [pair_error(pair, parameters, _repeated) for pair in pairs if is_wrong(pair, parameters)]
    return [*errors, *repetition_errors(pairs, parameters)]


def is_wrong(pair: QueryPair, parameters: Parameters) -> bool:
    """Return whether a pair has an unknown name, or a value that is blank or not valid text."""
    return pair.wanted is not None or pair.name not in parameters or not pair.value.strip()


ListNotation = Callable[[str, Iterable[str]], str]
"""A function that returns how a request has several values of a parameter."""


def pair_error(pair: QueryPair, parameters: Parameters, notation: ListNotation) -> ParameterProblem:
    """Return what is wrong with a pair."""
    if pair.wanted:
        return ParameterProblem(pair.name, pair.value, pair.wanted)
    if pair.name not in parameters:
        return _unknown_parameter(pair, parameters, notation)
    wanted = "a value that is not blank (or leave the parameter out)"
    return ParameterProblem(pair.name, pair.value, wanted, code=ErrorCode.BLANK)


def _unknown_parameter(pair: QueryPair, parameters: Parameters, notation: ListNotation) -> ParameterProblem:
    near: tuple[str, ...] = ()
    if not parameters:
        wanted = "no parameters: this path takes none"
    elif (bracketed := _BRACKETED.fullmatch(pair.name)) and (name := bracketed[1]) in parameters:
        several = f"; several values are written `{notation(name, 'ab')}`" if parameters[name] else ""
        wanted, near = f"`{name}` without brackets{several}", (name,)
    else:
        wanted = "a parameter of this path: " + ", ".join(parameters)
        near = nearest(pair.name[:MAX_SHOWN_LENGTH], parameters)
    return ParameterProblem(pair.name, pair.value, wanted, near, code=ErrorCode.UNKNOWN_PARAMETER)


def with_list_hint(
    error: ParameterProblem, pairs: Iterable[QueryPair], parameters: Parameters, notation: ListNotation
) -> ParameterProblem:
    """Return an error; if its value may be several, separated by commas, it says how they are written."""
    values = [value.strip()[:MAX_HINT_LENGTH] for value in (error.value or "").split(",") if value.strip()]
    if len(values) < 2 or not parameters.get(error.parameter) or not any(pair.value == error.value for pair in pairs):
        return error
    return replace(error, wanted=f"{error.wanted}; several values are written `{notation(error.parameter, values)}`")


def _repeated(name: str, values: Iterable[str]) -> str:
    return "&".join(f"{name}={value}" for value in islice(values, 2))


def repetition_errors(pairs: Sequence[QueryPair], parameters: Parameters) -> Iterator[ParameterProblem]:
    """Yield an error for each parameter that is repeated, although it has one value."""
    for name, count in Counter([pair.name for pair in pairs]).items():
        if count > 1 and parameters.get(name) is False:
            values = ", ".join(pair.value for pair in pairs if pair.name == name)
            separated = ", with its names separated by commas" if name in COMMA_SEPARATED else ""
            wanted = f"one value{separated}: this parameter is not repeatable"
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
