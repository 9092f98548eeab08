"""Words are found and shown in every script: a table of texts, of queries, and of what each highlights.

In `tests/text/scripts.txt`, a line without a tab is a text, and the lines below it are queries with a piece of the text
that they highlight, or a hyphen where they must not find it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT, app_for, load_jsonl
from tests.seed.loading import copied

pytestmark = pytest.mark.unmeasured

TABLE = ROOT / "tests" / "text" / "scripts.txt"


class Case(NamedTuple):
    """A query, the number of a text, and the piece that it highlights; empty if it does not find the text."""

    number: int
    query: str
    piece: str


def _read_table() -> tuple[list[str], list[Case]]:
    texts: list[str] = []
    cases = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        text = line.encode("ascii", "backslashreplace").decode("unicode_escape") if "\\u" in line else line
        if line.startswith("\t"):
            _, query, piece = text.split("\t")
            cases.append(Case(len(texts) - 1, query, "" if piece == "-" else piece))
        elif not line.startswith("#"):
            texts.append(text)
    return texts, cases


TEXTS, CASES = _read_table()


@pytest.fixture(scope="module")
def client(migrated: Path) -> Iterator[TestClient]:
    """Yield a client of a database with all texts."""
    with copied(migrated) as database:
        rows = ({"id": f"t{number}", "source": "s", "text": text} for number, text in enumerate(TEXTS))
        load_jsonl(database, [{**row, "title": f"Number x{row['id']}"} for row in rows])
        with TestClient(app_for(database)) as client:
            yield client


def test_the_table_has_300_queries_in_12_scripts() -> None:
    assert len(CASES) >= 300
    assert TABLE.read_text(encoding="utf-8").count("\n# ") + 1 >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.query))
def test_a_query_finds_and_highlights(client: TestClient, case: Case) -> None:
    answer = client.get("/v1/articles", params={"q": case.query, "highlight": "true", "limit": 100})
    assert answer.status_code == 200, answer.text
    title = f"Number xt{case.number}"
    found = [item for item in answer.json()["items"] if item["title"] == title]
    assert len(found) == bool(case.piece)
    if case.piece:
        (item,) = found
        text = TEXTS[case.number]
        spans = [span for part in item["highlights"] if part["field"] == "text" for span in part["spans"]]
        assert case.piece in [text[span["start"] : span["end"]] for span in spans]
