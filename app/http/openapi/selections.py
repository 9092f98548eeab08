"""What a response contains when `fields` chooses some of its fields: a schema of its own, in which all are optional.

The complete schema stays strict: a client that does not use `fields` can rely on every field of it.
"""

from typing import Any

SELECTION = "ArticleFields"
"""The schema of an article of which `fields` chose some fields."""

SELECTION_LIST = "ArticleFieldsList"
"""The schema of a page of such articles."""

LINE = "ArticleLine"
"""The schema of an article in an export, which has a lead only if `fields` chooses it."""

SELECTIONS = {"ArticleDetail": SELECTION, "ArticleList": SELECTION_LIST}
"""The schemas of complete responses, and that with chosen fields only."""


def declare_selections(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Declare the second schema of the response of an operation that has `fields`."""
    response = operation["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
    name = response.get("$ref", "").rpartition("/")[2]
    if name in SELECTIONS and "fields" in parameter_names(operation, schemas):
        _add_schemas(schemas)
        references = ({"$ref": f"#/components/schemas/{one}"} for one in (name, SELECTIONS[name]))
        operation["responses"]["200"]["content"]["application/json"]["schema"] = {"anyOf": list(references)}


def parameter_names(operation: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """Return the names of the parameters of an operation, and of the fields of its body."""
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return names | set(schemas.get(body.get("$ref", "").rpartition("/")[2], {}).get("properties", {}))


def _add_schemas(schemas: dict[str, Any]) -> None:
    article, item, page = schemas["ArticleDetail"], schemas["ArticleItem"], schemas["ArticleList"]
    schemas[LINE] = {
        **item,
        "title": LINE,
        "description": "An article in a line of an export.",
        "properties": {name: value for name, value in item["properties"].items() if name != "lead"},
        "required": [name for name in item["required"] if name != "lead"],
    }
    schemas[SELECTION] = {
        **{key: value for key, value in article.items() if key != "required"},
        "title": SELECTION,
        "description": "The fields of an article that `fields` chose; the others are missing.",
    }
    items = {**page["properties"]["items"], "items": {"$ref": f"#/components/schemas/{SELECTION}"}}
    schemas[SELECTION_LIST] = {
        **page,
        "title": SELECTION_LIST,
        "description": "A page of articles with the fields that `fields` chose.",
        "properties": {**page["properties"], "items": items},
    }
