"""HEAD for every GET (RFC 9110, 9.3.2)."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """Answers HEAD as GET would be answered, without the body.

    It stands outside the compression, so that Content-Length and Content-Encoding are those of the GET.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; for HEAD pass a GET on whose client leaves once it has the head."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)
        exchange = _HeadOnly(send)
        # Only up to this version of the specification does Starlette watch for a client that leaves a stream.
        asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
        return await self.app({**scope, "method": "GET", "asgi": asgi}, exchange.receive, exchange.send)


class _HeadOnly:
    """One exchange that ends with the head of the response, so that nobody computes a stream for nothing."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._asked = False
        self._answered = anyio.Event()

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._answered.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            self._answered.set()
