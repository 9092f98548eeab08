"""The engines that are asked, each in its own language; all of them must find the same number of articles."""

import json
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from typing import Protocol
from urllib.parse import quote, urlencode

from tests.bench.client import Connection, body, status
from tests.bench.corpus import iso
from tests.bench.questions import FACETS, PAGE, Form, Question, Search


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine answered: the number of articles, the time in seconds, and the body that came over HTTP."""

    total: int | None
    seconds: float
    body: bytes = b""


class Engine(Protocol):
    """An engine of the benchmark."""

    name: str

    def ask(self, question: Question, search: Search) -> Answer | None:
        """Ask for total, page and facets, or the export; None if the engine cannot express it."""


class Dateline:
    """Dateline over HTTP, on one connection that stays open."""

    name = "dateline"

    def __init__(self, connection: Connection, cursor: str) -> None:
        """Ask on a connection; `cursor` is that of the deep page."""
        self.port = connection.port
        self.last_size = 0
        """Bytes of the last body."""
        self._connection = connection
        self._cursor = cursor

    def ask(self, question: Question, search: Search) -> Answer:
        """Return the answer to a search."""
        return self._get(self.path(question, search), question)

    def again(self, question: Question, search: Search) -> Answer:
        """Return the answer to the same search in another spelling, which the response cache does not know."""
        return self._get(self.path(question, search, spelling="10"), question)

    def _get(self, path: str, question: Question) -> Answer:
        seconds, received = timed_get(self._connection, path)
        self.last_size = len(received)
        total = received.count(b"\r\n") - 1 if question.export else int(json.loads(received)["total"])
        return Answer(total, seconds, received)

    def path(self, question: Question, search: Search, spelling: str = "0") -> str:
        """Return the request of a search; the letters of its facets are escaped where `spelling`, repeated, has a 1."""
        pairs = [("actor", id_) for id_ in search.actor_ids]
        if search.source_id:
            pairs.append(("source", search.source_id))
        if search.days:
            pairs += [("from", iso(search.days[0])), ("to", iso(search.days[1]))]
        if search.words:
            pairs.append(("q", question.query(search)))
        if question.relevance:
            pairs.append(("sort", "relevance"))
        if question.export:
            return f"/v1/articles.csv?{urlencode(pairs)}"
        pairs.append(("limit", str(PAGE)))
        if question.deep:
            pairs.append(("cursor", self._cursor))
        return f"/v1/articles?{urlencode(pairs)}&{_facets(spelling)}"


def _facets(spelling: str) -> str:
    bits = cycle(spelling)
    return "&".join(
        "facet=" + "".join(f"%{ord(letter):02x}" if next(bits) == "1" else letter for letter in facet)
        for facet in FACETS
    )


class Static:
    """The floor: bare Starlette that returns as many bytes as Dateline did last."""

    name = "static"

    def __init__(self, connection: Connection, dateline: Dateline) -> None:
        """Ask on a connection."""
        self._connection = connection
        self._dateline = dateline

    def ask(self, _question: Question, _search: Search) -> Answer:
        """Return the bytes."""
        return Answer(None, *timed_get(self._connection, f"/{self._dateline.last_size}"))


class Datasette:
    """Datasette's table view of the ordinary schema, over HTTP."""

    name = "datasette"

    def __init__(self, connection: Connection, after: tuple[str, int]) -> None:
        """Ask on a connection; `after` is day and id of the article before the deep page."""
        self._connection = connection
        self._after = after

    def ask(self, question: Question, search: Search) -> Answer | None:
        """Return the answer to a search; None for an order or a query that the table view does not have."""
        # Its search box quotes all words.
        if question.relevance or question.form is not Form.ALL:
            return None
        seconds, received = timed_get(self._connection, self._path(question, search))
        total = None if question.export else int(json.loads(received)["filtered_table_rows_count"])
        return Answer(total, seconds, received)

    def _path(self, question: Question, search: Search) -> str:
        # It applies only one of two `_through` filters; SQL conditions, which it also accepts, can express both.
        condition = "id IN (SELECT article_id FROM article_entity WHERE entity_id = '{}')"
        pairs = [("_where", condition.format(id_)) for id_ in search.actor_ids]
        if search.source_id:
            pairs.append(("source_id", search.source_id))
        if search.days:
            pairs += [("published__gte", iso(search.days[0])), ("published__lte", iso(search.days[1]))]
        if search.words:
            pairs.append(("_search", question.query(search)))
        pairs += [("_col", name) for name in ("source_id", "title", "url", "published", "actors", "places")]
        if question.export:
            return "/rival/article.csv?" + urlencode([*pairs, ("_stream", "on"), ("_size", "max")])
        pairs += [("_sort_desc", "published"), ("_size", str(PAGE)), ("_facet", "source_id")]
        pairs += [("_facet_array", "actors"), ("_facet_array", "places")]
        if question.deep:
            pairs.append(("_next", f"{quote(self._after[0])},{self._after[1]}"))
        return "/rival/article.json?" + urlencode(pairs)


def timed_get(connection: Connection, path: str) -> tuple[float, bytes]:
    """Return how long a request took, in seconds, and its body; raise RuntimeError unless the status is 200."""
    started = time.perf_counter()
    response = connection.get(path)
    seconds = time.perf_counter() - started
    if status(response) != 200:
        raise RuntimeError(f"{path} gave {status(response)}: {body(response)[:300]!r}")
    return seconds, body(response)


def fetch(port: int, path: str, headers: str = "") -> bytes:
    """Return the body of one request on a connection of its own."""
    with closing(Connection(port, headers)) as connection:
        return timed_get(connection, path)[1]
