"""The syntax of the question: what each model takes, its bounds, and the names that clients write."""

from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError

from app.search.query.aggregation_filters import (
    ComparisonPage,
    EntityPage,
    NetworkFilters,
    RelatedPage,
    TimelineFilters,
)
from app.search.query.filters import ArticleExport, ArticleFilters, ArticlePage, SourcePage, StatementPage
from app.search.query.parameters import Paging

NAMES = ("source", "actor", "any_actor", "place", "weapon", "exclude_source", "exclude_actor", "language")
SHARED = {"q", "from", "to", *NAMES, "precision", "members"}
PAGING = {"limit", "cursor"}


def faults(model: type[BaseModel], **values: object) -> list[tuple[str | int, str]]:
    """Return where the model finds fault and which kind of fault it is."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return [(error["loc"][0], error["type"]) for error in caught.value.errors()]


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (ArticleFilters, SHARED),
        (Paging, PAGING),
        (ArticleExport, SHARED | {"sort"}),
        (ArticlePage, SHARED | PAGING | {"sort", "facet", "facet_size", "explain", "highlight", "offsets", "fields"}),
        (SourcePage, PAGING),
        (EntityPage, SHARED | PAGING | {"name", "type", "sort"}),
        (RelatedPage, SHARED | PAGING | {"type", "sort"}),
        (NetworkFilters, SHARED | {"type", "nodes", "edges"}),
        (TimelineFilters, SHARED | {"interval", "by", "top"}),
        (ComparisonPage, SHARED | PAGING),
        (StatementPage, SHARED | PAGING | {"speaker", "about", "sort", "offsets"}),
    ],
)
def test_a_model_has_these_parameters_and_no_others(model: type[BaseModel], parameters: set[str]) -> None:
    assert set(model.model_json_schema(by_alias=True)["properties"]) == parameters
    assert faults(model, actr="putin") == [("actr", "extra_forbidden")]


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
        TimelineFilters,
        ComparisonPage,
        RelatedPage,
        NetworkFilters,
    ],
)
def test_every_parameter_is_optional_and_explained(model: type[BaseModel]) -> None:
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
        TimelineFilters,
        ComparisonPage,
    ],
)
def test_every_example_is_a_valid_value(model: type[BaseModel]) -> None:
    for name, field in model.model_json_schema(by_alias=True)["properties"].items():
        for example in field["examples"]:
            model.model_validate({name: example})


def test_nothing_asked_is_the_whole_corpus_newest_first() -> None:
    page = ArticlePage.model_validate({})
    assert page.model_dump(by_alias=True) == {
        "q": None,
        "from": None,
        "to": None,
        **{name: [] for name in NAMES},
        "precision": [],
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
def test_a_number_is_written_in_digits(value: str) -> None:
    assert faults(ArticlePage, limit=value, facet_size=value) == [
        ("limit", "int_parsing"),
        ("facet_size", "int_parsing"),
    ]


def test_from_is_the_name_that_clients_write() -> None:
    assert ArticleFilters.model_validate({"from": "2015-11"}).from_ == "2015-11"
    assert ArticleFilters(from_="2015-11").model_dump(by_alias=True, exclude_defaults=True) == {"from": "2015-11"}


@pytest.mark.parametrize(("parameter", "low", "high"), [("limit", 1, 100), ("facet_size", 1, 100)])
def test_numbers_have_bounds_and_are_not_clamped(parameter: str, low: int, high: int) -> None:
    for value in (low, str(high)):
        assert getattr(ArticlePage.model_validate({parameter: value}), parameter) == int(value)
    assert faults(ArticlePage, **{parameter: low - 1}) == [(parameter, "greater_than_equal")]
    assert faults(ArticlePage, **{parameter: high + 1}) == [(parameter, "less_than_equal")]
    assert faults(ArticlePage, **{parameter: str(2**63)}) == [(parameter, "less_than_equal")]


@pytest.mark.parametrize("value", ["", "ten", "1.5", "0x10", "1e1", "٣٫٥"])
def test_a_limit_is_a_whole_number(value: str) -> None:
    assert faults(Paging, limit=value) == [("limit", "int_parsing")]


@pytest.mark.parametrize(
    ("model", "parameter", "longest"),
    [
        (ArticleFilters, "q", 500),
        (ArticleFilters, "from", 10),
        (ArticleFilters, "to", 10),
        (Paging, "cursor", 500),
        (EntityPage, "name", 200),
    ],
)
def test_texts_have_bounds(model: type[BaseModel], parameter: str, longest: int) -> None:
    model.model_validate({parameter: "x" * longest})
    assert faults(model, **{parameter: ""}) == [(parameter, "string_too_short")]
    assert faults(model, **{parameter: "x" * (longest + 1)}) == [(parameter, "string_too_long")]


@pytest.mark.parametrize("parameter", NAMES)
def test_repeatable_names_have_bounds(parameter: str) -> None:
    assert getattr(ArticleFilters.model_validate({parameter: ["x" * 200] * 50}), parameter) == ["x" * 200] * 50
    assert faults(ArticleFilters, **{parameter: ["x"] * 51}) == [(parameter, "too_long")]
    assert faults(ArticleFilters, **{parameter: [""]}) == [(parameter, "string_too_short")]
    assert faults(ArticleFilters, **{parameter: ["x" * 201]}) == [(parameter, "string_too_long")]


@pytest.mark.parametrize(
    ("model", "parameter", "values", "most"),
    [
        (ArticleFilters, "precision", ["minute", "day", "month", "year", "none"], 5),
        (ArticlePage, "facet", ["source", "actor", "place", "weapon", "language", "precision"], 6),
        (
            EntityPage,
            "type",
            ["person", "organization", "state", "armed_group", "media", "place", "weapon"],
            7,
        ),
    ],
)
def test_repeatable_choices_are_closed(model: type[BaseModel], parameter: str, values: list[str], most: int) -> None:
    assert getattr(model.model_validate({parameter: values}), parameter) == values
    assert faults(model, **{parameter: [values[0]] * (most + 1)}) == [(parameter, "too_long")]
    assert faults(model, **{parameter: ["Day"]}) in ([(parameter, "enum")], [(parameter, "literal_error")])


def test_the_orders_are_closed() -> None:
    for sort in ("-published", "published", "relevance"):
        assert ArticleExport.model_validate({"sort": sort}).sort == sort
    assert faults(ArticleExport, sort="-relevance") == [("sort", "literal_error")]


def test_all_faults_are_found_at_once() -> None:
    assert sorted(faults(ArticlePage, limit=0, q="", colour="red")) == [
        ("colour", "extra_forbidden"),
        ("limit", "greater_than_equal"),
        ("q", "string_too_short"),
    ]


def test_a_question_is_never_changed() -> None:
    filters = ArticleFilters.model_validate({"q": "missiles"})
    with pytest.raises(ValidationError, match="frozen"):
        setattr(filters, "q", "tanks")  # noqa: B010 - the type checker refuses the plain assignment, as it should


def test_a_url_fills_the_model() -> None:
    assert asked("q=%22cruise missiles%22&from=2015&actor=putin&actor=assad&limit=5&facet=source") == {
        "q": '"cruise missiles"',
        "from": "2015",
        "actor": ["putin", "assad"],
        "limit": 5,
        "facet": ["source"],
    }


def asked(query: str) -> object:
    """Return what FastAPI makes of a query string."""
    app = FastAPI()

    @app.get("/")
    def echo(page: Annotated[ArticlePage, Query()]) -> dict[str, Any]:
        return page.model_dump(by_alias=True, exclude_defaults=True)

    with TestClient(app) as client:
        answer: object = client.get(f"/?{query}").json()
        return answer
