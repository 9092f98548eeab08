"""The schemas of responses that are not plain JSON of our models: JSON-LD, feeds, tables and other files."""

import json
import re
from pathlib import Path
from typing import Any

FORMAT_SCHEMAS: dict[str, Any] = json.loads(Path(__file__).with_name("format_schemas.json").read_bytes())
"""Schemas of documents whose shape other standards define; as in those, unknown properties are missing, not null."""

JSON_FORMATS = {
    "get_article_annotations": "AnnotationPage",
    "application/ld+json": "NewsArticle",
    "application/feed+json": "JsonFeed",
    "application/geo+json": "PlaceCollection",
    "application/vnd.citationstyles.csl+json": "CslItems",
}
"""The schema of each operation or media type with JSON of another standard; the operation decides first."""

LINES = {
    "articles": "ArticleLine",
    "statements": "StatementItem",
    "entities": "NamedEntity",
    "sources": "SourceItem",
    "timeline": "TimelineRow",
    "compare": "ComparisonItem",
    "network": "NetworkRow",
}
"""The schema of a line of newline-delimited JSON, by view."""

FTM_OPERATIONS = "_ftm"
"""The end of the names of operations with lines of FollowTheMoney."""

LINE_SELECTIONS = {"articles": "ArticleFields"}
"""The schema of such a line after `fields`, by view; in other views, it is the same without some fields."""

TEXT_TYPES = ("text/", "application/x-bibtex", "application/x-research-info-systems")
"""The beginnings of the types of documents that are text, besides XML."""

MODEL_TYPE = "application/json"
LINES_TYPE = "application/x-ndjson"

_REFERENCE = re.compile(r'"#/components/schemas/([^"]*)"')


def declare_formats(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Declare the schema and a description of each successful response of an operation."""
    response = operation["responses"]["200"]
    for media_type, content in response["content"].items():
        if media_type != MODEL_TYPE:
            content["schema"] = _schema(operation, media_type)
    name = next(iter(response["content"].values()))["schema"].get("$ref", "").rpartition("/")[2]
    description: str = schemas.get(name, {}).get("description") or operation.get("description", "")
    response["description"] = description.partition("\n\n")[0]


def _schema(operation: dict[str, Any], media_type: str) -> dict[str, Any]:
    name = JSON_FORMATS.get(operation["operationId"]) or JSON_FORMATS.get(media_type)
    if name is not None:
        return _reference(name)
    if media_type == LINES_TYPE and operation["operationId"].endswith(FTM_OPERATIONS):
        return {"type": "string", "contentMediaType": LINES_TYPE, "contentSchema": _reference("FtmEntity")}
    if media_type == LINES_TYPE:
        return _lines(operation["operationId"].split("_")[1])
    is_text = media_type.startswith(TEXT_TYPES) or media_type.endswith("+xml")
    return {"type": "string"} if is_text else {"type": "string", "format": "binary"}


def _lines(view: str) -> dict[str, Any]:
    """Return the schema of lines of JSON: as a whole they are text, and each of them has a schema of its own."""
    references = [_reference(lines[view]) for lines in (LINES, LINE_SELECTIONS) if view in lines]
    line = {"anyOf": references} if len(references) > 1 else next(iter(references), {})
    return {"type": "string", "contentMediaType": LINES_TYPE, "contentSchema": line}


def drop_unused(document: dict[str, Any]) -> None:
    """Remove the schemas of formats that no operation of a document has."""
    used, pending = set[str](), _references(document["paths"])
    while pending:
        used |= pending
        pending = {name for user in pending for name in _references(FORMAT_SCHEMAS.get(user))} - used
    for name in FORMAT_SCHEMAS.keys() - used:
        del document["components"]["schemas"][name]


def _references(node: object) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(node)))


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
