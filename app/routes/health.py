"""Health checks: whether the process runs, and whether it can serve."""

from fastapi import APIRouter, Request, Response

from app import __version__
from app.http.problems import problems
from app.http.strict_params import operation_id
from app.search.index.live import CurrentSnapshot
from app.stores.store import Store
from app.stores.verification import Verification
from app.wire.base import HealthOut

router = APIRouter(tags=["operations"], responses=problems(414, 500), generate_unique_id_function=operation_id)


@router.get("/livez", response_model_exclude_none=True)
async def get_liveness(response: Response) -> HealthOut:
    """Report that the process runs, without reading the database."""
    return _health(response)


@router.get("/readyz", response_model_exclude_none=True, responses=problems(503))
def get_readiness(request: Request, response: Response) -> HealthOut:
    """Report whether the database can be served, even before the first publish; a 503 names the command to run.

    A database in which the verification in the background found damage is not ready.
    """
    corpus: CurrentSnapshot = request.app.state.corpus
    corpus.current()
    verification: Verification = request.app.state.verification
    verification.require_sound()
    store: Store = request.app.state.store
    return _health(response, store.read_host())


def _health(response: Response, host: str | None = None) -> HealthOut:
    response.headers["Cache-Control"] = "no-store"
    return HealthOut(status="ok", version=__version__, database_host=host)
