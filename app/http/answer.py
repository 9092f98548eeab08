"""An answer as JSON, made where the request was worked on."""

from fastapi import Response
from sqlmodel import Session

from app.wire.schemas import Out


def answer(body: Out, session: Session | None = None) -> Response:
    """Return the body as JSON, and give the session's connection back first.

    Whoever waits for a thread or reads slowly must hold no connection: threads would wait for connections, and the
    connections for threads. FastAPI would take a second thread to make the JSON.
    """
    if session is not None:
        session.close()
    return Response(body.model_dump_json(by_alias=True), media_type="application/json")
