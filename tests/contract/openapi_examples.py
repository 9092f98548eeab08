"""The examples of the OpenAPI document: requests to the shipped collection, and what the application answers.

`make examples` writes them to app/http/openapi/examples.json; the contract tests ask again and compare.
"""

import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from app import __version__
from app.http.openapi.document import operations
from app.http.openapi.examples import EXAMPLES_FILE, SHARED
from app.http.openapi.selections import parameter_names
from app.main import create_app
from app.settings import Settings
from tests.conftest import migrate, seed, write_jsonl
from tests.databases import url_of
from tests.openapi import dereferenced

SERVER = "http://127.0.0.1:8000"
"""The address of `dateline serve`, which URLs in the examples begin with."""

ARTICLE = "xcx40nxes912"
REMOVED = "2twkav4vjg5h"

SPLIT = "john-smithson--"
NAMESAKES: list[dict[str, Any]] = [
    {"title": f"Ferry {number}", "source": "Harbour Gazette", "text": f"John Smithson took ferry {number}."}
    for number in (1, 2)
]

REQUESTS: dict[str, dict[str, Any]] = {
    "list_articles": {"actor": ["putin"], "from": "2015-11", "facet": ["source"], "limit": 1},
    "export_articles_ndjson": {"source": ["rferl"]},
    "export_articles_atom": {"limit": 1},
    "export_articles_rss": {"limit": 1},
    "export_articles_jsonfeed": {"limit": 1},
    "find_articles": {"ids": [ARTICLE], "urls": ["https://example.org/report"]},
    "find_entities": {"wikidata": ["Q7747"], "names": ["President Obama"]},
    "list_entities": {"name": "putin"},
    "list_places": {"bbox": "36,35,39,36"},
    "list_statements": {"speaker": ["putin"], "limit": 1},
    "list_statement_counts": {"limit": 2},
    "list_suggestions": {"prefix": "put"},
    "get_timeline": {"actor": ["putin"], "interval": "week"},
    "list_compared_sources": {"actor": ["putin"], "limit": 1},
    "get_network": {"actor": ["putin"], "nodes": 3},
    "export_network_graphml": {"nodes": 3, "edges": 2},
    "export_timeline_csv": {"interval": "week"},
    "export_timeline_ndjson": {"interval": "week"},
    "list_changes": {"since": 0, "limit": 2},
}
"""The parameters or fields of a request for an example, by operation; others have none."""

IDS = {"articles": ARTICLE, "sources": "rferl", "entities": "vladimir-putin"}
"""An id of each resource."""

BINARY = ("xlsx", "parquet")
"""Suffixes of formats that are not text: an example has the request alone."""

MAX_ITEMS = 2
"""Number of items of a list, or lines, that an example shows."""

MAX_TEXT = 300
"""Number of code points of a text that an example shows."""

CURSOR = "WyItcHVibGlzaGVkIl0"
"""A cursor that stands for all: what the others contain changes with the corpus."""

