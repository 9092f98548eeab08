"""Views as tables: each of VIEWS in each of FORMATS, as a stream of all rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, create_model

from app.http.problems import problems
from app.http.responses import attachment, stream_response
from app.http.strict_params import v1_router
from app.http.validation import requested_names
from app.routes.dependencies import SearchDep
from app.search.aggregations.entities import count_entities
from app.search.fulltext.hits import SearchContext
from app.search.query.aggregation_filters import EntityTable
from app.search.query.filters import ArticleTable
from app.search.query.parameters import CsvOptions, FieldSelection, ParameterModel, Text
from app.search.query.resource_filters import SourceTable
from app.search.query.search import CountPage, count_page, in_order, search
from app.search.query.source_directory import find_sources
from app.search.query.statement_filters import StatementTable
from app.search.query.statements import search_statements, statements_in_order
from app.search.sql.pages import CONTENT_BATCH_SIZE, EXPORT_BATCH_SIZE, export_rows, in_batches, statements_in_batches
from app.settings import ServeText
from app.wire.articles import exported_items
from app.wire.base import Out
from app.wire.entities import named_entity
from app.wire.exports.columns import ARTICLES, CONTENT_FIELDS, ENTITIES, SOURCES, STATEMENTS, with_unit
from app.wire.exports.parquet import PARQUET_TYPE, parquet_rows
from app.wire.exports.tables import CSV_TYPE, NDJSON_TYPE, Column, Row, Table, csv_rows, ndjson_rows
from app.wire.exports.xlsx import XLSX_TYPE, xlsx_rows
from app.wire.sources import source_item
from app.wire.statements import statement_items

Names = Sequence[str] | None
"""The columns or fields that the request chooses; None for those that come by default."""

PRESENTATION = frozenset(("fields", "bom", "offsets", "tz"))
"""Parameters that the name of a file leaves out."""


class View(NamedTuple):
    """A view as a table, its parameters, and a function that yields its rows."""

    table: Table
    filters: type[FieldSelection]
    rows: Callable[[SearchContext, Any, Names, ServeText], Iterator[Row]]
    description: str


class Format(NamedTuple):
    """A format of tables, the parameters that only it has, and a function that writes it.

    `names` are what `fields` may name, `defaults` what comes without it.
    """

    suffix: str
    media_type: str
    options: tuple[type[Any], ...]
    names: Callable[[Table], Iterable[str]]
    defaults: Callable[[Table], Iterable[str]]
    write: Callable[[Table, Names, Iterator[Row], Any], Iterator[bytes]]
    description: str
    problems: tuple[int, ...] = ()
    """Statuses that only this format may respond with."""


def _articles(context: SearchContext, filters: ArticleTable, names: Names, serve: ServeText) -> Iterator[Row]:
    result = search(context, filters)
    contents = names is not None and not set(CONTENT_FIELDS).isdisjoint(names)
    fetch = partial(export_rows, result, matches=filters.members, contents=contents)
    size = CONTENT_BATCH_SIZE if contents else EXPORT_BATCH_SIZE
    batches = in_batches(context, in_order(result, filters), fetch, size)
    return chain.from_iterable(
        exported_items(result, batch, serve, filters.offsets, members=filters.members) for batch in batches
    )


def _statements(context: SearchContext, filters: StatementTable, _names: Names, serve: ServeText) -> Iterator[Row]:
    result = search_statements(context, filters)
    batches = statements_in_batches(result, statements_in_order(result, filters), texts=filters.offsets == "utf16")
    items = (statement_items(context.snapshot, batch, serve, filters.offsets) for batch in batches)
    return as_rows(chain.from_iterable(items))


def _entities(context: SearchContext, filters: EntityTable, _names: Names, _serve: ServeText) -> Iterator[Row]:
    result = search(context, filters)
    entities = count_entities(context.snapshot, result.positions, frozenset(filters.type), filters.name)
    page: CountPage[float] = count_page(entities.values_by(filters.sort), limit=len(entities.counts), after=None)
    return as_rows(named_entity(entities, ordinal) for _, _, ordinal in page.values)


def _sources(context: SearchContext, filters: SourceTable, _names: Names, _serve: ServeText) -> Iterator[Row]:
    counts = find_sources(context.snapshot, filters).counts()
    page = count_page(counts, limit=len(counts), after=None)
    return as_rows(source_item(context.snapshot, ordinal, count) for count, _, ordinal in page.values)


def as_rows(items: Iterable[Out]) -> Iterator[Row]:
    """Return items as rows of a table."""
    return (item.model_dump(mode="json", by_alias=True) for item in items)


def _columns(table: Table, names: Names, filters: ParameterModel) -> list[Column]:
    return table.chosen_columns(names, [name for name, value in filters if value is True])


def _write_csv(table: Table, names: Names, rows: Iterator[Row], filters: CsvOptions) -> Iterator[bytes]:
    return csv_rows(_columns(table, names, filters), rows, bom=filters.bom)


def _write_ndjson(_table: Table, names: Names, rows: Iterator[Row], _filters: FieldSelection) -> Iterator[bytes]:
    return ndjson_rows(rows, names)


def _write_xlsx(table: Table, names: Names, rows: Iterator[Row], filters: FieldSelection) -> Iterator[bytes]:
    return xlsx_rows(table.name, _columns(table, names, filters), rows)


def _write_parquet(table: Table, names: Names, rows: Iterator[Row], filters: FieldSelection) -> Iterator[bytes]:
    return parquet_rows(_columns(table, names, filters), rows)


def _column_names(table: Table) -> Iterable[str]:
    return (column.name for column in table.columns)


def _default_columns(table: Table) -> Iterable[str]:
    return (column.name for column in table.chosen_columns(None))


def _default_fields(table: Table) -> Iterable[str]:
    return table.fields


def _field_names(table: Table) -> Iterable[str]:
    return (*table.fields, *table.extra_fields)


VIEWS = (
    View(ARTICLES, ArticleTable, _articles, "every article of a search"),
    View(STATEMENTS, StatementTable, _statements, "every statement of a search"),
    View(ENTITIES, EntityTable, _entities, "every entity that the articles of a search name"),
    View(SOURCES, SourceTable, _sources, "every source that has articles"),
)
"""All views as tables, in the order of the OpenAPI document."""

FORMATS = (
    Format(
        "csv",
        CSV_TYPE,
        (CsvOptions,),
        _column_names,
        _default_columns,
        _write_csv,
        "CSV (RFC 4180); cells that look like formulas get a leading apostrophe",
    ),
    Format("ndjson", NDJSON_TYPE, (), _field_names, _default_fields, _write_ndjson, "newline-delimited JSON"),
    Format(
        "xlsx",
        XLSX_TYPE,
        (),
        _column_names,
        _default_columns,
        _write_xlsx,
        "an Office Open XML workbook; rows that exceed a sheet continue on the next one",
    ),
    Format(
        "parquet",
        PARQUET_TYPE,
        (),
        _column_names,
        _default_columns,
        _write_parquet,
        "Parquet with typed columns, if the server has the extra `parquet`",
        (501,),
    ),
)
"""All formats of tables."""


def table_router(view: View) -> APIRouter:
    """Return a router with a view in each format."""
    router = v1_router(view.table.name)
    for format_ in FORMATS:
        name, suffix = view.table.name, format_.suffix
        router.add_api_route(
            f"/{name}.{suffix}",
            _handler(view, format_),
            methods=["GET"],
            name=f"export_{name}_{suffix}",
            description=f"Stream {view.description} as {format_.description}.",
            response_class=Response,
            responses={200: {"content": {format_.media_type.partition(";")[0]: {}}}, **problems(*format_.problems)},
        )
    return router


def _handler(view: View, format_: Format) -> Callable[..., Response]:
    known = tuple(format_.names(view.table))

    def export(filters: Any, context: SearchDep, request: Request) -> Response:  # noqa: ANN401 - each has its own model
        names = with_unit(requested_names(filters.fields, known)) if filters.fields else None
        rows = view.rows(context, filters, names, request.app.state.settings.serve_text)
        chunks = format_.write(view.table, names, rows, filters)
        words = file_name(view.table.name, filters, context.snapshot.version)
        return stream_response(chunks, format_.media_type, attachment(words, format_.suffix))

    export.__annotations__["filters"] = Annotated[_parameters(view, format_), Query()]
    return export


def _parameters(view: View, format_: Format) -> type[FieldSelection]:
    """Return the parameters of a view in a format, of which `fields` names what it may choose."""
    names = tuple(format_.names(view.table))
    defaults = set(format_.defaults(view.table))
    on_request = [name for name in names if name not in defaults]
    default = f"all but {_listed(on_request)} are returned" if on_request else "all are returned"
    description = f"Names of what to return of each row, separated by commas: {_listed(names)}. By default, {default}."
    fields: Any = Field(None, description=description, examples=[",".join(names[:3])])
    return create_model(
        f"{view.filters.__name__}{format_.suffix.capitalize()}",
        __base__=(*format_.options, view.filters),
        __doc__=view.filters.__doc__,
        fields=(Text | None, fields),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def file_name(view: str, filters: ParameterModel, version: int) -> Iterator[str]:
    """Yield the words of the name of a file: the view, the corpus version and the search."""
    yield from ("dateline", view, f"v{version}")
    for parameter, value in filters.model_dump(mode="json", by_alias=True, exclude_defaults=True).items():
        if parameter not in PRESENTATION:
            yield parameter
            yield from map(_word, value if isinstance(value, list) else (value,))


def _word(value: object) -> str:
    """Return a value as requests have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


routers = tuple(map(table_router, VIEWS))
