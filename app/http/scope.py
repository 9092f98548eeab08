"""What the ASGI scope of a request holds as it came over the wire."""

from starlette.types import Scope


def raw_url(scope: Scope) -> bytes:
    """Return path and query as they came over the wire, which servers keep beside the decoded path."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


def values(scope: Scope, name: bytes) -> list[bytes]:
    """Return the values of a header, line by line, without reading the others."""
    return [value for key, value in scope["headers"] if key == name]
