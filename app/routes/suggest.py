"""Suggestions: what may be meant by the beginning of a name."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, worked
from app.search.aggregations.suggest import Suggestions
from app.search.fulltext.hits import TextSearch
from app.search.query.aggregation_filters import SuggestFilters
from app.search.query.search import search
from app.wire.entities import SuggestionList, suggestion_list

router = v1_router("suggest")


@router.get("/suggest", response_model=SuggestionList)
async def list_suggestions(asked: Annotated[SuggestFilters, Query()], text: TextDep) -> Response:
    """Suggest entities and sources by the beginning of a name, those with most articles of the search first."""
    # Without words and members it is a few operations on sets, however large they are.
    return await worked(partial(_suggest, asked), text, quick=asked.q is None and not asked.members)


def _suggest(asked: SuggestFilters, text: TextSearch) -> Response:
    result = search(text, asked)
    suggestions = Suggestions(text.snapshot, result.positions, asked.type)
    return answer(suggestion_list(text.snapshot, suggestions.of(asked.prefix, asked.limit)), text.session)
