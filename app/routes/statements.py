"""Statements: who said what about whom, when and where it was reported."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.search.query.filters import StatementPage
from app.search.query.statements import search_statements, statement_page
from app.search.sql.pages import statement_rows
from app.wire.cursors import STATEMENT_CURSORS
from app.wire.statements import StatementList, explain_no_statements, statement_items

router = v1_router("statements")


@router.get("/statements", response_model=StatementList)
def list_statements(filters: Annotated[StatementPage, Query()], context: SearchDep, request: Request) -> Response:
    """Search the statements that articles attribute to speakers, in the articles that match the filters."""
    after = STATEMENT_CURSORS.read(filters)
    result = search_statements(context, filters)
    page = statement_page(result, filters, after)
    next_cursor = STATEMENT_CURSORS.write(filters, page.next)
    contents = statement_rows(result, page.positions, texts=filters.offsets == "utf16")
    body = StatementList(
        total=len(result.positions),
        understood=result.understood,
        notes=result.notes,
        items=statement_items(context.snapshot, contents, request.app.state.settings.serve_text, filters.offsets),
        next=next_cursor,
        empty=explain_no_statements(result),
        corpus_version=context.snapshot.version,
    )
    return list_response(request, body, next_cursor)
