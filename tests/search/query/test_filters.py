"""The syntax of query parameters: what each model accepts, its bounds, and the names that clients use."""

from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError

from app.search.query.aggregation_filters import (
    ComparisonPage,
    ComparisonTable,
    EntityPage,
    NetworkFilters,
    NetworkTable,
    RelatedPage,
    TimelineFilters,
    TimelineTable,
)
from app.search.query.filters import ArticleExport, ArticleFilters, ArticlePage
from app.search.query.parameters import Paging
from app.search.query.resource_filters import SourcePage
from app.search.query.statement_filters import StatementCountPage, StatementPage

NAMES = ("source", "actor", "any_actor", "place", "weapon", "exclude_source", "exclude_actor", "language", "author")
SOURCE_VALUES = ("country", "source_kind", "source_group", "exclude_source_group")
SAMPLE = {"sample", "seed"}
REGION = ("bbox", "near", "km")
SHARED = {"q", "from", "to", "tz", "date_field", *NAMES, *SOURCE_VALUES, "precision", "text_kind", "members", *REGION}
PAGING = {"limit", "cursor"}
SAID = {"speaker", "about", "any_about", "said", "kind"}


def errors_of(model: type[BaseModel], **values: object) -> list[tuple[str | int, str]]:
    """Return the parameter and the type of each error that the model reports."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return [(error["loc"][0], error["type"]) for error in caught.value.errors()]


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (ArticleFilters, SHARED),
        (Paging, PAGING),
        (ArticleExport, SHARED | SAMPLE | {"sort"}),
        (
            ArticlePage,
            SHARED | SAMPLE | PAGING | {"sort", "facet", "facet_size", "explain", "highlight", "offsets", "fields"},
        ),
        (SourcePage, PAGING | {"name", "country", "kind", "group", "facet", "facet_size"}),
        (EntityPage, SHARED | SAMPLE | PAGING | {"name", "type", "sort"}),
        (RelatedPage, SHARED | PAGING | {"type", "sort"}),
        (NetworkFilters, SHARED | SAMPLE | {"type", "nodes", "edges"}),
        (TimelineFilters, SHARED | SAMPLE | {"interval", "by", "top", "base"}),
        (NetworkTable, SHARED | SAMPLE | {"type", "nodes", "edges", "fields"}),
        (TimelineTable, SHARED | SAMPLE | {"interval", "by", "top", "base", "fields"}),
        (ComparisonTable, SHARED | {"fields"}),
        (ComparisonPage, SHARED | PAGING),
        (StatementPage, SHARED | PAGING | SAID | {"sort", "offsets", "facet", "facet_size"}),
        (StatementCountPage, SHARED | PAGING | SAID | {"by"}),
    ],
)
def test_a_model_has_these_parameters_and_no_others(model: type[BaseModel], parameters: set[str]) -> None:
    assert set(model.model_json_schema(by_alias=True)["properties"]) == parameters
    assert errors_of(model, actr="putin") == [("actr", "extra_forbidden")]


@pytest.mark.parametrize(
    "model",
    [
        ArticleFilters,
        Paging,
        ArticleExport,
        ArticlePage,
        SourcePage,
        EntityPage,
        StatementPage,
        StatementCountPage,
        TimelineFilters,
        TimelineTable,
        NetworkTable,
        ComparisonPage,
        RelatedPage,
        NetworkFilters,
    ],
)
def test_every_parameter_is_optional_and_described(model: type[BaseModel]) -> None:
    schema = model.model_json_schema(by_alias=True)
    assert "required" not in schema
    assert [name for name, field in schema["properties"].items() if not field.get("description")] == []
    assert [name for name, field in schema["properties"].items() if not field.get("examples")] == []


@pytest.mark.parametrize(
    "model",
    [
        ArticleFilters,
        ArticleExport,
        ArticlePage,
        EntityPage,
        RelatedPage,
        NetworkFilters,
        StatementPage,
        StatementCountPage,
        TimelineFilters,
        TimelineTable,
        NetworkTable,
        ComparisonPage,
    ],
)
def test_every_example_is_a_valid_value(model: type[BaseModel]) -> None:
    for name, field in model.model_json_schema(by_alias=True)["properties"].items():
        for example in field["examples"]:
            model.model_validate({name: example})


def test_no_parameters_mean_the_whole_corpus_newest_first() -> None:
    page = ArticlePage.model_validate({})
    assert page.model_dump(by_alias=True) == {
        "q": None,
        "from": None,
        "to": None,
        "tz": None,
        "date_field": "published",
        "sample": None,
        "seed": None,
        **{name: [] for name in (*NAMES, *SOURCE_VALUES)},
        **dict.fromkeys(REGION),
        "precision": [],
        "text_kind": [],
        "members": False,
        "limit": 20,
        "cursor": None,
        "sort": "-published",
        "facet": [],
        "facet_size": 10,
        "explain": False,
        "highlight": False,
        "offsets": "codepoints",
        "fields": None,
    }


@pytest.mark.parametrize("value", ["1_0", "+5", " 5", "5.0", "٥", "", "abc"])
def test_numbers_are_plain_digits(value: str) -> None:
    assert errors_of(ArticlePage, limit=value, facet_size=value) == [
        ("limit", "int_parsing"),
        ("facet_size", "int_parsing"),
    ]


def test_clients_write_from_without_an_underscore() -> None:
    assert ArticleFilters.model_validate({"from": "2015-11"}).from_ == "2015-11"
    assert ArticleFilters(from_="2015-11").model_dump(by_alias=True, exclude_defaults=True) == {"from": "2015-11"}


@pytest.mark.parametrize(("parameter", "low", "high"), [("limit", 1, 100), ("facet_size", 1, 100)])
def test_numbers_have_bounds_and_are_not_clamped(parameter: str, low: int, high: int) -> None:
    for value in (low, str(high)):
        assert getattr(ArticlePage.model_validate({parameter: value}), parameter) == int(value)
    assert errors_of(ArticlePage, **{parameter: low - 1}) == [(parameter, "greater_than_equal")]
    assert errors_of(ArticlePage, **{parameter: high + 1}) == [(parameter, "less_than_equal")]
    assert errors_of(ArticlePage, **{parameter: str(2**63)}) == [(parameter, "less_than_equal")]


@pytest.mark.parametrize("value", ["", "ten", "1.5", "0x10", "1e1", "٣٫٥"])
def test_a_limit_is_an_integer(value: str) -> None:
    assert errors_of(Paging, limit=value) == [("limit", "int_parsing")]


@pytest.mark.parametrize(
    ("model", "parameter", "max_length"),
    [
        (ArticleFilters, "q", 500),
        (ArticleFilters, "from", 64),
        (ArticleFilters, "to", 64),
        (Paging, "cursor", 500),
        (EntityPage, "name", 200),
    ],
)
def test_texts_have_bounds(model: type[BaseModel], parameter: str, max_length: int) -> None:
    model.model_validate({parameter: "x" * max_length})
    assert errors_of(model, **{parameter: ""}) == [(parameter, "string_too_short")]
    assert errors_of(model, **{parameter: "x" * (max_length + 1)}) == [(parameter, "string_too_long")]


@pytest.mark.parametrize("parameter", NAMES)
def test_repeatable_names_have_bounds(parameter: str) -> None:
    """An author may be a list of many people."""
    longest = "x" * (500 if parameter == "author" else 200)
    assert getattr(ArticleFilters.model_validate({parameter: [longest] * 50}), parameter) == [longest] * 50
    assert errors_of(ArticleFilters, **{parameter: ["x"] * 51}) == [(parameter, "too_long")]
    assert errors_of(ArticleFilters, **{parameter: [""]}) == [(parameter, "string_too_short")]
    assert errors_of(ArticleFilters, **{parameter: [f"{longest}x"]}) == [(parameter, "string_too_long")]


@pytest.mark.parametrize(
    ("model", "parameter", "values", "max_items"),
    [
        (ArticleFilters, "precision", ["minute", "day", "month", "year", "none"], 5),
        (ArticleFilters, "text_kind", ["full", "extract", "digest"], 3),
        (
            ArticlePage,
            "facet",
            ["source", *SOURCE_VALUES[:3], "actor", "place", "weapon", "language", "precision", "author", "text_kind"],
            11,
        ),
        (
            EntityPage,
            "type",
            ["person", "organization", "state", "armed_group", "media", "place", "weapon"],
            7,
        ),
    ],
)
def test_repeatable_choices_are_closed(
    model: type[BaseModel], parameter: str, values: list[str], max_items: int
) -> None:
    assert getattr(model.model_validate({parameter: values}), parameter) == values
    assert errors_of(model, **{parameter: [values[0]] * (max_items + 1)}) == [(parameter, "too_long")]
    assert errors_of(model, **{parameter: ["Day"]}) in ([(parameter, "enum")], [(parameter, "literal_error")])


def test_the_orders_are_closed() -> None:
    for sort in ("-published", "published", "relevance"):
        assert ArticleExport.model_validate({"sort": sort}).sort == sort
    assert errors_of(ArticleExport, sort="-relevance") == [("sort", "literal_error")]


def test_all_errors_are_reported_together() -> None:
    assert sorted(errors_of(ArticlePage, limit=0, q="", colour="red")) == [
        ("colour", "extra_forbidden"),
        ("limit", "greater_than_equal"),
        ("q", "string_too_short"),
    ]


def test_filters_are_immutable() -> None:
    filters = ArticleFilters.model_validate({"q": "missiles"})
    with pytest.raises(ValidationError, match="frozen"):
        setattr(filters, "q", "tanks")  # noqa: B010 - the type checker refuses the plain assignment, as it should


def test_a_url_fills_the_model() -> None:
    assert query_values("q=%22cruise missiles%22&from=2015&actor=putin&actor=assad&limit=5&facet=source") == {
        "q": '"cruise missiles"',
        "from": "2015",
        "actor": ["putin", "assad"],
        "limit": 5,
        "facet": ["source"],
    }


def query_values(query: str) -> object:
    """Return the values that FastAPI parses from a query string."""
    app = FastAPI()

    @app.get("/")
    def echo(page: Annotated[ArticlePage, Query()]) -> dict[str, Any]:
        return page.model_dump(by_alias=True, exclude_defaults=True)

    with TestClient(app) as client:
        answer: object = client.get(f"/?{query}").json()
        return answer
