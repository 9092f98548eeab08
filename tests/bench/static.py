"""The static floor: bare Starlette that serves the same bytes, under the same server."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app() -> Starlette:
    """Return an app that serves the files of the folder BENCH_BODIES as `/name`."""
    bodies = {path.name: path.read_bytes() for path in Path(os.environ["BENCH_BODIES"]).iterdir()}

    async def serve(request: Request) -> Response:
        return Response(bodies.get(request.path_params["name"], b"{}"), media_type="application/json")

    return Starlette(routes=[Route("/{name}", serve)])
