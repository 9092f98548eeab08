"""Values from the ASGI scope of a request: the URL as sent, and the path below the root path."""

from urllib.parse import quote

from starlette._utils import get_route_path
from starlette.types import Scope

PATH_SAFE = "/!$&'()*+,;=:@%"
"""Characters that stay unescaped in a path besides letters, digits and `-._~` (RFC 3986, 3.3), and the percent sign."""


def raw_url(scope: Scope) -> bytes:
    """Return path and query as they came over the wire; servers keep them next to the decoded path."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


def route_path(scope: Scope) -> str:
    """Return the path below the root path: the one that routes match."""
    # Starlette's own function, although it is private: a second rule could disagree with its router.
    return get_route_path(scope)


def with_root_path(scope: Scope) -> Scope:
    """Return a scope whose path begins with the root path exactly once, as ASGI requires.

    Some servers leave the root path out. Uvicorn adds it to every path, so that it is there twice if the proxy in front
    does not strip it.
    """
    root: str = scope.get("root_path", "")
    if not root or scope["type"] != "http":
        return scope
    paths: dict[str, str | bytes] = {"path": root + _below(root, scope["path"])}
    if scope.get("raw_path"):
        raw_root, raw_path = quote(root, safe=PATH_SAFE), scope["raw_path"].decode("latin-1")
        paths["raw_path"] = (raw_root + _below(raw_root, raw_path)).encode("latin-1")
    return {**scope, **paths}


def _below(root: str, path: str) -> str:
    # The server's root path and the proxy's; longer repetitions are not ours to interpret.
    for _ in range(2):
        if path.startswith(f"{root}/"):
            path = path.removeprefix(root)
    return path
