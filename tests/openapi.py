"""The OpenAPI document as tests read it: what the operations share is in its places again."""

import copy
import re
from typing import Any

Document = dict[str, Any]

SHARED = re.compile(r"#/components/(parameters/.*|responses/.*|schemas/\w+InBody(?:Of\w+)?)")
"""References to what the operations share."""


def dereferenced(document: Document) -> Document:
    """Return a copy of a document with shared parameters, responses and fields of bodies where they are used."""
    document = copy.deepcopy(document)
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"] = {k: _resolved(document, one) for k, one in operation["responses"].items()}
            if "parameters" in operation:
                operation["parameters"] = [_resolved(document, one) for one in operation["parameters"]]
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            schema["properties"][name] = _resolved(document, field)
    document["components"]["schemas"] = {
        name: schema for name, schema in schemas.items() if not SHARED.fullmatch(f"#/components/schemas/{name}")
    }
    del document["components"]["parameters"], document["components"]["responses"]
    return document


def _resolved(document: Document, value: Document) -> Document:
    reference = SHARED.fullmatch(value["$ref"]) if value.keys() == {"$ref"} else None
    if reference is None:
        return value
    section, _, name = reference[1].partition("/")
    resolved: Document = copy.deepcopy(document["components"][section][name])
    return resolved
