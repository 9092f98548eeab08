"""The timeline: the number of articles of a search by printed day."""

from typing import Annotated

from fastapi import Query, Response

from app.http.responses import json_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep, run_by_cost
from app.search.aggregations.timeline import timeline
from app.search.query.aggregation_filters import TimelineFilters
from app.search.query.search import search
from app.wire.timelines import TimelineOut, timeline_out

router = v1_router("timeline")


@router.get("/timeline", response_model=TimelineOut)
@run_by_cost
def get_timeline(filters: Annotated[TimelineFilters, Query()], context: SearchDep) -> Response:
    """Count the articles of a search by day, week, month or year, next to the whole corpus and by source or actor."""
    result = search(context, filters)
    return json_response(timeline_out(result, filters.interval, timeline(result, filters)))
