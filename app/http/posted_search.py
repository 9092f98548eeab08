"""Searches by POST: a JSON body as the pairs that the query would have, for lists that no URL holds."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NoReturn

from annotated_types import MaxLen
from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, Field, GetJsonSchemaHandler, create_model
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.http.relative_days import resolve_pairs
from app.http.request_url import WANTED_NO_NUL, QueryPair, parse_pairs
from app.http.strict_params import (
    COMMA_SEPARATED,
    MAX_CAUSES,
    MAX_SHOWN_LENGTH,
    Parameters,
    PostRoute,
    is_wrong,
    pair_error,
    read_body,
    repetition_errors,
    with_list_hint,
)
from app.search.query.parameters import MAX_VALUES, ParameterModel

# Enough for all members of a parliament or all units of an army, and their ids fit into a body.
MAX_POSTED_VALUES = 5_000
"""Maximum number of values in all lists of a body together."""

WANTED_BODY = "no parameters in the URL: here they are fields of the body"
WANTED_VALUE = "a string, a number, `true` or `false`, or a list of them"
WANTED_UNICODE = "text without lone surrogates"


def body_pairs(body: bytes) -> list[QueryPair]:
    """Return the members of a JSON object as the pairs of a query: a list repeats its name, `null` leaves it out.

    A name that occurs twice is repeated, too. Raise InvalidRequestError if the body is not a JSON object, or if its
    lists have too many values.
    """
    members = _members(body)
    count = sum(len(value) for _, value in members if isinstance(value, list))
    if count > MAX_POSTED_VALUES:
        wanted = f"lists of at most {MAX_POSTED_VALUES:,} values in all"
        raise InvalidRequestError(ParameterProblem("body", f"{count:,} values", wanted, code=ErrorCode.TOO_MANY))
    return [pair for name, value in members for pair in _pairs(name, value)]


def _members(body: bytes) -> tuple[tuple[str, Any], ...]:
    """Return names and values; objects are tuples, and numbers stay as they are written."""
    text = str(body, "utf-8", "replace")
    try:
        members = json.loads(
            body.decode(), object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        place = f"{error.msg.lower()} at line {error.lineno} column {error.colno}"
        raise _refusal(text, f"valid JSON ({place})") from None
    except RecursionError:
        raise _refusal(text, "JSON without nested lists") from None
    except ValueError:
        raise _refusal(text, "valid JSON in UTF-8, without NaN and Infinity") from None
    if not isinstance(members, tuple):
        raise _refusal(text, "a JSON object")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refusal(text: str, wanted: str) -> InvalidRequestError:
    return InvalidRequestError(ParameterProblem("body", text, wanted))


def _pairs(name: str, value: Any) -> Iterator[QueryPair]:  # noqa: ANN401 - as JSON has it
    if value is None:
        return
    values = value if isinstance(value, list) else [value]
    if name in COMMA_SEPARATED and values and all(isinstance(item, str) for item in values):
        values = [",".join(values)]
    for item in values:
        if isinstance(item, str):
            yield _text_pair(name, item)
        elif isinstance(item, bool):
            yield _text_pair(name, "true" if item else "false")
        else:
            shown = "null" if item is None else "[…]" if isinstance(item, list) else "{…}"
            yield QueryPair(_printable(name), shown, WANTED_VALUE)


def _text_pair(name: str, value: str) -> QueryPair:
    both = name + value
    if "\0" in both:
        return QueryPair(_printable(name), _printable(value), WANTED_NO_NUL)
    if _printable(both) != both:
        return QueryPair(_printable(name), _printable(value), WANTED_UNICODE)
    return QueryPair(name, value)


def _printable(text: str) -> str:
    """Return a text in which lone surrogates, which UTF-8 cannot encode, are escaped."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class _PostedParameters(ParameterModel):
    """The base of all bodies. Generators of clients take a field with a default for one that must be sent."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        for field in handler.resolve_ref_schema(schema).get("properties", {}).values():
            field.pop("default", None)
        return schema


def posted_model(model: type[BaseModel]) -> type[BaseModel]:
    """Return a model of the same parameters whose lists may have as many values as a body.

    It has the name of the model, so that a cursor is valid for the same search in a URL and in a body.
    """
    fields: dict[str, Any] = {name: _long_list(info) for name, info in model.model_fields.items() if _is_long(info)}
    return create_model(model.__name__, __base__=(_PostedParameters, model), __doc__=model.__doc__, **fields)


def _is_long(info: FieldInfo) -> bool:
    return MaxLen(MAX_VALUES) in info.metadata


def _long_list(info: FieldInfo) -> tuple[Any, Any]:
    field: Any = Field([], max_length=MAX_POSTED_VALUES, description=info.description, examples=info.examples)
    return info.annotation, field


class SearchRoute(PostRoute):
    """A route whose parameters are the fields of a JSON body, for lists that no URL holds; its handler is a GET's."""

    def query_dependant(self) -> Dependant:
        """Return the dependant whose query parameters are the fields of the body."""
        return replace(self.dependant, query_params=self.dependant.body_params, body_params=[])

    async def read_pairs(
        self, request: Request, parameters: Parameters
    ) -> tuple[list[QueryPair], list[ParameterProblem]]:
        """Return the pairs of the body, and everything that is wrong with their form.

        Raise TooLargeError for a body that is too large.
        """
        if in_url := parse_pairs(request.scope["query_string"]):
            code = ErrorCode.UNKNOWN_PARAMETER
            return in_url, [ParameterProblem(pair.name, pair.value, WANTED_BODY, code=code) for pair in in_url]
        try:
            pairs = body_pairs(await read_body(request))
        except InvalidRequestError as error:
            return [], list(error.errors)
        return resolve_pairs(pairs, request.app.state.settings.now), _body_errors(pairs, parameters)

    def refusal(
        self, error: InvalidRequestError, pairs: Sequence[QueryPair], parameters: Parameters
    ) -> InvalidRequestError:
        """Return a refusal with the first causes, shortened, and how many more there are."""
        causes = [
            replace(
                with_list_hint(cause, pairs, parameters, _as_json_list),
                parameter=cause.parameter[:MAX_SHOWN_LENGTH],
                value=cause.value and cause.value[:MAX_SHOWN_LENGTH],
            )
            for cause in error.errors[:MAX_CAUSES]
        ]
        if (more := len(error.errors) - MAX_CAUSES) > 0:
            wanted = f"none: a refusal lists the first {MAX_CAUSES} errors"
            causes.append(ParameterProblem("body", f"{more:,} more errors", wanted, code=ErrorCode.TOO_MANY))
        if error.unchecked:
            wanted = f"none after {len(error.errors)} errors: they were not checked"
            causes.append(ParameterProblem("body", f"{error.unchecked:,} more values", wanted, code=ErrorCode.TOO_MANY))
        return InvalidRequestError(*causes)


def _body_errors(pairs: Sequence[QueryPair], parameters: Parameters) -> list[ParameterProblem]:
    """Return an error for everything that is wrong with the form of a body; only the first MAX_CAUSES are explained."""
    wrong = [pair for pair in pairs if is_wrong(pair, parameters)]
    errors = [pair_error(pair, parameters, _as_json_list) for pair in wrong[:MAX_CAUSES]]
    # To compare thousands of names with all known ones would take minutes.
    errors += [ParameterProblem(pair.name, pair.value, "") for pair in wrong[MAX_CAUSES:]]
    return [*errors, *repetition_errors(pairs, parameters)]


def _as_json_list(name: str, values: Iterable[str]) -> str:
    return f'"{name}": {json.dumps(list(islice(values, 2)), ensure_ascii=False)}'
