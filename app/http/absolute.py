"""Absolute URLs, of the scheme and host that the client asked."""

from fastapi import Request


def api_url(request: Request) -> str:
    """Return what the absolute URLs of the API begin with, up to and with `/v1`."""
    return f"{request.base_url}v1"


def with_query(request: Request, query: str) -> str:
    """Return the absolute URL of the request with another query, which may be empty."""
    return str(request.url.replace(query=query))
