"""The timeline: how many articles of a search were printed when."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, worked
from app.search.fulltext.hits import TextSearch
from app.search.query.aggregation_filters import TimelineFilters
from app.search.query.search import search
from app.wire.timelines import TimelineOut, timeline_out

router = v1_router("timeline")


@router.get("/timeline", response_model=TimelineOut)
async def get_timeline(asked: Annotated[TimelineFilters, Query()], text: TextDep) -> Response:
    """Count the articles of a search by day, week, month or year, beside the whole corpus and source by source."""
    return await worked(partial(_timeline, asked), text)


def _timeline(asked: TimelineFilters, text: TextSearch) -> Response:
    return answer(timeline_out(search(text, asked), asked), text.session)
