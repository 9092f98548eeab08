"""The timeline: the number of articles of a search by printed day."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from app.http.responses import json_response
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, run_search
from app.search.fulltext.hits import TextSearch
from app.search.query.aggregation_filters import TimelineFilters
from app.search.query.search import search
from app.wire.timelines import TimelineOut, timeline_out

router = v1_router("timeline")


@router.get("/timeline", response_model=TimelineOut)
async def get_timeline(filters: Annotated[TimelineFilters, Query()], text: TextDep) -> Response:
    """Count the articles of a search by day, week, month or year, next to the whole corpus and by source or actor."""
    return await run_search(partial(_timeline, filters), text)


def _timeline(filters: TimelineFilters, text: TextSearch) -> Response:
    return json_response(timeline_out(search(text, filters), filters), text.session)
