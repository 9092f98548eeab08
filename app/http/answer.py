"""Where the work of an answer is done, and the answer as JSON."""

from collections.abc import Callable, Sequence

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from app.wire.schemas import Out

NO_ITEMS = b'"items":[]'
"""An empty list of items in JSON; in a string its quotes would have backslashes."""


async def worked(work: Callable[[], Response], *, quick: bool) -> Response:
    """Return what the work gives: at once if it is quick, from a thread if others would have to wait for it.

    Work of a millisecond takes longer if it is handed to a thread, and never waits for one that way.
    """
    return work() if quick else await run_in_threadpool(work)


def answer(body: Out, session: Session | None = None, items: Sequence[bytes] = ()) -> Response:
    """Return the body as JSON, and give the session's connection back first.

    `items`, which are JSON already, take the place of the body's empty list.

    Whoever waits for a thread or reads slowly must hold no connection: threads would wait for connections, and the
    connections for threads. FastAPI would take a second thread to make the JSON.
    """
    if session is not None:
        session.close()
    json = body.model_dump_json(by_alias=True).encode()
    if items:
        json = json.replace(NO_ITEMS, b'"items":[%b]' % b",".join(items), 1)
    return Response(json, media_type="application/json")
