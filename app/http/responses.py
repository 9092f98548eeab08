"""Responses in JSON, JSON-LD and as streams, and the absolute URLs that they contain."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json
from sqlmodel import Session

from app.wire.base import Out

# Inside a JSON string, its quotes would be escaped.
EMPTY_ITEMS = b'"items":[]'
"""An empty list of items in JSON."""


def json_response(
    body: Out, session: Session | None = None, items: Sequence[bytes] = (), fields: Collection[str] | None = None
) -> Response:
    """Return the body, or only these fields of it, as JSON, after closing the session.

    `items`, which are JSON already, replace the empty list of the body.

    A request that waits for a thread or for a slow client must hold no connection: otherwise threads wait for
    connections and connections for threads. FastAPI would use a second thread to serialize the body.
    """
    if session is not None:
        session.close()
    json = body.model_dump_json(by_alias=True, include=None if fields is None else set(fields)).encode()
    if items:
        json = json.replace(EMPTY_ITEMS, b'"items":[%b]' % b",".join(items), 1)
    return Response(json, media_type="application/json")


def json_ld_response(body: Mapping[str, Any], media_type: str, session: Session) -> Response:
    """Return the body as JSON-LD of this media type, after closing the session."""
    session.close()
    return Response(to_json(body), media_type=media_type)


def stream_response(chunks: Iterator[bytes], media_type: str) -> StreamingResponse:
    """Return the chunks as a stream.

    The first chunk is made before the response starts, so that an immediate failure is a problem and not a broken
    stream.
    """
    first = next(chunks, b"")
    return StreamingResponse(chain((first,), chunks), media_type=media_type)


def api_url(request: Request) -> str:
    """Return the beginning of the absolute URLs of the API, up to and including `/v1`."""
    return f"{request.base_url}v1"


def url_with_query(request: Request, query: str) -> str:
    """Return the absolute URL of the request with another query, which may be empty."""
    return str(request.url.replace(query=query))
