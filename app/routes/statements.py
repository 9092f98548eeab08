"""Statements: who said what about whom, when and where it was reported."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from app.http.responses import answer
from app.http.strict_params import v1_router
from app.routes.dependencies import TextDep, link_next, worked
from app.search.fulltext.hits import TextSearch
from app.search.query.filters import StatementPage
from app.search.query.statements import search_statements, statement_page
from app.wire.cursors import STATEMENT_CURSORS
from app.wire.statements import StatementList, statement_items, why_empty

router = v1_router("statements")


@router.get("/statements", response_model=StatementList)
async def list_statements(asked: Annotated[StatementPage, Query()], text: TextDep, request: Request) -> Response:
    """Search what articles attribute to speakers, of the articles that satisfy the filters."""
    return await worked(partial(_page, asked, request), text)


def _page(asked: StatementPage, request: Request, text: TextSearch) -> Response:
    after = STATEMENT_CURSORS.read(asked)
    said = search_statements(text, asked)
    shown = statement_page(said, asked, after)
    following = STATEMENT_CURSORS.write(asked, shown.next)
    body = StatementList(
        total=len(said.found),
        items=statement_items(said, shown.positions, request.app.state.settings.serve_text, asked.offsets),
        next=following,
        empty=why_empty(said),
        corpus_version=text.snapshot.version,
    )
    return link_next(request, answer(body, text.session), following)
