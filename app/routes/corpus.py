"""The corpus: what is published, in numbers."""

from app.http.caching.middleware import SnapshotDep
from app.http.strict_params import v1_router
from app.wire.corpus import CorpusOut, corpus

router = v1_router("corpus")


@router.get("/corpus")
def get_corpus(snapshot: SnapshotDep) -> CorpusOut:
    """Return the corpus version that is served, and its totals."""
    return corpus(snapshot)
