"""A name for each request, in and out: by it a client's report and the operator's log come together."""

import re
from secrets import token_hex

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.asked import values

HEADER = b"x-request-id"

WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,128}")
"""What goes back as it came: nothing that could break a header, a log or a page that shows it."""

RANDOM_BYTES = 8
"""Enough that two requests of one log hardly ever share a name."""


def request_id(scope: Scope) -> bytes:
    """Return the id that the client gave, or a random one if it gave none, several or one that is not well-formed."""
    # A comma is in no id, so that two of them are none.
    given = b",".join(values(scope, HEADER))
    return given if WELL_FORMED.fullmatch(given) else token_hex(RANDOM_BYTES).encode()


class RequestIds:
    """Gives each response the id of its request; it stands further out than everything that answers or keeps answers.

    Only the shortcut, which stands around it for speed, gives its answers their ids itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the id in the state of the request, and put it on the way out."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        id_ = request_id(scope)
        scope.setdefault("state", {})["request_id"] = id_.decode()

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (HEADER, id_)]}
            await send(message)

        return await self.app(scope, receive, named)
