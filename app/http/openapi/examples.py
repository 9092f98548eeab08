"""Examples of the OpenAPI document: what the shipped collection answers, kept as data that a test compares.

`make examples` asks the application again and writes the file.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from app.http.problems import MEDIA_TYPE

EXAMPLES_FILE = Path(__file__).with_name("examples.json")
"""Examples by operation id and status; those under `*` are shared by all operations."""

SHARED = "*"

SHORTENED = "From the collection that ships. Lists show their first two items, and texts their first 300 characters."
"""What readers of an example have to know."""


def add_examples(document: dict[str, Any]) -> None:
    """Add the examples of responses and bodies to a document."""
    examples = _examples()
    shared = {f"Status{status}": _example(example) for status, example in examples[SHARED].items()}
    document["components"]["examples"] = shared
    for methods in document["paths"].values():
        for operation in methods.values():
            own = examples.get(operation["operationId"], {})
            for status, response in operation["responses"].items():
                if status in own:
                    _add_to_response(response, own[status])
                elif status in examples[SHARED]:
                    response["content"][MEDIA_TYPE]["examples"] = {
                        "example": {"$ref": f"#/components/examples/Status{status}"}
                    }
            if "requestBody" in operation and "body" in own.get("200", {}):
                content = operation["requestBody"]["content"]["application/json"]
                content["examples"] = {"example": {"value": own["200"]["body"]}}


def _add_to_response(response: dict[str, Any], example: dict[str, Any]) -> None:
    for media_type, content in response.get("content", {}).items():
        if media_type == example["media_type"] and "value" in example:
            content["examples"] = {"example": _example(example)}


def _example(example: dict[str, Any]) -> dict[str, Any]:
    return {"summary": example["request"], "description": SHORTENED, "value": example["value"]}


@cache
def _examples() -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = json.loads(EXAMPLES_FILE.read_bytes())
    return data
