"""Suggestions: entities and sources by the beginning of a name."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from app.http.responses import json_response
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, run_search
from app.search.aggregations.suggest import Suggestions
from app.search.fulltext.hits import TextSearch
from app.search.query.aggregation_filters import SuggestFilters
from app.search.query.search import search
from app.wire.entities import SuggestionList, suggestion_list

router = v1_router("suggest")


@router.get("/suggest", response_model=SuggestionList)
async def list_suggestions(filters: Annotated[SuggestFilters, Query()], text: TextDep) -> Response:
    """Suggest entities and sources by the beginning of a name, those with most articles of the search first."""
    # Without words and members, a search is a few set operations, whatever their size.
    return await run_search(partial(_suggest, filters), text, is_quick=filters.q is None and not filters.members)


def _suggest(filters: SuggestFilters, text: TextSearch) -> Response:
    result = search(text, filters)
    suggestions = Suggestions(text.snapshot, result.positions, filters.type)
    return json_response(suggestion_list(text.snapshot, suggestions.of(filters.prefix, filters.limit)), text.session)
