"""The floor: bare Starlette that gives the same bytes, under the same server."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def create_app() -> Starlette:
    """Make an app that answers `/name` with the file of that name in the folder BENCH_BODIES."""
    bodies = {path.name: path.read_bytes() for path in Path(os.environ["BENCH_BODIES"]).iterdir()}

    async def answer(request: Request) -> Response:
        return Response(bodies.get(request.path_params["name"], b"{}"), media_type="application/json")

    return Starlette(routes=[Route("/{name}", answer)])
