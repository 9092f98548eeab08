"""Health checks: whether the process runs, and whether it can serve."""

from fastapi import APIRouter, Request, Response

from app import __version__
from app.http.problems import problems
from app.http.strict_params import operation_id
from app.search.index.live import CurrentSnapshot
from app.stores.store import Store
from app.stores.verification import Verification
from app.wire.base import HealthOut, ReadingHealthOut

router = APIRouter(tags=["operations"], responses=problems(414, 500), generate_unique_id_function=operation_id)


@router.get("/livez")
async def get_liveness(response: Response) -> HealthOut:
    """Report that the process runs, without reading the database."""
    return _health(response)


@router.get("/readyz", responses=problems(503))
def get_readiness(request: Request, response: Response) -> ReadingHealthOut | HealthOut:
    """Report whether the database can be served, even before the first publish; a 503 names the command to run.

    A database in which the verification in the background found damage is not ready. If it has several hosts, the one
    that is read is named.
    """
    corpus: CurrentSnapshot = request.app.state.corpus
    corpus.current()
    verification: Verification = request.app.state.verification
    verification.require_sound()
    store: Store = request.app.state.store
    health, host = _health(response), store.read_host()
    return health if host is None else ReadingHealthOut(**health.model_dump(), database_host=host)


def _health(response: Response) -> HealthOut:
    response.headers["Cache-Control"] = "no-store"
    return HealthOut(status="ok", version=__version__)
