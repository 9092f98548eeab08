"""The answer as JSON."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from sqlmodel import Session

from app.wire.base import Out

NO_ITEMS = b'"items":[]'
"""An empty list of items in JSON; in a string its quotes would have backslashes."""


def answer(
    body: Out, session: Session | None = None, items: Sequence[bytes] = (), fields: Collection[str] | None = None
) -> Response:
    """Return the body, or only these of its fields, as JSON, and give the session's connection back first.

    `items`, which are JSON already, take the place of the body's empty list.

    Whoever waits for a thread or reads slowly must hold no connection: threads would wait for connections, and the
    connections for threads. FastAPI would take a second thread to make the JSON.
    """
    if session is not None:
        session.close()
    json = body.model_dump_json(by_alias=True, include=None if fields is None else set(fields)).encode()
    if items:
        json = json.replace(NO_ITEMS, b'"items":[%b]' % b",".join(items), 1)
    return Response(json, media_type="application/json")


def answer_linked(body: Mapping[str, Any], media_type: str, session: Session) -> Response:
    """Return the body as JSON-LD of this media type, and give the session's connection back first."""
    session.close()
    return Response(to_json(body), media_type=media_type)


def export(chunks: Iterator[bytes], media_type: str) -> StreamingResponse:
    """Return the chunks as a stream.

    The first one is made here and now, so that what fails at once is still a problem and not a broken stream.
    """
    first = next(chunks, b"")
    return StreamingResponse(chain((first,), chunks), media_type=media_type)


def api_url(request: Request) -> str:
    """Return what the absolute URLs of the API begin with, up to and with `/v1`."""
    return f"{request.base_url}v1"


def with_query(request: Request, query: str) -> str:
    """Return the absolute URL of the request with another query, which may be empty."""
    return str(request.url.replace(query=query))
