"""What many operations have in common, once: repeated parameters, responses and fields of bodies become components."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

# A reference takes as long as a short schema, and names that say nothing new are only in the way.
MIN_FIELD_LENGTH = 150
"""Number of characters of JSON from which a repeated field of bodies becomes a component."""


class Place(NamedTuple):
    """A place in the document whose value may become a component: `holder[key]`.

    `name` is what the component is called, and `of` the operation or body that tells it from others of this name.
    """

    holder: Any
    key: Any
    section: str
    name: str
    of: str

    @property
    def value(self) -> dict[str, Any]:
        """The value, as it is now."""
        value: dict[str, Any] = self.holder[self.key]
        return value


def share(document: dict[str, Any]) -> None:
    """Replace what is repeated in a document by references to components; its meaning stays the same."""
    places = [*_operation_places(document), *_field_places(document)]
    counts = Counter((place.section, _canonical(place.value)) for place in places)
    names: dict[tuple[str, str], str] = {}
    for place in places:
        content = place.section, _canonical(place.value)
        if counts[content] == 1:
            continue
        components = document["components"].setdefault(place.section, {})
        if content not in names:
            names[content] = place.name if place.name not in components else f"{place.name}Of{place.of}"
            components[names[content]] = place.value
        place.holder[place.key] = {"$ref": f"#/components/{place.section}/{names[content]}"}


def _operation_places(document: dict[str, Any]) -> Iterator[Place]:
    for methods in document["paths"].values():
        for operation in methods.values():
            of = _pascal(operation["operationId"])
            parameters = operation.get("parameters", [])
            for at, parameter in enumerate(parameters):
                yield Place(parameters, at, "parameters", f"{_pascal(parameter['name'])}Parameter", of)
            for status in operation["responses"]:
                if status != "200":
                    yield Place(operation["responses"], status, "responses", f"Status{status}", of)


def _field_places(document: dict[str, Any]) -> Iterator[Place]:
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                model = content["schema"]["$ref"].rpartition("/")[2]
                properties = schemas[model]["properties"]
                for name, field in properties.items():
                    if len(_canonical(field)) >= MIN_FIELD_LENGTH:
                        yield Place(properties, name, "schemas", f"{_pascal(name)}InBody", model)


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
