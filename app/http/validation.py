"""Pydantic's findings in plain words: the parameter, the value as given, and what was wanted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.errors import InvalidParameter, InvalidRequestError
from app.text.fuzzy import nearest
from app.wire.base import Out

WANTED = {
    "bool_parsing": "`true` or `false`",
    "enum": "one of {expected}",
    "extra_forbidden": "no such parameter",
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
    "string_type": "a text",
    "too_long": "at most {max_length} values",
}
"""What was wanted, for the types of error that our filters can raise; for others Pydantic's own message stands."""


def translated(errors: Iterable[Mapping[str, Any]]) -> list[InvalidParameter]:
    """Translate what FastAPI found wrong with a request, one entry a cause."""
    return [_translated(error) for error in errors]


def _translated(error: Mapping[str, Any]) -> InvalidParameter:
    parameter = str(error["loc"][1]) if len(error["loc"]) > 1 else _whole(error["loc"])
    value = _as_given(error["type"], error.get("input"))
    context = error.get("ctx", {})
    template = WANTED.get(error["type"])
    wanted = template.format_map({k: _plain(v) for k, v in context.items()}) if template else error["msg"]
    choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    return InvalidParameter(parameter, value, wanted, nearest(value or "", choices))


def _whole(place: Sequence[str | int]) -> str:
    return "body" if "body" in place else "request"


def _as_given(kind: str, value: object) -> str | None:
    if kind == "missing":
        return None
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _plain(value: object) -> str:
    return str(value).replace("'", "")


def asked_fields(value: str | None, model: type[Out]) -> tuple[str, ...] | None:
    """Return the fields of a comma-separated list in the order in which they are declared; None for all of them.

    Raises InvalidRequestError with every name that is no field of the model.
    """
    if value is None:
        return None
    names = [name.strip() for name in value.split(",")]
    wanted = f"fields of this answer: {', '.join(model.model_fields)}"
    unknown = dict.fromkeys(name for name in names if name not in model.model_fields)
    if unknown:
        raise InvalidRequestError(
            *(InvalidParameter("fields", name, wanted, nearest(name, model.model_fields)) for name in unknown)
        )
    return tuple(name for name in model.model_fields if name in names)
