"""The JSON body of a search that is too long for a URL, as the pairs that the query would have."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from annotated_types import MaxLen
from pydantic import BaseModel, Field, GetJsonSchemaHandler, create_model
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from app.errors import InvalidRequestError, ParameterProblem
from app.http.request_url import WANTED_NO_NUL, QueryPair
from app.search.query.parameters import MAX_VALUES, ParameterModel

# Enough for all members of a parliament or all units of an army, and their ids fit into a body.
MAX_POSTED_VALUES = 5_000
"""Maximum number of values in all lists of a body together."""

COMMA_SEPARATED = frozenset(("fields",))
"""Parameters that are one string of names, which a body may list."""

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
        raise InvalidRequestError(ParameterProblem("body", f"{count:,} values", wanted))
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
