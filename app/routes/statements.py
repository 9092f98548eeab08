"""Statements: who said what about whom, when and where it was reported."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import list_response
from app.http.strict_params import v1_router
from app.routes.dependencies import SearchDep
from app.search.aggregations.statement_counts import count_speakers, statement_facets
from app.search.query.statement_filters import StatementCountPage, StatementPage
from app.search.query.statements import search_statements, statement_page
from app.search.sql.pages import statement_rows
from app.wire.cursors import COUNT_CURSORS, STATEMENT_CURSORS
from app.wire.facets import facets_out, search_fields
from app.wire.statements import (
    StatementCountList,
    StatementFacets,
    StatementList,
    explain_no_statements,
    statement_counts_out,
    statement_items,
)

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
        **search_fields(result),
        total=len(result.positions),
        items=statement_items(context.snapshot, contents, request.app.state.settings.serve_text, filters.offsets),
        next=next_cursor,
        facets=facets_out(StatementFacets, statement_facets(result, filters)) if filters.facet else None,
        empty=explain_no_statements(result),
        corpus_version=context.snapshot.version,
    )
    return list_response(request, body, next_cursor)


@router.get("/statements/counts", response_model=StatementCountList)
def list_statement_counts(
    filters: Annotated[StatementCountPage, Query()], context: SearchDep, request: Request
) -> Response:
    """Count the statements of a search by speaker, or by speaker and entity that they name, the most first.

    Each statement counts for the speaker and the entities that it names itself, even with `members`.
    """
    after = COUNT_CURSORS.read(filters)
    result = search_statements(context, filters)
    counts = count_speakers(result, filters, after)
    next_cursor = COUNT_CURSORS.write(filters, counts.next)
    body = StatementCountList(
        **search_fields(result),
        total=counts.total,
        items=statement_counts_out(context.snapshot, counts.page),
        next=next_cursor,
        empty=explain_no_statements(result),
        corpus_version=context.snapshot.version,
    )
    return list_response(request, body, next_cursor)
