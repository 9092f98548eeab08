"""The static floor: bare Starlette that serves as many bytes, under the same server."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app() -> Starlette:
    """Return an app that serves `size` bytes as `/size`."""

    async def serve(request: Request) -> Response:
        return Response(b"0" * request.path_params["size"], media_type="application/json")

    return Starlette(routes=[Route("/{size:int}", serve)])
