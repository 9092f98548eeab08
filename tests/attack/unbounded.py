"""`python -m tests.attack.unbounded …`: `dateline …` without admission, to compare with.

Each request and each chunk of a stream runs in FastAPI's own pool of threads as soon as one is free.
"""

from collections.abc import Callable

from anyio import to_thread
from fastapi import Request

from app.http.load.admission import Admission
from seed.cli.program import app


async def run(_admission: Admission, call: Callable[[], object], _request: Request, **_: object) -> object:
    """Return what a handler returns, from a thread of the pool."""
    return await to_thread.run_sync(call)


if __name__ == "__main__":
    Admission.run = run  # type: ignore[method-assign,assignment] # what is compared
    app()
