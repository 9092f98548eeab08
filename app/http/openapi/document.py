"""The OpenAPI document: what FastAPI derives from the routes, completed for readers and for generators of clients."""

from collections.abc import Iterator
from functools import cache, cached_property
from threading import Lock
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema
from pydantic_core import to_json

from app.http.openapi.components import share
from app.http.openapi.enums import name_enums
from app.http.openapi.examples import add_examples
from app.http.openapi.formats import FORMAT_SCHEMAS, declare_formats, drop_unused
from app.http.openapi.selections import declare_selections
from app.http.openapi.words import TAGS, summary
from app.http.problems import Problem, SplitProblem


class DocumentedApp(FastAPI):
    """FastAPI with a complete OpenAPI document."""

    _lock = Lock()
    """Held while the document is made, which takes a second or two."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        with self._lock:
            self.openapi_schema = self.openapi_schema or completed(super().openapi())
        return self.openapi_schema

    @cached_property
    def openapi_json(self) -> bytes:
        """The document as JSON."""
        return to_json(self.openapi())


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of FastAPI after completing it in place."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_problem_schemas() | FORMAT_SCHEMAS)
    # An explicit empty list says that no key is needed; without it, that would be left open.
    document["security"] = []
    document["tags"] = [{"name": name, "description": description} for name, description in TAGS.items()]
    for path, method, operation in operations(document):
        operation["summary"] = summary(operation["operationId"], path, method)
        _declare_lists(operation)
        declare_formats(operation, schemas)
        declare_selections(operation, schemas)
    drop_unused(document)
    name_enums(document)
    add_examples(document)
    share(document)
    document["paths"] = dict(sorted(document["paths"].items(), key=_reading_order))
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _declare_lists(operation: dict[str, Any]) -> None:
    """State how lists are written in a URL, although these are the defaults: some clients do not know them."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter["schema"].get("type") == "array":
            parameter.update(style="form", explode=True)


def _reading_order(entry: tuple[str, dict[str, Any]]) -> tuple[int, bool]:
    """Return the place of a path: by tag, the list of articles first, and each POST after all that is a GET."""
    (operation, *_) = entry[1].values()
    (tag,) = operation["tags"]
    return [*TAGS, tag].index(tag), "get" not in entry[1]


@cache
def _problem_schemas() -> dict[str, Any]:
    _, schemas = models_json_schema(
        [(Problem, "serialization"), (SplitProblem, "serialization")], ref_template="#/components/schemas/{model}"
    )
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions
