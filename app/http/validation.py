"""Validation errors of Pydantic in plain words: the parameter, its value, and what was expected."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.text.fuzzy import nearest
from app.wire.base import Out

WANTED = {
    "bool_parsing": "`true` or `false`",
    "enum": "one of {expected}",
    "extra_forbidden": "a known parameter",
    "float_parsing": "a number such as 25 or 2.5",
    "greater_than_equal": "a number of at least {ge}",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of at most 18 digits",
    "json_invalid": "valid JSON ({error})",
    "less_than_equal": "a number of at most {le}",
    "list_type": "a list",
    "literal_error": "one of {expected}",
    "missing": "a value: this parameter is required",
    "model_type": "a JSON object",
    "string_pattern_mismatch": "a value of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "string_type": "a string",
    "too_long": "at most {max_length} values",
}
"""What was expected, by the types of error that our filters can raise; other types keep Pydantic's own message."""

CODES = {
    "enum": ErrorCode.INVALID_CHOICE,
    "extra_forbidden": ErrorCode.UNKNOWN_PARAMETER,
    "greater_than_equal": ErrorCode.OUT_OF_RANGE,
    "int_parsing_size": ErrorCode.OUT_OF_RANGE,
    "less_than_equal": ErrorCode.OUT_OF_RANGE,
    "literal_error": ErrorCode.INVALID_CHOICE,
    "missing": ErrorCode.MISSING,
    "string_too_long": ErrorCode.TOO_LONG,
    "string_too_short": ErrorCode.BLANK,
    "too_long": ErrorCode.TOO_MANY,
}
"""The codes of the types of error; all other values are malformed."""


def invalid_parameters(errors: Iterable[Mapping[str, Any]]) -> list[ParameterProblem]:
    """Return the validation errors of a request in our words, one per cause."""
    return [_invalid_parameter(error) for error in errors]


def _invalid_parameter(error: Mapping[str, Any]) -> ParameterProblem:
    parameter = str(error["loc"][1]) if len(error["loc"]) > 1 else _location_name(error["loc"])
    value = _input_text(error["type"], error.get("input"))
    context = error.get("ctx", {})
    template = WANTED.get(error["type"])
    wanted = template.format_map({k: _plain(v) for k, v in context.items()}) if template else error["msg"]
    choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    code = CODES.get(error["type"], ErrorCode.MALFORMED)
    return ParameterProblem(parameter, value, wanted, nearest(value or "", choices), code=code)


def _location_name(location: Sequence[str | int]) -> str:
    return "body" if "body" in location else "request"


def _input_text(error_type: str, value: object) -> str | None:
    if error_type == "missing":
        return None
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _plain(value: object) -> str:
    """Return a bound or a list of choices without quotes, and whole numbers without decimals."""
    return f"{value:g}" if isinstance(value, float) else str(value).replace("'", "")


def requested_fields(value: str, model: type[Out]) -> tuple[str, ...]:
    """Return the fields in a comma-separated list, in the order of their declaration.

    Raise InvalidRequestError with every name that is not a field of the model.
    """
    return requested_names(value, tuple(model.model_fields))


def requested_names(value: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the names in a comma-separated list, in the order of the known ones.

    Raise InvalidRequestError with every name that is unknown.
    """
    names = [name.strip() for name in value.split(",")]
    wanted = f"fields of this response: {', '.join(known)}"
    unknown = dict.fromkeys(name for name in names if name not in known)
    if unknown:
        near = {name: nearest(name, known) for name in unknown}
        code = ErrorCode.INVALID_CHOICE
        raise InvalidRequestError(*(ParameterProblem("fields", name, wanted, near[name], code=code) for name in near))
    return tuple(name for name in known if name in names)
