"""Find the articles in JSON documents of other tools, under the paths that recipes name, and what is around them."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from seed.readers.context import ReaderContext
from seed.readers.fields.recipe_files import OUTER
from seed.readers.fields.recipe_reading import matches

_CHECKED = 50  # Records at a path of which one must match; a page of an answer has up to 200.
_NOTHING: Mapping[str, object] = {}
_REFERENCES = ("author", "creator", "publisher", "sourceOrganization", "provider", "isPartOf", "mainEntityOfPage")


def find_articles(document: Mapping[str, object], context: ReaderContext) -> list[dict[str, object]] | None:
    """Return the records of a document under a path of a recipe that one of them matches; None if there are none.

    Each has the values of the objects around it, besides lists, under the name `^`, and under `key` there its own key.
    """
    if context.paths:
        return None
    for recipe in context.recipes:
        for path in recipe.articles:
            if path.partition(".")[0] not in document and path != "*":
                continue
            found = list(_records_at(document, path.split("."), _NOTHING))
            if any(matches(recipe, record) for record in islice(found, _CHECKED)):
                return _with_references(document, found)
    return None


def _records_at(value: object, names: list[str], outer: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield the objects at a path; a list on the way stands for each of its items."""
    if isinstance(value, list):
        for item in value:
            yield from _records_at(item, names[1:] if names[:1] == ["*"] else names, outer)
    elif isinstance(value, dict):
        if not names:
            yield {**value, OUTER: outer} if outer else value
            return
        around = {**outer, **{name: item for name, item in value.items() if not isinstance(item, list)}}
        if names[0] == "*":
            for key, item in value.items():
                yield from _records_at(item, names[1:], {**outer, "key": key})
        elif names[0] in value:
            yield from _records_at(value[names[0]], names[1:], around)


def _with_references(document: Mapping[str, object], found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the records of a @graph with the nodes that they refer to; those of other documents stay as they are."""
    nodes = document.get("@graph")
    if not isinstance(nodes, list):
        return found
    by_id = {str(node["@id"]): node for node in nodes if isinstance(node, dict) and "@id" in node}
    return [_resolved(record, by_id) for record in found]


def _resolved(record: Mapping[str, object], by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    return {**record, **{name: _resolve(record[name], by_id) for name in _REFERENCES if name in record}}


def _resolve(value: object, by_id: Mapping[str, Mapping[str, Any]]) -> object:
    if isinstance(value, list):
        return [_resolve(item, by_id) for item in value]
    if isinstance(value, dict) and str(value.get("@id")) in by_id:
        return {**by_id[str(value["@id"])], **value}
    return value
