"""README and reference say what the code does: every setting, endpoint, command and filter, and real answers."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.routes.tables import VIEWS, View
from app.search.query.filters import ArticleFilters
from app.settings import Settings
from seed.cli.program import app as seed_command
from tests.conftest import ROOT, app_for

README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = ROOT / "docs" / "reference"
ENDPOINTS = (REFERENCE / "endpoints.md").read_text(encoding="utf-8")
COMMANDS = (REFERENCE / "commands.md").read_text(encoding="utf-8")
SETTINGS = (REFERENCE / "settings.md").read_text(encoding="utf-8")
PAGES = sorted(str(page.relative_to(ROOT)) for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLE = re.compile(r"^\$ curl 'http://127\.0\.0\.1:8000([^']*)'\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = EXAMPLE.findall(README) + EXAMPLE.findall(ENDPOINTS)


@pytest.fixture(scope="module")
def shipped(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of the collection that ships."""
    database = Path(shutil.copy(initialized, tmp_path_factory.mktemp("shipped") / "dateline.db"))
    with TestClient(app_for(database)) as client:
        yield client


FORMATS = (REFERENCE / "export-formats.md").read_text(encoding="utf-8")
FORMATTED = re.findall(
    r"^\$ curl ([^\n]*?)'http://127\.0\.0\.1:8000([^']*)'\n(.*?)^```", FORMATS, re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(("options", "path", "shown"), FORMATTED, ids=[path for _, path, _ in FORMATTED])
@pytest.mark.unmeasured
def test_the_shown_formats_are_real(shipped: TestClient, options: str, path: str, shown: str) -> None:
    """Wherever their lines are broken."""
    headers = dict(header.split(": ") for header in re.findall("-H '([^']*)'", options))
    real, at = unbroken(shipped.get(f"http://127.0.0.1:8000{path}", headers=headers).text), 0
    for fragment in unbroken(shown).split("…"):
        assert fragment in real[at:]
        at = real.index(fragment, at) + len(fragment)


def unbroken(document: str) -> str:
    """Return a document without white space."""
    return "".join(document.split())


def test_there_are_seven_examples() -> None:
    """Three in the README, four in the reference."""
    assert len(EXAMPLE.findall(README)) == 3
    assert len(EXAMPLES) == 7


def test_the_readme_is_short() -> None:
    assert len(README.split()) < 900


@pytest.mark.unmeasured
@pytest.mark.parametrize(("path", "shown"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_the_shown_answers_are_real(shipped: TestClient, path: str, shown: str) -> None:
    real = json.dumps(shipped.get(path).json(), ensure_ascii=False, separators=(",", ":"))
    at = 0
    for fragment in shown.replace("\n", "").split("…"):
        assert fragment in real[at:]
        at = real.index(fragment, at) + len(fragment)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_named(name: str) -> None:
    assert f"`DATELINE_{name.upper()}`" in SETTINGS


@pytest.mark.parametrize("name", [field.alias or name for name, field in ArticleFilters.model_fields.items()])
def test_every_filter_is_named(name: str) -> None:
    assert f"`{name}`" in ENDPOINTS.partition("## Endpoints")[0]


@pytest.mark.unmeasured
def test_every_endpoint_is_named(openapi_document: dict[str, Any]) -> None:
    paths = openapi_document["paths"]
    named = [f"`{method.upper()} {path}`" for path, methods in paths.items() for method in methods]
    assert [endpoint for endpoint in named if endpoint not in ENDPOINTS] == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.table.name)
def test_every_column_of_a_table_is_named(view: View) -> None:
    default, on_request = (
        ", ".join(f"`{column.name}`" for column in view.table.columns if column.is_default is wanted) or "-"
        for wanted in (True, False)
    )
    assert f"| {view.table.name} | {default} | {on_request} |\n" in FORMATS


@pytest.mark.parametrize("command", [command.name for command in seed_command.registered_commands])
def test_every_command_is_named(command: str) -> None:
    assert f"dateline {command}" in COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    """Paths of ours that stand in backticks, in whatever folder; those with a wildcard lead to files."""
    named = re.findall(r"`((?:app|seed|tests|docs|migrations)/[^`\s]*)`", (ROOT / page).read_text(encoding="utf-8"))
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []


def test_every_decision_names_a_test_that_exists() -> None:
    decisions = (ROOT / "docs" / "explanation" / "decisions.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[^`]+)`", decisions)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert len(named) > 10
