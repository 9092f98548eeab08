"""How long a URL may be."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.problems import URL_TOO_LONG, problem_response

URL_BYTES = 8192
"""What Apache and common proxies accept, too: a longer URL would not reach a Dateline behind one."""


class UrlLimit:
    """Answers a URL of more than URL_BYTES with 414, before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is short enough."""
        length = len(raw_url(scope)) if scope["type"] == "http" else 0
        if length <= URL_BYTES:
            return await self.app(scope, receive, send)
        detail = f"The URL has {length} bytes; wanted are at most {URL_BYTES}."
        return await problem_response(URL_TOO_LONG, detail)(scope, receive, send)


def raw_url(scope: Scope) -> bytes:
    """Return path and query as they came over the wire, which servers keep beside the decoded path."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path
