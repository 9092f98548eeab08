"""The searches by POST, for lists that no URL holds: each is made from the GET of the same view."""

import re
from collections.abc import Callable, Iterable, Iterator
from inspect import Parameter, signature
from typing import Any

from fastapi import APIRouter, Body, Response
from fastapi.routing import APIRoute

from app.http.posted_search import SearchRoute, posted_model
from app.http.problems import problems
from app.http.strict_params import operation_id
from app.routes import aggregation_tables, aggregations, articles, entities, exports, places, statements, tables
from app.search.query.aggregation_filters import SuggestFilters
from app.search.query.filters import ArticleFilters, CitationFilters, FeedPage

ARTICLE_ROUTERS = (articles.router, exports.router, *tables.routers)
"""The routers of articles and tables, whose searches have to come before the path of a single article."""

OTHER_ROUTERS = (
    exports.entity_router,
    entities.router,
    places.router,
    statements.router,
    aggregations.timeline_router,
    aggregations.comparison_router,
    aggregations.network_router,
    *aggregation_tables.routers,
    aggregations.suggestion_router,
)
"""The other routers of views that take the filters of articles."""

# A feed reader follows a URL, a citation names it, and a name is completed within a search that a person typed.
ONLY_IN_URL = (FeedPage, CitationFilters, SuggestFilters)
"""The parameters of views that have no search by POST."""

DESCRIPTION = """

The fields of the body are the parameters of `GET {path}`, and the answer is the same. A repeatable one takes a list;
all lists together may have up to 5,000 values. `null` leaves a parameter out."""


def search_routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    """Yield the search by POST of each GET that takes the filters of articles."""
    for route in (route for router in routers for route in router.routes):
        if isinstance(route, APIRoute) and (model := _filters(route)) is not None:
            yield _search_route(route, model)


def _filters(route: APIRoute) -> type[ArticleFilters] | None:
    models = (field.field_info.annotation for field in route.dependant.query_params)
    return next(
        (
            model
            for model in models
            if isinstance(model, type) and issubclass(model, ArticleFilters) and not issubclass(model, ONLY_IN_URL)
        ),
        None,
    )


def _search_route(route: APIRoute, model: type[ArticleFilters]) -> APIRoute:
    responses = {status: response for status, response in route.responses.items() if status != 304}
    return SearchRoute(
        search_path(route.path),
        _with_body(route.endpoint, model),
        methods=["POST"],
        name=re.sub("^[a-z]+", "search", route.name),
        generate_unique_id_function=operation_id,
        description=route.description + DESCRIPTION.format(path=route.path),
        tags=route.tags,
        response_model=route.response_model,
        response_class=route.response_class,
        responses={**responses, **problems(413)},
    )


def search_path(path: str) -> str:
    """Return the path of the search by POST: `/search` comes before the suffix of a format."""
    view, dot, suffix = path.partition(".")
    return f"{view}/search{dot}{suffix}"


def _with_body(handler: Callable[..., Response], model: type[ArticleFilters]) -> Callable[..., Response]:
    """Return a handler whose filters are declared as a body."""

    def search(**values: Any) -> Response:  # noqa: ANN401 - what FastAPI passes to the handler
        return handler(**values)

    own = signature(handler)
    # By keyword, since a parameter with a default comes first.
    parameters = (parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in own.parameters.values())
    declared = [
        parameter.replace(annotation=posted_model(model), default=Body()) if parameter.name == "filters" else parameter
        for parameter in parameters
    ]
    search.__signature__ = own.replace(parameters=declared)  # type: ignore[attr-defined]  # read by `inspect`
    search.__doc__ = handler.__doc__
    return search


article_router = APIRouter(routes=list(search_routes(ARTICLE_ROUTERS)))
router = APIRouter(routes=list(search_routes(OTHER_ROUTERS)))
