"""Tantivy, the search library, in a process of its own in the environment of the benchmark."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from seed.records import RawArticle
from tests.bench.engines import Answer
from tests.bench.questions import FACETS, PAGE, Form, Question, Search
from tests.bench.rival import FILLED, indexed_fields

WORKER = Path(__file__).with_name("tantivy_worker.py")


class Tantivy:
    """Tantivy in process: it takes the time itself, without HTTP and JSON."""

    name = "tantivy"

    def __init__(self, python: Path, folder: Path, articles: Iterable[RawArticle]) -> None:
        """Index the articles in a folder; one that has them is used again."""
        data, filled = folder / "data", folder / FILLED
        data.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [str(python), str(WORKER), str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if not filled.exists():
            for number, article in enumerate(articles, start=1):
                self._send(indexed_fields(number, article))
        self._send({})
        self._receive()
        filled.touch()

    def __enter__(self) -> "Tantivy":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)

    def ask(self, question: Question, search: Search) -> Answer | None:
        """Return the answer to a search; None for what it cannot express."""
        if question.form is Form.NEAR or question.deep or question.export:
            return None
        self._send(
            {
                "actors": search.actor_ids,
                "source": search.source_id,
                "days": search.days,
                "words": search.terms,
                "form": question.form,
                "relevance": question.relevance,
                "page": PAGE,
                "facets": FACETS,
            }
        )
        total, seconds = self._receive()
        return Answer(int(total), seconds)

    def _send(self, message: dict[str, object]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def _receive(self) -> list[float]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("Tantivy has ended")
        received: list[float] = json.loads(line)
        return received
