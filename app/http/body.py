"""A question that comes as a JSON body: read up to a bound, and refused like a query, all causes at once."""

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.errors import InvalidParameter, InvalidRequestError, TooLargeError
from app.http.validation import translated
from app.text.fuzzy import nearest

BODY_BYTES = 256 * 1024
"""A hundred URLs as long as any browser sends, in any escapes."""

MOST_CAUSES = 10
"""Causes that one refusal gives, as for names: nobody reads more."""

MOST_SHOWN = 200
"""Characters of a value that a refusal repeats: enough to know it by."""


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
