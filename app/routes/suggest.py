"""Suggestions: entities and sources by the beginning of a name."""

from typing import Annotated

from fastapi import Query, Response

from app.http.responses import json_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep, run_by_cost
from app.search.aggregations.suggest import Suggestions
from app.search.query.aggregation_filters import SuggestFilters
from app.search.query.search import search
from app.wire.entities import SuggestionList, suggestion_list

router = v1_router("suggest")


@router.get("/suggest", response_model=SuggestionList)
@run_by_cost
def list_suggestions(filters: Annotated[SuggestFilters, Query()], context: SearchDep) -> Response:
    """Suggest entities and sources by the beginning of a name, those with the most articles of the search first."""
    result = search(context, filters)
    suggestions = Suggestions(context.snapshot, result.positions, filters.type)
    return json_response(suggestion_list(context.snapshot, suggestions.of(filters.prefix, filters.limit)))
