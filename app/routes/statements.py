"""Statements: who said what about whom, when and where it was reported."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import json_response
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, link_next, run_search
from app.search.fulltext.hits import TextSearch
from app.search.query.filters import StatementPage
from app.search.query.statements import search_statements, statement_page
from app.wire.cursors import STATEMENT_CURSORS
from app.wire.statements import StatementList, explain_no_statements, statement_items

router = v1_router("statements")


@router.get("/statements", response_model=StatementList)
async def list_statements(filters: Annotated[StatementPage, Query()], text: TextDep, request: Request) -> Response:
    """Search the statements that articles attribute to speakers, in the articles that match the filters."""
    return await run_search(partial(_page, filters, request), text)


def _page(filters: StatementPage, request: Request, text: TextSearch) -> Response:
    after = STATEMENT_CURSORS.read(filters)
    result = search_statements(text, filters)
    page = statement_page(result, filters, after)
    next_cursor = STATEMENT_CURSORS.write(filters, page.next)
    body = StatementList(
        total=len(result.positions),
        items=statement_items(result, page.positions, request.app.state.settings.serve_text, filters.offsets),
        next=next_cursor,
        empty=explain_no_statements(result),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, json_response(body, text.session), next_cursor)
