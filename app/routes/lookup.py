"""Articles that a client knows already, by their ids or URLs: more than a URL has room for, and so posted."""

from fastapi import Response

from app.http.caching.middleware import SnapshotDep
from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.searching import SessionDep
from app.search.filters import ArticleLookup
from app.wire.lookup import LookupList, lookup_list

router = v1_router("articles", posted=True)


@router.post("/articles/lookup", response_model=LookupList)
def find_articles(asked: ArticleLookup, session: SessionDep, snapshot: SnapshotDep) -> Response:
    """Find up to 100 articles by their ids or URLs; one that is not served is null, and nothing is stored."""
    response = answer(lookup_list(session, snapshot, asked), session)
    response.headers["Cache-Control"] = "no-store"
    return response
