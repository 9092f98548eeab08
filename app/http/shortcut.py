"""The short way to an answer that there is already."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.asked import Answers, is_validated
from app.http.kept import Answer
from app.http.middleware import HEADER, request_id
from app.http.scope import values
from app.search.snapshot import Snapshot

VARY_BY_ORIGIN = (b"vary", b"Accept, Accept-Encoding, Origin")
"""As CORS leaves it, which stands further out and adds Origin."""


class Shortcut:
    """Gives what is answered already before anything else looks at the request.

    The way through all that surrounds the routes takes several times as long. It is left to those who need something
    of it: pages of another origin, HEAD, and whoever comes first after the corpus was looked at last.
    """

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self.app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        answer = self._answer(scope)
        if answer is None:
            return await self.app(scope, receive, send)
        return await answer.send(send)

    def _answer(self, scope: Scope) -> Answer | None:
        if not is_validated(scope, {"GET"}) or values(scope, b"origin"):
            return None
        snapshot: Snapshot | None = scope["app"].state.corpus.fresh()
        answer = self._answers.asked(scope, snapshot).answer if snapshot is not None else None
        if answer is None:
            return None
        headers = (*answer.headers[:-1], VARY_BY_ORIGIN, (HEADER, request_id(scope)))
        return Answer(headers, answer.body, answer.status)
