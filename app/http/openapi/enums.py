"""Named schemas for lists of choices, so that generated clients have one type for each instead of one per use."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from app.search.query.aggregation_filters import EntityPage, RelatedPage
from app.search.query.parameters import (
    CitationStyle,
    DateField,
    FacetName,
    Interval,
    Offsets,
    Sort,
    SourceFacet,
    StatementFacet,
    SuggestType,
    TimeSort,
)
from app.search.query.statement_filters import StatementCountPage
from app.wire.article_models import Surface
from app.wire.articles import LookupItem
from app.wire.entities import EntityLookupItem, SuggestionOut
from app.wire.versions import FieldName


def _choices_of(model: type[BaseModel], field: str) -> tuple[str, ...]:
    return get_args(model.model_fields[field].annotation)


NAMED_CHOICES: dict[str, tuple[str, ...]] = {
    "Sort": get_args(Sort),
    "StatementSort": get_args(TimeSort),
    "EntitySort": _choices_of(EntityPage, "sort"),
    "RelatedSort": _choices_of(RelatedPage, "sort"),
    "DateField": get_args(DateField),
    "CitationStyle": get_args(CitationStyle),
    "OffsetUnit": get_args(Offsets),
    "Interval": get_args(Interval),
    "ArticleFacet": get_args(FacetName),
    "StatementFacet": get_args(StatementFacet),
    "SourceFacet": get_args(SourceFacet),
    "StatementGrouping": _choices_of(StatementCountPage, "by"),
    "SuggestionType": get_args(SuggestType),
    "SuggestionKind": _choices_of(SuggestionOut, "kind"),
    "TextField": _choices_of(Surface, "field"),
    "ArticleLookupBy": _choices_of(LookupItem, "by"),
    "EntityLookupBy": _choices_of(EntityLookupItem, "by"),
    "ArticleField": get_args(FieldName),
}
"""The name and the values of each list of choices that is not an enumeration of ours."""

_NAMES = {values: name for name, values in NAMED_CHOICES.items()}


def name_enums(document: dict[str, Any]) -> None:
    """Replace each unnamed list of choices in a document by a reference to its named schema."""
    schemas = document["components"]["schemas"]
    choices = _choices([document["paths"], *(body.get("properties", {}) for body in schemas.values())])
    # A schema of chosen fields has the same choices as the schema of all fields, not a copy of them.
    for schema in {id(one): one for one in choices if tuple(one["enum"]) in _NAMES}.values():
        name = _NAMES[tuple(schema["enum"])]
        schemas[name] = _named_schema(name)
        for key in ("type", "enum", "title"):
            schema.pop(key, None)
        schema["$ref"] = f"#/components/schemas/{name}"


def _choices(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "enum" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _choices(child)


def _named_schema(name: str) -> dict[str, Any]:
    values = NAMED_CHOICES[name]
    schema: dict[str, Any] = {"type": "string", "enum": list(values), "title": name}
    if any(value.startswith("-") for value in values):
        # Generators would name a value with a hyphen by its number.
        schema["x-enum-varnames"] = [_variable_name(value) for value in values]
    return schema


def _variable_name(value: str) -> str:
    words = f"{value[1:]}_descending" if value.startswith("-") else value
    return words.upper()