INSTANT = re.compile(r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
RSS_INSTANT = re.compile(r"\w{3}, \d\d \w{3} 20(?:2[6-9]|[3-9]\d) \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})")
RELEASE = re.escape(__version__)

# What changes with the release, with a publish or with the clock.
CHANGING = (
    (INSTANT, "2026-01-05T09:30:00Z"),
    (RSS_INSTANT, "Mon, 05 Jan 2026 09:30:00 GMT"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]+ 20(?:2[6-9]|[3-9]\d)\b"), "5 January 2026"),
    (re.compile(r"(?<=cursor=)[\w%=-]+"), CURSOR),
    (re.compile(rf"^{RELEASE}$|(?<=Dateline ){RELEASE}"), "0.2.0"),
)
"""Patterns, and what an example has in their place."""

Examples = dict[str, dict[str, dict[str, Any]]]


def collect(database: Path, changed: Path) -> Examples:
    """Return the examples: answers from the shipped collection, and from a copy of it.

    An article was removed from the copy, and two were added that name two people by one name.
    """
    app = _app(database)
    seed(changed, "remove", REMOVED, "--reason", "at the publisher's request")
    with TemporaryDirectory() as folder:
        seed(changed, "load", str(write_jsonl(Path(folder) / "records", NAMESAKES)))
    with TestClient(app, SERVER) as client, TestClient(_app(changed), SERVER) as later:
        examples: Examples = {
            operation["operationId"]: dict(_own(client, later, path, method, operation))
            for path, method, operation in operations(dereferenced(app.openapi()))
        }
        examples[SHARED] = dict(_shared(client, database.with_name("missing.db")))
    return examples


def _app(database: Path) -> FastAPI:
    return create_app(Settings(database_url=url_of(database), snapshot_check_ms=0, verify_hours=0))


def _own(
    client: TestClient, later: TestClient, path: str, method: str, operation: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the examples of an operation, by status."""
    statuses, fields = operation["responses"], _fields(operation["operationId"], path)
    here = path.replace("{id}", next((one for name, one in IDS.items() if f"/{name}/{{id}}" in path), ""))
    if path.endswith(BINARY):
        yield "200", _unasked(method, here, fields, *statuses["200"]["content"])
    else:
        yield "200", _asked(client, method, here, fields)
    if "501" in statuses:
        yield "501", _asked(client, method, here, {})
    if "422" in statuses:
        yield "422", _asked(client, method, here, _wrong_fields(client, operation, fields))
    if "404" in statuses:
        yield "404", _asked(client, method, path.replace("{id}", "unknown"), {})
    if "410" in statuses and "{id}" in path:
        gone = SPLIT if "/entities/" in path else REMOVED
        yield "410", _asked(later, method, path.replace("{id}", gone), {})
    elif "410" in statuses:
        search: dict[str, Any] = {"q": "syria", "sort": "relevance", "limit": 1}
        cursor = client.get("/v1/articles", params=search).json()["next"]
        yield "410", _asked(later, method, here, {**search, "cursor": cursor})


def _fields(id_: str, path: str) -> dict[str, Any]:
    """Return the fields of a request; a search by POST has those of its GET."""
    verb, _, view = id_.partition("_")
    if verb != "search":
        return REQUESTS.get(id_, {})
    names = (f"{own_verb}_{view}" for own_verb in ("list", "get", "export"))
    own = (REQUESTS[name] for name in names if name in REQUESTS)
    return {**next(own, {}), **({"any_actor": ["putin", "obama"]} if path.endswith("/search") else {})}


def _wrong_fields(client: TestClient, operation: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields that the operation refuses: a misspelt name if it takes names, an unknown parameter otherwise."""
    assert isinstance(client.app, FastAPI)
    schemas = client.app.openapi()["components"]["schemas"]
    required = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter.get("required")}
    wrong = {"actor": ["putni"]} if "actor" in parameter_names(operation, schemas) else {"nothing": "1"}
    return {name: value for name, value in fields.items() if name in required} | wrong


def _asked(client: TestClient, method: str, path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a request with its answer as an example."""
    url, body = _request(method, path, fields)
    response = client.post(path, json=fields) if method == "post" else client.get(url)
    return _example(f"{method.upper()} {_settled(url)}", response) | body


def _unasked(method: str, path: str, fields: dict[str, Any], media_type: str) -> dict[str, Any]:
    """Return a request for a binary file as an example without a value."""
    url, body = _request(method, path, fields)
    return {"request": f"{method.upper()} {url}", "status": 200, "media_type": media_type} | body


def _request(method: str, path: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the URL of a request, and its body as a part of an example."""
    if method == "post":
        return path, {"body": _shortened(_settled(fields))}
    query = urlencode(fields, doseq=True)
    return (f"{path}?{query}" if query else path), {}


def _shared(client: TestClient, missing: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the examples of errors that any operation can have."""
    yield "413", _example("A body of more than 256 KiB", client.post("/v1/articles/search", content=b" " * 300_000))
    yield "414", _example("A URL of more than 8,192 bytes", client.get(f"/v1/articles?q={'a' * 8_192}"))
    with TestClient(_app(missing), SERVER) as unready:
        yield "503", _example("Before the database was created", unready.get("/v1/articles"))
    broken = create_app(Settings(database_url=url_of(missing), snapshot_check_ms=0, verify_hours=0))
    with TestClient(broken, SERVER, raise_server_exceptions=False) as failing:
        corpus, broken.state.corpus = broken.state.corpus, None
        yield "500", _example("After a fault in Dateline", failing.get("/v1/articles"))
        broken.state.corpus = corpus


def _example(request: str, response: Response) -> dict[str, Any]:
    media_type = response.headers["content-type"].partition(";")[0]
    status = response.status_code
    return {"request": request, "status": status, "media_type": media_type, "value": _value(response.text, media_type)}


def _value(body: str, media_type: str) -> Any:  # noqa: ANN401 - JSON or text
    """Return a body as an example shows it: its first lines, or its JSON with the first items of each list."""
    lines = body.splitlines(keepends=True)
    if media_type.endswith("ndjson"):
        rows = (_shortened(_settled(json.loads(line))) for line in lines[:MAX_ITEMS])
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    if media_type.endswith("json"):
        return _shortened(_settled(json.loads(body)))
    return _settled("".join(lines[: MAX_ITEMS + 1]) if media_type == "text/csv" else body)


def _settled(value: Any, key: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return a value in which nothing changes between releases, publishes and days."""
    if isinstance(value, dict):
        return {name: _settled(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_settled(one) for one in value]
    if not isinstance(value, str):
        return value
    if key in {"next", "cursor"}:
        return CURSOR
    for pattern, settled in CHANGING:
        value = pattern.sub(settled, value)
    return value


def _shortened(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one) for one in value[:MAX_ITEMS]]
    return f"{value[:MAX_TEXT]}…" if isinstance(value, str) and len(value) > MAX_TEXT else value


def main() -> None:
    """Ask the application, and write the examples."""
    logging.disable()  # One of the examples is an internal error.
    with TemporaryDirectory() as folder:
        database = Path(folder) / "dateline.db"
        migrate(database)
        seed(database, "init")
        examples = collect(database, Path(shutil.copy(database, database.with_name("changed.db"))))
    EXAMPLES_FILE.write_text(json.dumps(examples, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
